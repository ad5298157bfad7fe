"""What the writers of line-level records share: lines by path and by whom they are attested to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.gitai_log import HIGHEST, Spans, count, united
from affidavit.provenance.records.documents import Counts, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.provenance.records.model import Attests, LineClaim

NO_LINES = "claims of files that name no lines, left out"
NO_RANGE = "ranges of lines that are none, left out"
NO_PATH = "paths that the form has no way to write, left out"
NO_TEXT = "names that are no text, left out with their lines"


class Written(NamedTuple):
    """A record as bytes, empty where nothing can be said, and in sentences what is not in it."""

    data: bytes
    left_out: tuple[str, ...]


class Whose(NamedTuple):
    """To whom lines are attested; an agent that is not named is empty."""

    attests: Attests
    agent: str
    model: str | None
    session: str | None

    def order(self) -> tuple[str, str, str, str]:
        """What several are ordered by."""
        return (self.attests, self.agent, self.model or "", self.session or "")


Attested = dict[str, dict[Whose, Spans]]
"""By path, in order, the lines of each to whom any are attested."""


def attested_lines(claims: Iterable[LineClaim], counts: Counts) -> Attested:
    """The lines that `claims` attest; what cannot be written in any form is counted."""
    found: dict[str, dict[Whose, list[Spans]]] = {}
    for one in claims:
        if not one.spans:
            counts.count(NO_LINES)
        elif not all(0 < first <= last <= HIGHEST for first, last in one.spans):
            counts.count(NO_RANGE)
        elif not is_text(one.path) or path_of(one.path, Counts()) != one.path:
            counts.count(NO_PATH)
        elif not all(map(is_text, (one.agent, one.model or "", one.session or ""))):
            counts.count(NO_TEXT)
        else:
            whose = Whose(one.attests, one.agent, one.model, one.session)
            found.setdefault(one.path, {}).setdefault(whose, []).append(one.spans)
    return {path: _in_order(found[path]) for path in sorted(found)}


def _in_order(found: Mapping[Whose, list[Spans]]) -> dict[Whose, Spans]:
    return {whose: united(*found[whose]) for whose in sorted(found, key=Whose.order)}


def lines_of(found: Attested, *attests: Attests) -> int:
    """How many lines are attested in one of these ways."""
    return sum(
        count(spans)
        for each in found.values()
        for whose, spans in each.items()
        if whose.attests in attests
    )


def is_text(told: str) -> bool:
    """Whether UTF-8 can say it: half of a surrogate pair is no text."""
    return told.isascii() or not any("\ud800" <= each <= "\udfff" for each in told)
