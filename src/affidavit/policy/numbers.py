"""The numbers of an input, held to what canonical JSON can say.

Of an input's fields none but a number, or the name of a key, can be outside of that profile. To
look at these alone takes half of the time that a look at every text takes.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from affidavit.base.canonical import LARGEST

_Integer: TypeAlias = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)] | None


def _part(*names: str, **others: object) -> type[msgspec.Struct]:
    fields = {**dict.fromkeys(names, _Integer), **others}
    return msgspec.defstruct("Part", fields.items())


_Class: TypeAlias = _part("files", "lines")  # type: ignore[valid-type]  # made above

_decoder = msgspec.json.Decoder(
    _part(
        "score",
        change=_part("request", "commits", "files", "added", "deleted"),
        classes=dict[str, _Class] | None,
        ai=_part("commits", "share_ppm"),
        authors=_part("persons", "agents", "bots"),
        approvals=_part("persons", "possible", "needed", "proven", "against"),
        scan=_part("waived", open=dict[str, _Integer] | None),
    )
)


def sound(data: bytes) -> bool:
    """Whether the numbers in `data`, an input as JSON, are whole and not too large."""
    try:
        _decoder.decode(data)
    except msgspec.DecodeError:
        return False
    return True
