"""The guards of every walk in the browser do guard: what is wrong on a page is found."""

import pytest

GOOD = """<!doctype html><html lang="zh-CN"><head><title>育苗</title><meta name="viewport" content="width=device-width"></head>
<body><main><h1>方案</h1><p>二十条</p></main></body></html>"""
BAD = """<!doctype html><html><head><title></title></head><body><img src="data:,"><button></button>
<p style="color:#bbb;background:#fff">看不清</p></body></html>"""


def test_axe_finds_what_shuts_people_out(page, axe):
    page.set_content(BAD)
    found = {line.split(":")[0] for line in axe(page)}
    page.troubles.clear()
    assert {"html-has-lang", "image-alt", "button-name", "color-contrast"} <= found


def test_axe_passes_a_plain_page_and_speaks_chinese(page, axe):
    page.set_content(GOOD)
    assert axe(page) == []
    page.set_content(BAD)
    assert any("一" <= letter <= "鿿" for letter in "".join(axe(page)))
    page.troubles.clear()


@pytest.mark.parametrize(
    "script, said",
    [
        ("setTimeout(() => { throw new Error('planted') })", "script error: "),
        ("console.error('planted')", "console: planted"),
        ("fetch('http://192.0.2.1/').catch(() => {})", "left the machine: http://192.0.2.1/"),
    ],
)
def test_a_fault_in_a_page_is_noticed(page, script, said):
    page.set_content(GOOD)
    page.evaluate(script)
    page.wait_for_timeout(200)
    assert any(trouble.startswith(said) for trouble in page.troubles)
    page.troubles.clear()


def test_chinese_is_drawn_and_the_browser_stands_in_shanghai(page):
    page.set_content(GOOD)
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
    assert page.evaluate("navigator.language") == "zh-CN"
    inked = page.evaluate("""() => [...'育苗'].map(letter => {
        const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
        pen.font = '40px sans-serif'; pen.fillText(letter, 0, 40);
        return [...pen.getImageData(0, 0, 50, 50).data].join();
    })""")
    assert inked[0] != inked[1], "without a Chinese font every character is the same box"


def test_a_phone_is_a_phone(phone):
    phone.set_content(GOOD)
    assert phone.evaluate("[innerWidth, devicePixelRatio, navigator.maxTouchPoints > 0]") == [390, 2, True]
