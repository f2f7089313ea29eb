"""The family's page as a PDF: one sheet, the same content as the printed page, made by WeasyPrint without any network."""

from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string

STYLE = "portal/sheet.css"


class NoFetch(Exception):
    """The sheet asked for a file or an address; it needs none."""


def _refuse(url: str, *_: Any, **__: Any) -> Any:
    raise NoFetch(url)


def pdf(context: dict[str, Any], request: HttpRequest) -> bytes:
    """The sheet as PDF. Raises OSError where the machine has no Pango."""
    from weasyprint import CSS, HTML  # two seconds to import

    html = render_to_string("portal/sheet_page.html", context, request=request)
    path = finders.find(STYLE)
    return HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[CSS(filename=path)])
