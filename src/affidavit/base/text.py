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


def shortened(text: str, limit: int) -> str:
    """`text` cut to `limit` characters, the last of them ``…`` where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
