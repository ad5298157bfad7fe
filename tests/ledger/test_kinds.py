"""Kinds: bodies that are known are held against their schema; all else is kept."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest
from msgspec import inspect

from affidavit.base.errors import EntryError
from affidavit.ledger.entry import KIND
from affidavit.ledger.kinds import KEEPERS_OWN, KINDS, check_body
from facts import ACTED, a_fact

DIGEST = "sha256:" + "0" * 64
COMMITMENT = "hmac-sha256:" + "0" * 64
SAMPLES = {"^hmac": COMMITMENT, r"^\d{4}"[:5]: "2026-03-02T12:00:00Z"}
"""Values by how the patterns of their fields begin; of any other pattern a digest."""


def a_value(kind: inspect.Type) -> object:
    """A value of the type of a field."""
    found: object = None
    match kind:
        case inspect.StrType(pattern=pattern):
            found = SAMPLES.get(pattern[:5], DIGEST) if pattern else "x"
        case inspect.LiteralType(values=values):
            found = values[0]
        case inspect.IntType():
            found = 1
        case inspect.BoolType():
            found = False
        case inspect.UnionType(types=(first, *_)):
            found = a_value(first)
        case inspect.DictType(value_type=inner):
            found = {"key": a_value(inner)}
        case inspect.VarTupleType(item_type=inner):
            found = [a_value(inner)]
        case inspect.StructType(fields=fields):
            found = {one.encode_name: a_value(one.type) for one in fields if one.required}
    return found


def a_body(kind: str) -> dict[str, object]:
    """A body of `kind` with all that it needs."""
    return cast("dict[str, object]", a_value(inspect.type_info(KINDS[kind])))


BODIES = {kind: a_body(kind) for kind in KINDS}
KNOWN = pytest.mark.parametrize("kind", sorted(BODIES))


def refused(kind: str, body: dict[str, object]) -> str:
    with pytest.raises(EntryError) as caught:
        check_body(a_fact(body, kind=kind))
    return caught.value.message


def required(kind: str) -> list[str]:
    return [one.name for one in msgspec.structs.fields(KINDS[kind]) if one.required]


def test_kinds_are_named_as_kinds_are_and_the_keepers_own_are_known() -> None:
    assert all(KIND.fullmatch(kind) for kind in KINDS)
    assert set(KINDS) >= KEEPERS_OWN


@KNOWN
def test_a_whole_body_is_taken(kind: str) -> None:
    check_body(a_fact(BODIES[kind], kind=kind))


@KNOWN
def test_fields_beside_the_schema_are_taken(kind: str) -> None:
    check_body(a_fact({**BODIES[kind], "later": {"x": [1]}}, kind=kind))


@KNOWN
def test_a_field_that_is_missing_is_named(kind: str) -> None:
    for name in required(kind):
        body = {key: value for key, value in BODIES[kind].items() if key != name}
        message = f"{kind}: body: Object missing required field `{name}`"
        assert refused(kind, body) == message


@KNOWN
def test_a_field_of_another_type_is_named(kind: str) -> None:
    for name in required(kind):
        message = refused(kind, {**BODIES[kind], name: 0.5})
        assert message.startswith(f"{kind}: body.{name}: Expected `")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "hello"),
        ("prompt", DIGEST),
        ("prompt", COMMITMENT.upper()),
        ("prompt", COMMITMENT + "0"),
        ("prompt", COMMITMENT + "\n"),
        ("prompt_hash", COMMITMENT),
        ("resource", "file.py"),
        ("agent", ""),
        ("action", "x" * 1025),
        ("result", None),
    ],
)
def test_an_action_takes_commitments_and_short_words(field: str, value: object) -> None:
    message = refused("agent.acted.v1", {**ACTED, field: value})
    assert message.startswith(f"agent.acted.v1: body.{field}: ")


def test_what_is_wrong_deep_inside_is_named_by_its_path() -> None:
    body = {**BODIES["landing.audited.v1"], "people": [{"id": "x"}, 3]}
    message = refused("landing.audited.v1", body)
    assert message.startswith("landing.audited.v1: body.people[0]: Object missing required field `")


def test_sizes_are_not_negative() -> None:
    message = refused("subject.disposed.v1", {**BODIES["subject.disposed.v1"], "values": -1})
    assert message == "subject.disposed.v1: body.values: Expected `int` >= 0"


@pytest.mark.parametrize("kind", ["agent.acted.v2", "team.own.v1"])
def test_bodies_of_kinds_that_are_not_known_are_nobodys_business(kind: str) -> None:
    check_body(a_fact({"anything": [{}]}, kind=kind))
