"""Which snapshots are known and where they stand: noted by every run, found again by their hash."""

from pathlib import Path

from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.calc.provisions.snapshot import Snapshot, day_of, digest_of
from yumiao.lib.errors import BadInput, Trouble

from .models import KnownSnapshot

NOTE = "rights.note_snapshot"


def note(*, by: Actor, plan: str, hash: str, snapshot: Snapshot) -> None:
    """Notes that a snapshot of this hash stands in its folder now, and that it is the one in use. Raises NotAllowed."""
    folder = str(snapshot.folder.resolve())
    last = KnownSnapshot.objects.filter(plan=plan).order_by("-seen_at").first()
    if last is not None and (last.hash, last.folder) == (hash, folder):
        return
    with deed(by=by, verb=NOTE) as doing:
        one, _ = KnownSnapshot.objects.update_or_create(
            hash=hash,
            defaults={
                "plan": plan, "folder": folder, "on": day_of(snapshot.folder), "source": str(snapshot.about.get("source", "")),
                "scale": snapshot.about.get("scale"), "people": snapshot.people, "families": snapshot.families,
                "seen_at": timezone.now(),
            },
        )  # fmt: skip
        doing.about("snapshot", one.pk, digest=hash)


def folder_of(hash: str) -> Path:
    """The folder in which the snapshot of this hash stands, unchanged. Raises BadInput: unknown, gone, changed."""
    one = KnownSnapshot.objects.filter(hash=hash).first()
    if one is None:
        raise BadInput(
            Trouble("no_snapshot", hash[:12], ("没有这个快照的记录", "this snapshot is not on record"), remedy=RUN_IT),
        )
    folder = Path(one.folder)
    if not (folder / "persons.parquet").is_file():
        raise BadInput(
            Trouble("snapshot_gone", str(folder), ("快照已经不在这里", "the snapshot is no longer here"), remedy=RUN_IT),
        )
    if digest_of(folder) != hash:
        raise BadInput(
            Trouble(
                "snapshot_changed", str(folder), ("快照和登记时不一样了", "the snapshot is not what it was"),
                (f"哈希 {hash[:12]}…", f"hash {hash[:12]}…"), RUN_IT,
            )
        )  # fmt: skip
    return folder


RUN_IT = ("重新核算一次（yumiao demo 会做），再测算", "make a run again (yumiao demo does), then ask again")
