"""Real pages in a real Chromium: Debian's, by its path. Every page object refuses script errors and requests that leave the machine."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).parent / "vendor"
PICTURES = ROOT / "docs/pictures"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One Chromium for each worker. Not found: skipped at home, an error where `CI` is set."""
    path = os.environ.get("YUMIAO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        message = "Chromium is not installed: run make test, which installs it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """`open_page(width=…, height=…, **context)` → a page of its own context; what went wrong in it fails the test at the end."""
    contexts, troubles = [], []

    def make(width: int = 1280, height: int = 900, **options):
        context = browser.new_context(
            **{
                "locale": "zh-CN",
                "timezone_id": "Asia/Shanghai",
                "viewport": {"width": width, "height": height},
                "reduced_motion": "reduce",
                **options,
            }
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda message: troubles.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("request", lambda request: troubles.append(f"left the machine: {request.url}") if _leaves(request.url) else None)
        page.troubles = troubles  # a test that provokes an error on purpose clears the list and says so
        return page

    yield make
    for context in contexts:
        context.close()
    assert not troubles, troubles


def _leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]", "data:", "blob:", "about:"))


@pytest.fixture
def page(open_page):
    """A page on a desk: 1280 × 900, Chinese, Shanghai."""
    return open_page()


@pytest.fixture
def phone(open_page):
    """A page on a phone: 390 × 844, touch."""
    return open_page(390, 844, device_scale_factor=2, is_mobile=True, has_touch=True)


@pytest.fixture(scope="session")
def axe() -> Callable:
    """`axe(page)` → violations of WCAG 2 A and AA on the page, one line each, in Chinese; an empty list is right."""
    script, locale = (VENDOR / "axe.min.js").read_text(), json.loads((VENDOR / "axe.zh_CN.json").read_text())

    def run(page, within: str | None = None) -> list[str]:
        page.evaluate(script)  # evaluated by the debugger, so a strict content policy may stay as it is
        result = page.evaluate(
            """async ([locale, tags, within]) => {
            axe.configure({locale});
            return await axe.run(within || document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
        }""",
            [locale, WCAG, within],
        )
        return [
            f"{found['id']}: {found['help']} · {node['html'][:160]} · {node.get('failureSummary', '')}"
            for found in result["violations"]
            for node in found["nodes"]
        ]

    return run


@pytest.fixture
def picture(tmp_path) -> Callable:
    """`picture(page_or_locator, "plan")` takes docs/pictures/plan.png where `make docs` asks for it; otherwise it is taken aside,
    and the one in the guides must exist."""

    def take(what, name: str, **options) -> Path:
        keep = os.environ.get("YUMIAO_PICTURES") == "1"
        path = (PICTURES if keep else tmp_path) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        what.screenshot(path=path, animations="disabled", **options)
        assert path.stat().st_size > 5_000, f"{name}: the picture is nearly empty"
        assert (PICTURES / f"{name}.png").exists(), f"docs/pictures/{name}.png is missing: run make docs"
        return path

    return take


@pytest.fixture
def worker() -> Iterator[Callable[[], None]]:
    """`worker()` starts the hands that do the jobs; they end with the test."""
    from django.db import connection

    from yumiao.base.jobs.workers import Hands

    hands, threads = Hands(), []

    def keep_going() -> None:
        try:
            hands.keep_going(0.1)
        finally:
            connection.close()

    def start() -> None:
        threads.append(threading.Thread(target=keep_going, daemon=True))
        threads[-1].start()

    yield start
    hands.stop.set()
    for thread in threads:
        thread.join(60)
