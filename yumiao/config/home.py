"""The first page as long as no desk has it: says what this is, and that its pages are not installed."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from yumiao.lib.language import say


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """/"""
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>育苗</title></head>'
            "<body><main><h1>{}</h1><p>{}</p></main></body></html>",
            say("zh-CN", "en"),
            say("育苗", "Yumiao"),
            say("系统在运行；首页的页面没有安装。", "The system is running; the pages of its front door are not installed."),
        )
    )
