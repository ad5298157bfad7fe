"""Whose the lines of a commit are by what is claimed of it, and by the note on it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.changes.lines.model import (
    BY_AUTOMATION,
    SILENT,
    Ground,
    Hand,
    LineClass,
    Made,
    unknown,
)
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai import whose
from affidavit.provenance.gitai_log import PERSON, names_another, parse
from affidavit.provenance.model import Role, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.provenance.gitai_log import Keyed, Log, Spans
    from affidavit.provenance.model import Claim

GIT_AI = "git-ai"
"""What the notes of git-ai are called."""
_OF_ANOTHER = "it names another commit"
_HELPED = (Role.SUGGESTION, Role.ASSIST)


class Attested(NamedTuple):
    """Lines of a file that a note attests, and whose they are by it.

    `record` tells records of one commit apart: two of them may contradict each other.
    """

    spans: Spans
    made: Made
    record: str


class Noted(NamedTuple):
    """What the records of one form attest of one commit's lines, by path.

    `refused` is why a record of it cannot be used. `whole` is what they say of files as such.
    """

    source: str
    files: Mapping[bytes, Sequence[Attested]]
    refused: str = ""
    whole: Mapping[bytes, Made] = MappingProxyType({})


def by_commit(claims: Iterable[Claim], *, automation: bool) -> Made:
    """Whose the lines of a commit are that has these claims."""
    named = [one for one in claims if one.tier is not Tier.D]
    deciding = hands(one for one in named if one.decides)
    if deciding:
        return Made(LineClass.AI, Ground.COMMIT, deciding)
    if helped := hands(one for one in named if one.role in _HELPED):
        return unknown(Ground.ASSISTED, helped)
    return BY_AUTOMATION if automation else SILENT


def hands(claims: Iterable[Claim]) -> tuple[Hand, ...]:
    """The agents that are named, each with the model and session that are told of it.

    One that is named without a model where another claim names it with one is the same; so is one
    of which no name is told where another has one.
    """
    found = {Hand(one.agent, one.model or "", one.session or "") for one in claims}
    if any(one.agent != UNSPECIFIED for one in found):
        found = {one for one in found if one.agent != UNSPECIFIED}
    return tuple(sorted(one for one in found if not _is_told_better(one, found)))


def _is_told_better(hand: Hand, others: Iterable[Hand]) -> bool:
    return any(
        other != hand
        and other.agent == hand.agent
        and hand.model in ("", other.model)
        and hand.session in ("", other.session)
        for other in others
    )


def noted(bodies: Iterable[bytes], of: Sequence[str] = ()) -> tuple[Noted, ...]:
    """What each note of one commit attests of its lines; `of` is its id, and its first parent's.

    A note that is not wholly in its form attests nothing here: half of it would be what nobody
    said. Nor does one whose metadata names a commit that is none of `of`. Keys of a tool for tests
    attest nothing, and their file is one that the note speaks of.
    """
    return tuple(_noted(body, of, f"{GIT_AI} {number}") for number, body in enumerate(bodies))


def _noted(body: bytes, of: Sequence[str], record: str) -> Noted:
    try:
        log = parse(body)
    except FormatError as error:
        return Noted(GIT_AI, {}, error.message)
    if of and names_another(log.base, of):
        return Noted(GIT_AI, {}, _OF_ANOTHER)
    made = {key: _made(key, log) for key in {key for each in log.files.values() for key in each}}
    return Noted(
        GIT_AI,
        {path.encode(): [*_attested(keyed, made, record)] for path, keyed in log.files.items()},
    )


def _attested(keyed: Keyed, made: Mapping[str, Made | None], record: str) -> Iterator[Attested]:
    for key, spans in keyed.items():
        if whose_ := made[key]:
            yield Attested(spans, whose_, record)


def _made(key: str, log: Log) -> Made | None:
    if key.startswith(PERSON):
        return Made(LineClass.HUMAN, Ground.NOTE)
    who = whose(key, log)
    if who is None:
        return None
    return Made(LineClass.AI, Ground.NOTE, (Hand(who.agent, who.model or "", who.session or ""),))
