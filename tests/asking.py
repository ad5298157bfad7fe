"""Asking about one request in tests: live from the forge of ``forges``, without waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from affidavit.app.asking.live import Asking, request_live
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody, Waits

if TYPE_CHECKING:
    from affidavit.app.asking.model import ForgeNow
    from forges import Forge


class Wanting(TypedDict, total=False):
    """What of a request is known before it is asked about."""

    number: int | None
    head: str | None
    base: str | None
    branch: str | None
    group: str | None


def asked(forge: Forge, **wanted: Unpack[Wanting]) -> ForgeNow:
    """What `forge` tells of a request of ``firm/shop``."""
    wanting = Asking(owner="firm", name="shop", url=forge.url, **wanted)
    return request_live(wanting, Token(SECRET), Nobody(), waiting=Waits(forge))
