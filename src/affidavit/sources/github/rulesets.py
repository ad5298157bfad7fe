"""Rulesets: as they are now, and the versions that the forge remembers (180 days)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.model import Account, AccountKind, Line, Missing, Ruleset
from affidavit.sources.github.accounts import instant
from affidavit.sources.github.answer import Answer, decoded
from affidavit.sources.github.transport import see_told

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from affidavit.sources.github.rest import Rest

MOST_VERSIONS = 1_000
"""How many versions of one ruleset are asked for, the newest first."""
_HISTORY_SINCE = (3, 19)
"""The first GitHub Enterprise Server that tells of versions."""


class _Named(msgspec.Struct):
    id: int


class _Actor(msgspec.Struct):
    id: int | None = None
    type: str | None = None


class _Version(msgspec.Struct):
    version_id: int
    updated_at: str
    actor: _Actor | None = None


class _Stated(_Version):
    state: dict[str, object] = {}


def listed(rest: Rest) -> tuple[int, ...]:
    """The rulesets that apply to the repository, those of its organisation with them.

    Raises:
        RefusedError: The forge does not list them.
    """
    ids: list[int] = []
    url = rest.url("rulesets", includes_parents="true", per_page="100")
    for answer in rest.pages(url):
        see_told(answer)
        ids.extend(one.id for one in decoded(answer, list[_Named]))
    return tuple(dict.fromkeys(ids))


def ruleset(rest: Rest, id_: int, known: Container[int]) -> Iterator[Line]:
    """A ruleset as it is now, and its versions but those that are `known`.

    What could not be had of the versions is marked in the record of now, which comes last.
    """
    answer = rest.get("rulesets", str(id_), includes_parents="true")
    missing: list[Missing] = []
    state: dict[str, object] = {}
    if answer.status == 200:
        state = decoded(answer, dict[str, object])
        if "bypass_actors" not in state:
            missing.append(Missing("bypass_actors", "hidden", needs="administration=write"))
    else:
        missing.append(answer.missing("state"))
    yield from _versions(rest, id_, known, missing)
    data = Ruleset(
        id=id_, at=answer.at, version=None, actor=None, state=state, missing=tuple(missing)
    )
    yield Line(origin=answer.origin(), data=data)


def _versions(
    rest: Rest, id_: int, known: Container[int], missing: list[Missing]
) -> Iterator[Line]:
    asked = 0
    for answer in rest.pages(rest.url("rulesets", str(id_), "history", per_page="100")):
        if answer.status != 200:
            missing.append(_refused(answer))
            return
        for one in decoded(answer, list[_Version]):
            if one.version_id in known:
                continue
            asked += 1
            if asked > MOST_VERSIONS:
                missing.append(Missing("history", "truncated"))
                return
            yield _version(rest, id_, one)


def _refused(answer: Answer) -> Missing:
    """A server that is too old says the same as one that refuses."""
    server = answer.headers.get("x-github-enterprise-version", "").split(".")
    numbers = tuple(int(one) for one in server[:2] if one.isdigit())
    if answer.status == 404 and numbers and numbers < _HISTORY_SINCE:
        return Missing("history", "version")
    return answer.missing("history")


def _version(rest: Rest, id_: int, one: _Version) -> Line:
    answer = rest.get("rulesets", str(id_), "history", str(one.version_id))
    missing: tuple[Missing, ...] = ()
    state: dict[str, object] = {}
    if answer.status == 200:
        state = decoded(answer, _Stated).state
        if "bypass_actors" not in state:
            missing = (Missing("bypass_actors", "hidden"),)
    else:
        missing = (answer.missing("state"),)
    data = Ruleset(
        id=id_,
        at=instant(one.updated_at),
        version=one.version_id,
        actor=_actor(one.actor),
        state=state,
        missing=missing,
    )
    return Line(origin=answer.origin(), data=data)


def _actor(found: _Actor | None) -> Account | None:
    """Of who made a version the forge tells a number alone: the login is empty."""
    if found is None or found.id is None:
        return None
    kind = AccountKind.PERSON if found.type == "User" else AccountKind.OTHER
    return Account(login="", kind=kind, id=found.id)
