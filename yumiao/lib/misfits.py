"""What a body or an address does not fit, as Pydantic finds it, in plain words of both languages; never with what stands there."""

from collections.abc import Mapping
from typing import Any

from .errors import Trouble

WORDS = {
    "missing": ("这一项必须有", "this must be there"),
    "extra_forbidden": ("没有这一项，请去掉", "there is no such item: leave it out"),
    "string_type": ("文字", "a text"),
    "string_unicode": ("合规的文字", "a well-formed text"),
    "string_too_short": ("至少 {min_length} 个字", "at least {min_length} signs"),
    "string_too_long": ("最多 {max_length} 个字", "at most {max_length} signs"),
    "string_pattern_mismatch": ("符合 {pattern} 的文字", "a text that fits {pattern}"),
    "int_type": ("整数", "a whole number"),
    "int_parsing": ("整数", "a whole number"),
    "bool_type": ("true 或 false", "true or false"),
    "bool_parsing": ("true 或 false", "true or false"),
    "list_type": ("列表 […]", "a list […]"),
    "model_type": ("对象 {{…}}", "an object {{…}}"),
    "model_attributes_type": ("对象 {{…}}", "an object {{…}}"),
    "greater_than_equal": ("不小于 {ge}", "at least {ge}"),
    "less_than_equal": ("不大于 {le}", "at most {le}"),
    "too_short": ("至少 {min_length} 项", "at least {min_length} of them"),
    "too_long": ("最多 {max_length} 项", "at most {max_length} of them"),
    "literal_error": ("{expected} 之一", "one of {expected}"),
    "date_from_datetime_parsing": ("2025-10-20 这样的日期", "a date such as 2025-10-20"),
    "date_type": ("2025-10-20 这样的日期", "a date such as 2025-10-20"),
    "day": ("2025-10-20 这样的日期", "a date such as 2025-10-20"),
    "printable": ("可打印的文字", "printable signs only"),
}
"""What was expected, by the code of what Pydantic finds; `day` and `printable` are codes of ours. Others are said in its own English."""


def misfit(error: Mapping[str, Any]) -> Trouble:
    """The trouble of one finding of Pydantic: `type`, `loc`, `msg`, and what its schema allows in `ctx`."""
    where = ".".join(str(part) if str(part).isprintable() else "?" for part in error.get("loc", ()))[:120] or "body"
    code, ctx = str(error.get("type", "invalid")), {k: str(v).replace(" or ", ", ") for k, v in dict(error.get("ctx") or {}).items()}
    try:
        zh, en = (text.format_map(ctx) for text in WORDS[code])
    except KeyError:
        zh = en = str(error.get("msg", ""))
    return Trouble(code, where, ("这一处不合要求", "this does not fit"), (zh, en))
