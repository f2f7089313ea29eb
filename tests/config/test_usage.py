"""What the command line says to a call that it cannot understand: in the language asked for, how it is called, exit 2."""

import re

import pytest

from yumiao.config.cli import COMMANDS, main

CALLS = {
    "link": "缺少 FOLDER",
    "feeds nope": "动作：没有 'nope'；可用：'load'",
    "snapshot --out a --frob": "多出的 --frob",
    "demo --size": "--size：后面缺一个值",
    "batch --json=3 x": "--json：不带值，却写了 '3'",
}


@pytest.mark.parametrize("call", CALLS)
def test_in_chinese_no_word_of_it_is_the_parsers_own(call, capsys, monkeypatch):
    monkeypatch.setenv("YUMIAO_LANG", "zh")
    assert main(call.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith("用法：yumiao ") and CALLS[call] in said and f"看 yumiao {call.split()[0]} --help" in said
    assert not re.search(r"usage|argument|error|invalid", said)


@pytest.mark.parametrize("call", CALLS)
def test_in_english_it_is(call, capsys, monkeypatch):
    monkeypatch.setenv("YUMIAO_LANG", "en")
    assert main(call.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: yumiao ") and "To mend: see yumiao" in said and not re.search(r"[一-鿿]", said)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_in_the_language_asked_for(name, capsys, monkeypatch):
    for language, head, other in (("zh", "用法：", r"usage|options:|positional|show this"), ("en", "usage: ", r"[一-鿿]")):
        monkeypatch.setenv("YUMIAO_LANG", language)
        assert main([name, "--help"]) == 0
        said = capsys.readouterr().out
        assert said.startswith(head) and not re.search(other, said), said
