"""YAML read safely, with the line of every key kept, so that a refusal can say where.

Anchors and aliases are refused (a small file must not unfold into a huge one), and so are a key given twice, tags, and files
above `LIMIT` bytes. Dates come out as `datetime.date`; yes, no, true and false as booleans; on and off stay text.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from .errors import BadInput, Trouble
from .paths import reason

LIMIT = 4_000_000
DEPTH = 40
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping(dict):
    """A dict that remembers the line (from 1) on which it and each of its keys stand."""

    line: int = 0
    lines: dict

    def line_of(self, key) -> int:
        """Line of `key`, or of the mapping itself where the key is absent."""
        return self.lines.get(key, self.line)


def read(path: Path | str) -> Any:
    """The document in `path` as dicts (`Mapping`), lists, strings, numbers, booleans, dates and None.

    Raises BadInput with file and line."""
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(
            Trouble("unreadable", str(path), (f"读不到文件（{reason(error)[0]}）", f"the file cannot be read ({reason(error)[1]})"))
        ) from None
    return parse(raw, str(path))


def parse(raw: bytes | str, name: str) -> Any:
    """As `read`, from bytes or text; `name` is what messages call the document."""
    if len(raw) > LIMIT:
        raise BadInput(
            Trouble("too_large", name, (f"文件有 {len(raw)} 字节", f"{len(raw)} bytes"), (f"不超过 {LIMIT} 字节", f"at most {LIMIT} bytes"))
        )
    if isinstance(raw, bytes):
        try:
            raw = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput(
                Trouble(
                    "not_utf8",
                    f"{name}: byte {error.start}",
                    ("不是 UTF-8 文字", "not UTF-8 text"),
                    remedy=("另存为 UTF-8", "save it as UTF-8"),
                )
            ) from None
    try:
        loader = _Loader(raw)
        try:
            return _Reader(loader, name).document()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise BadInput(Trouble("not_yaml", place, (f"不是合规的 YAML：{problem}", f"not valid YAML: {problem}"))) from None
    except RecursionError:
        raise BadInput(Trouble("too_deep", name, ("嵌套太深", "nested too deeply"))) from None


class _Reader:
    """Turns the parser's events into values, one pass, refusing what this house does not allow."""

    def __init__(self, loader, name: str):
        self.loader, self.name = loader, name

    def refuse(self, line: int, code: str, zh: str, en: str):
        raise BadInput(Trouble(code, f"{self.name}:{line}", (zh, en)))

    def document(self):
        self.take(yaml.StreamStartEvent)
        if self.loader.check_event(yaml.StreamEndEvent):
            return None
        self.take(yaml.DocumentStartEvent)
        value = self.value(0)
        self.take(yaml.DocumentEndEvent)
        if not self.loader.check_event(yaml.StreamEndEvent):
            self.refuse(self.loader.peek_event().start_mark.line + 1, "many_documents", "一个文件只能有一份内容", "one document a file")
        return value

    def take(self, kind):
        event = self.loader.get_event()
        assert isinstance(event, kind), event
        return event

    def value(self, depth: int):
        event = self.loader.get_event()
        line = event.start_mark.line + 1
        if depth > DEPTH:
            self.refuse(line, "too_deep", "嵌套太深", "nested too deeply")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.refuse(line, "alias", "不接受锚点和引用（& 和 *）", "anchors and aliases (& and *) are not accepted")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line)
        if event.tag is not None and event.tag != "!":
            self.refuse(line, "tag", f"不接受标签 {event.tag}", f"the tag {event.tag} is not accepted")
        if isinstance(event, yaml.SequenceStartEvent):
            out = []
            while not self.loader.check_event(yaml.SequenceEndEvent):
                out.append(self.value(depth + 1))
            self.loader.get_event()
            return out
        return self.mapping(line, depth)

    def mapping(self, line: int, depth: int) -> Mapping:
        out = Mapping()
        out.line, out.lines = line, {}
        while not self.loader.check_event(yaml.MappingEndEvent):
            at = self.loader.peek_event().start_mark.line + 1
            key = self.value(depth + 1)
            if isinstance(key, (list, dict)):
                self.refuse(at, "key", "键必须是一个简单的值", "a key must be a plain value")
            if key in out:
                self.refuse(
                    at,
                    "key_twice",
                    f"键 {key} 写了两次（上一次在第 {out.lines[key]} 行）",
                    f"the key {key} stands twice (before on line {out.lines[key]})",
                )
            out.lines[key] = at
            out[key] = self.value(depth + 1)
        self.loader.get_event()
        return out

    def scalar(self, event, line: int):
        if event.tag is not None and event.tag != "!":
            self.refuse(line, "tag", f"不接受标签 {event.tag}", f"the tag {event.tag} is not accepted")
        text = event.value
        if not event.implicit[0]:
            return text
        tag = self.loader.resolve(yaml.ScalarNode, text, (True, False))
        if tag == "tag:yaml.org,2002:str":
            return text
        if tag == "tag:yaml.org,2002:null":
            return None
        if tag == "tag:yaml.org,2002:bool":
            return text if text.lower() in ("on", "off") else text.lower() in ("yes", "true")
        try:
            if tag == "tag:yaml.org,2002:int":
                return int(text.replace("_", ""))
            if tag == "tag:yaml.org,2002:float":
                number = float(text.replace("_", ""))
                if number != number or number in (float("inf"), float("-inf")):
                    self.refuse(line, "number", f"{text} 不是一个数", f"{text} is not a number")
                return number
            if tag == "tag:yaml.org,2002:timestamp":
                return dt.date.fromisoformat(text)
        except ValueError:
            self.refuse(line, "value", f"{text} 读不出来；日期写成 2025-01-31", f"{text} cannot be read; write dates as 2025-01-31")
        return text


def write(value: Any) -> str:
    """A document that `parse` reads back the same: keys in the order given, text of every script as it is."""
    return yaml.dump(_plain(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
