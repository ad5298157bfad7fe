"""Facts as a program gives them to a recorder, checked before they are taken."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Required, TypedDict

import msgspec

from affidavit.app.clock import written
from affidavit.app.recorder.outcome import Draft
from affidavit.app.recorder.personal import UNMADE
from affidavit.base.canonical import LARGEST
from affidavit.base.errors import EntryError
from affidavit.ledger.commitment import value_bytes
from affidavit.ledger.entry import Fact, Link, RecordedBy, Stamp, sealed
from affidavit.ledger.kinds import KEEPERS_OWN, check_body

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRIVATE = ("prompt", "resource")
"""What of an action is never in a fact itself."""
_FARTHEST = Link(LARGEST - 1, "rfc6962:" + "0" * 64)
_BY = RecordedBy(channel="recorder", credential="uid:4294967295")
_TIME = written(0)
_LONGEST_ACTOR = 250


class Said(TypedDict, total=False):
    """What a program says of an action of an agent.

    `resource` and `prompt` are kept in the vault, as data of `person` if one is named, else of the
    session. `resource_hash` and `prompt_hash`, ``sha256:`` and 64 hex digits, stand in the fact as
    given: what is short can be guessed from them. All else stands in the fact in clear.
    """

    agent: Required[str]
    action: Required[str]
    result: Required[str]
    resource: str | None
    prompt: str | None
    resource_hash: str | None
    prompt_hash: str | None
    session: str | None
    model: str | None
    person: str | None


class _Body(msgspec.Struct, frozen=True):
    body: dict[str, object]


_bodies = msgspec.json.Decoder(_Body)
_KNOWN = Said.__annotations__.keys()


def acted(said: Mapping[str, object], session: str) -> Draft:
    """That an agent did something, in the session it names or else in `session`.

    Raises:
        TypeError: Something is said that no action has.
        EntryError: A prompt or resource is no text, or too large.
    """
    if unknown := said.keys() - _KNOWN:
        raise TypeError(f"log_action() got an unexpected argument {min(unknown)!r}")
    body = {name: value for name, value in said.items() if value is not None and name != "person"}
    where = str(body.setdefault("session", session))
    values = tuple((name, _text(name, body[name])) for name in _PRIVATE if name in body)
    body.update((name, UNMADE) for name, _ in values)
    person = said.get("person")
    fact = Fact(
        kind="agent.acted.v1",
        stream=f"agent:{where}",
        actor=actor_of(str(body.get("agent"))),
        body=body,
    )
    about = ("session", where) if person is None else ("person", _text("person", person))
    return Draft(fact=fact, values=values, about=about)


def actor_of(agent: str) -> str:
    """The id of an agent whose name stands in clear beside it: the same name has the same id."""
    if len(agent) <= _LONGEST_ACTOR and agent.isascii() and agent.isprintable():
        plain = " ".join(agent.split())
        if plain == agent and plain:
            return f"agent:{agent}"
    return f"agent:{hashlib.sha256(agent.encode(errors='replace')).hexdigest()[:32]}"


def checked(draft: Draft, id_: str) -> tuple[Draft, int]:
    """`draft` as it can be recorded, with an id and apart from what its caller may change later.

    Also about how many bytes it takes.

    Raises:
        EntryError: It cannot be recorded; the message names the field.
        FormatError: A value that is to be kept is longer than 1 MiB, or no text.
    """
    given = draft.fact
    if given.kind in KEEPERS_OWN:
        raise EntryError(f"kind: {given.kind} is written by the keeper's own commands alone")
    check_body(given)
    stamp = Stamp(id=given.id or id_, time=_TIME, tenant="default", recorded_by=_BY)
    data = sealed(given, stamp, _FARTHEST)
    fact = msgspec.structs.replace(given, id=stamp.id, body=_bodies.decode(data).body)
    size = len(data) + sum(len(value_bytes(value)) for _, value in draft.values)
    return msgspec.structs.replace(draft, fact=fact), size


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise EntryError(f"{name}: not text")
    return value
