"""Foreign bytes made into text, and text made safe to show."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]|[\ud800-\udfff]"
)


def decode(data: bytes) -> str:
    """`data` as UTF-8 text; each byte sequence that is not UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", "replace")


def visible(text: str) -> str:
    """`text` on one line with every control, bidirectional and zero-width character escaped.

    Safe for a terminal: no byte of the result can move a cursor, ring a bell or reorder text.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def visible_json(text: str) -> str:
    """`text`, which is JSON on one line, with the characters that `visible` escapes escaped.

    It says the same: in JSON such a character stands within a string alone, and so may its escape
    (RFC 8259, section 7).
    """
    return text if text.isprintable() else _UNSAFE.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def shortened(text: str, limit: int) -> str:
    """`text` cut to `limit` characters, the last of them ``…`` where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
