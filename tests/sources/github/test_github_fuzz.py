"""Whatever a server says, it is a record, or one error of ours."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias, cast

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.base.errors import ForgeError, InputError
from affidavit.changes.forge.model import Line
from affidavit.sources.forge.reading import Export
from affidavit.sources.github import pulls
from affidavit.sources.github.answer import Answer
from affidavit.sources.github.checks import ran_on
from affidavit.sources.github.graph import Sized
from affidavit.sources.github.limits import pause
from affidavit.sources.github.rest import Rest
from collectors import graph, transport
from forgelines import HEAD, checks, line, pull, pull_commit
from forges import Forge, filled

if TYPE_CHECKING:
    from pathlib import Path

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Json, Json]:
    """True answers to a question for a page, and to one for checks."""
    from affidavit.sources.github import queries  # noqa: PLC0415

    with Forge(tmp_path_factory.mktemp("forge")) as forge:
        firm = filled(forge)
        about = {"owner": "firm", "name": "shop"}
        page = forge.query(queries.PAGE, **about, size=5, after=None)
        oid = firm.shop.pulls[1].head_oid
        ran = forge.query(queries.checks(1), **about, o0=oid, a0=None)
    return cast("Json", page), cast("Json", ran)


def spots(value: Json) -> list[tuple[Json, str | int]]:
    """Every place of `value` where something stands."""
    found: list[tuple[Json, str | int]] = []
    if isinstance(value, dict):
        found.extend((value, key) for key in value)
    elif isinstance(value, list):
        found.extend((value, at) for at in range(len(value)))
    for holder, key in list(found):
        found.extend(spots(holder[key]))  # type: ignore[index]
    return found


def changed(true: Json, data: st.DataObject) -> bytes:
    """`true` with something else in a few places."""
    value = copy.deepcopy(true)
    for _ in range(data.draw(st.integers(1, 3))):
        places = spots(value)
        holder, key = places[data.draw(st.integers(0, len(places) - 1))]
        holder[key] = data.draw(json_values)  # type: ignore[index]
    return json.dumps(value).encode()


def encodes(lines: tuple[Line, ...] | list[Line]) -> None:
    """See that `lines` are records that can be written and read again."""
    for one in lines:
        assert msgspec.json.decode(msgspec.json.encode(one), type=Line) == one


@settings(max_examples=75)
@given(data=st.data())
def test_any_answer_makes_pull_requests_or_an_error(
    answers: tuple[Json, Json], data: st.DataObject
) -> None:
    body = changed(answers[0], data)
    asking = graph(lambda _: httpx.Response(200, content=body))
    with suppress(ForgeError):
        encodes(pulls.page(asking, Sized(1), None).lines)


@settings(max_examples=75)
@given(data=st.data())
def test_any_answer_makes_checks_or_an_error(
    answers: tuple[Json, Json], data: st.DataObject
) -> None:
    body = changed(answers[1], data)

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body)

    with suppress(ForgeError):
        rest = Rest(transport(answer), "firm", "shop")
        encodes(ran_on(graph(answer), rest, Sized(1), ["a" * 40]))


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=50) | json_values.map(lambda one: json.dumps(one).encode()),
    headers=st.dictionaries(
        st.sampled_from(
            ("retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "date", "link")
        ),
        st.text(max_size=20) | st.integers().map(str),
    ),
)
def test_any_answer_is_waited_for_or_not(status: int, body: bytes, headers: dict[str, str]) -> None:
    answer = Answer(url="u", status=status, headers=headers, body=body, at="")
    found = pause(answer, 0, 1_767_600_000.0)
    assert found is None or found.seconds >= 1
    assert answer.next_link is None or "link" in headers


def some_lines() -> list[bytes]:
    records = [
        line(pull(1, commits=(pull_commit("c" * 40),))),
        line(checks("d" * 40, "success")),
    ]
    done = b'{"done":{"section":"checks","at":"2026-01-01T00:00:00Z","count":1,"requests":1}}'
    progress = b'{"progress":{"section":"checks","cursor":"x","etags":{"a":"b"}}}'
    return [msgspec.json.encode(HEAD), *map(msgspec.json.encode, records), progress, done]


@settings(max_examples=75)
@given(data=st.data())
def test_any_file_is_an_export_or_an_error_that_names_it(
    tmp_path: Path, data: st.DataObject
) -> None:
    lines = some_lines()
    at = data.draw(st.integers(0, len(lines) - 1))
    if data.draw(st.booleans()):
        lines[at] = changed(json.loads(lines[at]), data)
    else:
        cut = data.draw(st.integers(0, len(lines[at])))
        lines[at] = lines[at][:cut] + data.draw(st.binary(max_size=5)) + lines[at][cut + 1 :]
    place = tmp_path / "export.jsonl"
    place.write_bytes(b"\n".join(lines) + b"\n")
    told = ""
    try:
        encodes(list(Export(place).lines()))
    except InputError as error:
        told = error.message
    assert not told or told.startswith(str(place))
