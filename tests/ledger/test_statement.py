from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_key

from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import signed_envelope
from affidavit.ledger.statement import (
    MOST_SUBJECTS,
    Artifact,
    Statement,
    commit_and_tree,
    of_commit,
    parse_statement,
    statement_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.ledger.dsse import Json

ONE, TWO = "1" * 40, "2" * 40
SAID = Statement(of_commit(ONE, TWO), "https://example.com/said/v1", {"a": [1, "\u00e9", None]})


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(SAID.encode()), **fields}).encode()


def subject(name: str, **digest: str) -> dict[str, Json]:
    return {"digest": dict(digest), "name": name}


def test_a_statement_is_written_as_in_toto_has_it_with_commit_and_tree_apart() -> None:
    assert SAID.encode().decode() == (
        '{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":[1,"\u00e9",null]},'
        '"predicateType":"https://example.com/said/v1","subject":['
        f'{{"digest":{{"gitCommit":"{ONE}"}},"name":"commit"}},'
        f'{{"digest":{{"gitTree":"{TWO}"}},"name":"tree"}}]}}'
    )


def test_an_envelope_gives_its_statement_back() -> None:
    envelope = signed_envelope(SAID.encode(), [a_key()])
    assert statement_of(envelope) == SAID
    assert commit_and_tree(statement_of(envelope)) == (ONE, TWO)


def test_a_payload_of_another_type_is_no_statement() -> None:
    envelope = signed_envelope(SAID.encode(), [a_key()], payload_type="application/json")
    with pytest.raises(FormatError, match=r"^it: the payload is not of the type application/vnd"):
        statement_of(envelope, place="it")


@pytest.mark.parametrize(
    "subjects",
    [
        pytest.param([subject("commit", gitCommit=ONE)], id="no tree"),
        pytest.param([subject("tree", gitTree=TWO)], id="no commit"),
        pytest.param([subject("a", sha256=ONE), subject("tree", gitTree=TWO)], id="other digest"),
        pytest.param(
            [subject(name, gitCommit=ONE) for name in "ab"] + [subject("t", gitTree=TWO)],
            id="two commits",
        ),
        pytest.param(
            [subject("c", gitCommit=ONE), subject("t", gitTree="2" * 64)], id="two object formats"
        ),
    ],
)
def test_both_commit_and_tree_are_required_once(subjects: list[Json]) -> None:
    with pytest.raises(FormatError):
        commit_and_tree(parse_statement(changed(subject=subjects)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", "it is not JSON"),
        (changed(_type="https://in-toto.io/Statement/v0.1"), "it: _type is not"),
        (changed(more=1), "it is not an object with the fields"),
        (changed(predicate=[]), "it: predicate is not an object"),
        (changed(predicateType=""), "it: predicateType is not text"),
        (changed(subject=[]), "it: subject is not a list of 1 to 100"),
        (changed(subject=[1] * (MOST_SUBJECTS + 1)), "it: subject is not a list"),
        (changed(subject=["a"]), "it: subject 1 is not an object"),
        (
            changed(subject=[subject("both", gitCommit=ONE, gitTree=TWO)]),
            "it: subject 1 has not just one digest",
        ),
        (changed(subject=[subject("none")]), "it: subject 1 has not just one digest"),
        (changed(subject=[subject("a", gitCommit="A" * 40)]), "it: subject 1: the digest is not"),
        (changed(subject=[subject("a", gitTree="a" * 41)]), "it: subject 1: the digest is not"),
        (changed(subject=[subject("a", sha256="xyz")]), "it: subject 1: the digest is not"),
        (changed(subject=[subject("", sha256="ab")]), "it: subject 1: name is not text"),
        (changed(subject=[subject("a", sha256="ab")] * 2), "it: two subjects have one name"),
    ],
)
def test_what_is_no_statement_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_statement(data, place="it")
    assert refused.value.message.startswith(message)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
STATEMENTS = st.builds(
    Statement,
    st.lists(
        st.builds(
            Artifact, TEXTS, st.just("sha256"), st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one.name,
    ).map(tuple),
    TEXTS,
    st.dictionaries(st.text("abc", max_size=3), st.integers() | TEXTS | st.none()),
)


@given(STATEMENTS)
def test_what_is_written_is_read_back(statement: Statement) -> None:
    assert parse_statement(statement.encode()) == statement


CHANGES: list[Callable[[str, str], tuple[str, str]]] = [
    lambda commit, tree: (tree, commit),
    lambda commit, _tree: (commit, commit),
    lambda _commit, tree: (tree, tree),
]


@pytest.mark.parametrize("change", CHANGES)
def test_commit_and_tree_cannot_stand_for_each_other(
    change: Callable[[str, str], tuple[str, str]],
) -> None:
    commit, tree = change(ONE, TWO)
    other = Statement(of_commit(commit, tree), SAID.predicate_type, SAID.predicate)
    assert commit_and_tree(parse_statement(other.encode())) != (ONE, TWO)
