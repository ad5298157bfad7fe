"""Whether the ledgers that evidence lies in are what this account's own keys signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.ledger.checked import SHOWN, checked
from affidavit.app.ledger.home import home
from affidavit.base.errors import AffidavitError
from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.attests.landing import Judged
    from affidavit.app.attests.model import About
    from affidavit.app.ledger.home import Home


def unbelieved(about: About) -> tuple[str, ...]:
    """Why ledgers that `about` names count for nothing, each reason once; none where all count.

    What is wrong with one may be that something is not in it any more: so nothing else makes up
    for it.

    Raises:
        AffidavitError: There is no ledger where one is named.
    """
    ledgers = {place.folder: place for place in _ledgers(about)}
    doubts = map(_doubt, ledgers.values())
    return tuple(dict.fromkeys(one for one in doubts if one is not None))


def told_of(judged: Judged) -> Iterator[str]:
    """The same as it is told."""
    return (f"not believed   {one}" for one in judged.unbelieved)


def _ledgers(about: About) -> Iterator[Home]:
    if about.ledger is not None:
        yield about.ledger
    for place in about.statements:
        if place.is_dir():
            yield home(place, about.repository)
    if about.forge is not None and about.forge.is_dir():
        yield home(about.forge, about.forge)


def _doubt(place: Home) -> str | None:
    try:
        unsure = checked(place)
    except AffidavitError as error:
        return visible(shortened(error.message, SHOWN))
    return None if unsure is None else visible(shortened(unsure.reason, SHOWN))
