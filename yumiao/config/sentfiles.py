"""The registry of the demonstration as departments would fill it: their dirty files are written, taken in, linked, and nothing else is.

What no department sends (homes, hospital stays, certificates) is then not known of anybody.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.calendar.queries import today
from yumiao.base.people.declare import INVENTED
from yumiao.base.people.service import sampled
from yumiao.engines.exchange import service as exchange
from yumiao.lib.language import say

if TYPE_CHECKING:
    from yumiao.calc.synthetic import Prefecture

Tell = Callable[[str], None]


def fill(*, made: "Prefecture", folder: Path, seed: int, share: float, department: str, reference: str, tell: Tell) -> str:
    """Writes the files of all departments, once, and takes them in together; what became of them, in words. Raises BadInput."""
    from yumiao.calc.feeds import load_feeds
    from yumiao.calc.synthetic.feeds import write_departments

    if not (folder / "links.parquet").exists():
        tell(say("写各部门的文件", "writing the departments' files"))
        write_departments(made, folder, seed)
    feeds = load_feeds(settings.PLAN)
    files: dict[str, list[Path]] = {}
    for file in sorted(one for one in folder.iterdir() if one.suffix != ".parquet"):
        contract = next(one for one in feeds.contracts if any(word in file.name for word in one.files))
        files.setdefault(contract.department, []).append(file)
    batches = [
        exchange.receive(by=SYSTEM, department=name, files=paths, plan=settings.PLAN, today=today(), trust=INVENTED).batch
        for name, paths in files.items()
    ]
    exchange.take(by=SYSTEM, batches=batches, tell=lambda done, whole, words: tell(f"{100 * done // whole} % · {say(*words)}"))
    sampled(by=SYSTEM, department=department, reference=reference, trust=INVENTED, share=share)
    many = sum(map(len, files.values()))
    return say(f"{len(files)} 个部门的 {many} 个文件，均为虚构", f"{many} files of {len(files)} departments, all invented")
