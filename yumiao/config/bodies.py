"""How much a request may bring: looked at before its body is read, and again while files come in, so that nothing larger is ever stored."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse

from yumiao.lib.errors import Trouble

from . import problems

SMALL = 8_000_000
"""Bytes that files may have where a page does not say that it takes large ones."""
AROUND = 1_000_000
"""Bytes for what stands around files in a form."""


class TooMuch(RequestDataTooBig):
    """More came than is taken; `troubles` say how much that is."""

    def __init__(self, found: int, most: int):
        super().__init__("more than is taken")
        self.troubles = [too_much(found, most)]


def too_much(found: int, most: int) -> Trouble:
    """The sentence about a body of `found` bytes, or of more than that, where `most` are taken."""
    return Trouble(
        "too_large", "files", (f"至少 {found:,} 字节", f"{found:,} bytes or more"), (f"不超过 {most:,} 字节", f"at most {most:,} bytes"),
        ("分几次交，或用命令 yumiao feeds load", "send it in several parts, or use the command yumiao feeds load"),
    )  # fmt: skip


class Bounded(FileUploadHandler):
    """Stands before the handlers that store files, and stops at the limit whatever the request said of its length."""

    def __init__(self, request: HttpRequest, most: int):
        super().__init__(request)
        self.most, self.came = most, 0
        self.stored: list[Any] = []

    def new_file(self, *args: Any, **more: Any) -> None:
        """Remembers the file before, so that it can be dropped."""
        self.stored += self._held()
        super().new_file(*args, **more)

    def _held(self) -> list[Any]:
        handlers = self.request.upload_handlers if self.request else []
        return [file for file in (getattr(one, "file", None) for one in handlers) if file is not None]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Passes a piece on. Raises TooMuch; what was stored by then is gone."""
        self.came += len(raw_data)
        if self.came > self.most:
            for file in (*self.stored, *self._held()):
                file.close()
            raise TooMuch(self.came, self.most)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file is another handler's."""


class Bodies:
    """Refuses a body that says it is too large with 413 before it is read. Stands before whatever reads forms."""

    def __init__(self, get: Callable[[HttpRequest], HttpResponse]):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, more: Any) -> HttpResponse | None:
        """A view takes `SMALL`, or `YUMIAO_UPLOAD_BYTES` of an actor of whom its `large_files` says so."""
        trusted = getattr(view, "large_files", None)
        large = trusted is not None and trusted(request.actor)  # type: ignore[attr-defined]
        most = settings.UPLOAD_BYTES if large else min(SMALL, settings.UPLOAD_BYTES)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdigit() and int(said[:20]) > most + AROUND:
            return problems.answer(request, 413, [too_much(int(said[:20]), most)])
        if request.method == "POST" and request.content_type == "multipart/form-data":
            request.upload_handlers = [Bounded(request, most), *request.upload_handlers]
        return None
