"""What is no fault of a file of identities, and yet does not do what it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.people import shared_address
from affidavit.identity.account import account as written
from affidavit.identity.directory import directory
from affidavit.identity.member import MemberKind
from affidavit.identity.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.identity.entries import Tables
    from affidavit.identity.places import Places

MOST = 20
"""Names of teams that nobody bears which are told."""
NOBODYS = (
    "{} is nobody's own address, as hosts of local networks and of examples are: inside a"
    " repository it is believed of nobody, so declare an address of a public domain"
)
_TEAMS = ("[gate.teams]", "[gate]")


def doubtful(
    tables: Tables, teams: Mapping[str, tuple[str, ...]], text: str, places: Places
) -> Iterator[Problem]:
    """Addresses of persons that are believed of nobody, and names in teams that nobody bears."""
    count = len(tables.person)
    for index, one in enumerate(tables.person):
        for email in one.addresses:
            if shared_address(email):
                line = places.line("person", index, ("addresses", email), count=count)
                yield Problem(line, NOBODYS.format(visible(shortened(email, 200))))
    line = _line_of_teams(text)
    yield from (Problem(line, one) for one in strangers(tables, teams))


def strangers(tables: Tables, teams: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Of each name in a team by which no person is declared: which, and in which team."""
    where, names = directory(tables), {one.name for one in tables.person}
    found = list[str]()
    for team, named in sorted(teams.items()):
        for text in named:
            asked = written(text)
            known = where.by_account(asked) if asked else where.by_address(text)
            person = known is not None and known.kind is MemberKind.PERSON
            if not person and text not in names:
                shown = (visible(shortened(one, 100)) for one in (team, text))
                found.append("[gate.teams] {}: {} is no declared person".format(*shown))
    more = len(found) - MOST
    return (*found[:MOST], *([f"[gate.teams]: and {more:,} more"] if more > 0 else []))


def _line_of_teams(text: str) -> int:
    """The line at which the teams stand."""
    lines = [one.replace(" ", "").strip() for one in text.split("\n")]
    return next((lines.index(one) + 1 for one in _TEAMS if one in lines), 1)
