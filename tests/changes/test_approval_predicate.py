"""What a person signs of a change: one form, and whatever is in another is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.changes.approval.model import Code, Dated, SignedApproval, Strength, TimeBy
from affidavit.changes.approval.predicate import Answers, Approval, Change, envelope_for, read
from affidavit.changes.approval.words import QUESTIONS, Shown, described
from affidavit.ledger.approved import ApprovalRefused, ApprovalSigned
from affidavit.ledger.dsse import IN_TOTO, Envelope, parse_envelope
from signed_approvals import APPROVED, COMMIT, NOON, SOFT, TREE, signed

PAGE = (Path(__file__).parents[2] / "docs/formats/approval.md").read_text(encoding="utf-8")
WAIVED = msgspec.structs.replace(
    APPROVED, decision="waived", reason="why", items=("scan",), until=NOON
)


def payload() -> dict[str, Any]:
    found = json.loads(envelope_for(COMMIT, TREE, WAIVED).payload)
    assert isinstance(found, dict)
    return found


def envelope(said: object) -> Envelope:
    return Envelope(IN_TOTO, json.dumps(said).encode(), ())


@pytest.mark.parametrize("approval", [APPROVED, WAIVED])
def test_what_was_signed_is_read_back(approval: Approval) -> None:
    found = read(parse_envelope(signed(SOFT, approval).encode()))
    assert found == (COMMIT, TREE, approval)


def test_every_field_is_written_also_one_that_is_unknown() -> None:
    said = json.loads(envelope_for(COMMIT, TREE, APPROVED).payload)["predicate"]
    assert said == {
        "decision": "approved",
        "change": dict.fromkeys(
            ("base", "merge_base", "patch", "repository", "request"),
        ),
        "answers": dict.fromkeys(QUESTIONS),
        "ai_use": None,
        "reason": None,
        "items": [],
        "until": None,
        "at": NOON,
        "nonce": "0" * 32,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "perhaps"),
        ("ai_use", "much"),
        ("at", "2026-11-21"),
        ("nonce", "0"),
        ("until", "tomorrow"),
        ("items", ["a b"]),
        ("items", ["x"] * 101),
        ("reason", "x" * 2_001),
        ("reason", None),
        ("reason", " "),
        ("until", None),
        ("decision", "approved"),
        ("decision", "rejected"),
        ("change", {"base": "main"}),
        ("change", {"request": 0}),
        ("answers", {"security": "yes"}),
        ("more", 1),
    ],
)
def test_a_field_that_is_not_what_it_must_be_is_one_error(field: str, value: object) -> None:
    said = payload()
    said["predicate"][field] = value
    with pytest.raises(FormatError, match=r"^a file: predicate: "):
        read(envelope(said), place="a file")


def test_a_statement_of_something_else_is_no_approval() -> None:
    said = payload()
    said["predicateType"] = "https://example.com/other"
    with pytest.raises(FormatError, match=r"^it: the predicate is not of the type "):
        read(envelope(said), place="it")


def test_a_statement_without_its_tree_is_no_approval() -> None:
    said = payload()
    del said["subject"][1]
    with pytest.raises(FormatError, match=r"^it: there is not just one subject with a gitTree"):
        read(envelope(said), place="it")


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_bytes_of_anybody_are_read_or_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(Envelope(IN_TOTO, data, ()))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(payload()["predicate"])), _VALUES)
def test_any_value_in_any_field_is_read_or_refused_in_one_way(field: str, value: object) -> None:
    said = payload()
    said["predicate"][field] = value
    try:
        found = read(envelope(said)).approval
    except FormatError:
        return
    assert json.loads(json.dumps(msgspec.to_builtins(found)))[field] is not ...


def test_what_others_wrote_cannot_move_the_cursor_of_who_signs() -> None:
    approval = msgspec.structs.replace(WAIVED, reason="why\x1b[2J\nyou approve nothing")
    shown = Shown("title\x1b]0;x\x07", None)
    lines = list(described(read(envelope_for(COMMIT, TREE, approval)), shown))
    assert [one for one in lines if "\x1b" in one or "\n" in one] == []


def fields(kind: type[msgspec.Struct]) -> set[str]:
    return {one.encode_name for one in msgspec.structs.fields(kind)}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("The predicate", fields(Approval)),
        ("`change`", fields(Change)),
        ("`answers`", fields(Answers)),
        ("The facts", fields(ApprovalSigned) | fields(ApprovalRefused)),
        ("Problems", {*Code}),
        ("Strengths", {*Strength}),
        ("Times", {*TimeBy}),
    ],
)
def test_the_page_of_the_format_has_every_word_there_is(heading: str, expected: set[str]) -> None:
    section = re.split(r"^##+ ", PAGE, flags=re.MULTILINE)
    (text,) = [one for one in section if one.startswith(f"{heading}\n")]
    assert set(re.findall(r"^\| `([\w.-]+)` \|", text, re.MULTILINE)) == expected


def test_the_page_tells_how_the_asserted_time_compares() -> None:
    assert [one for one in Dated if f"`{one}`" not in PAGE] == []
    assert {"strength", "problems", "dated"} <= fields(SignedApproval)
