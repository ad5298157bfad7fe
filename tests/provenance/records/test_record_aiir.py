"""AIIR: receipts of commits and of reviews, bare or in a statement, and hostile ones."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from affidavit.base.digest import sha256
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import aiir
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records.model import Deed, Part, Record
from recorded import as_json, lines

COMMIT = "a1" * 20
TREE = "b2" * 20
FILE = ".aiir/receipts.jsonl"
SIGNALS = ["message_match:claude code", "message_match:lovable"]
CORE = {"type", "schema", "version", "commit", "ai_attestation", "provenance"} | {
    "reviewed_commit",
    "reviewer",
    "review_outcome",
    "comment",
}


def sealed(receipt: dict[str, object]) -> dict[str, object]:
    """`receipt` with the digest of its core, as AIIR makes it."""
    core = {name: value for name, value in receipt.items() if name in CORE}
    text = json.dumps(core, sort_keys=True, separators=(",", ":"))
    return {**receipt, "content_hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest()}


def a_receipt(**said: object) -> dict[str, object]:
    return sealed(
        {
            "type": "aiir.commit_receipt",
            "schema": "aiir/commit_receipt.v2",
            "version": "1.7.0",
            "commit": {"sha": COMMIT, "tree_sha": TREE, "subject": "Würfel", "files_changed": 1},
            "ai_attestation": {
                "is_ai_authored": True,
                "signals_detected": SIGNALS,
                "authorship_class": "ai_assisted",
            },
            "provenance": {"repository": None, "tool": "https://example.org/aiir@1.7.0"},
            "timestamp": "2026-03-12T12:13:52Z",
            "extensions": {},
            **said,
        }
    )


def a_review(outcome: object = "approved", **said: object) -> dict[str, object]:
    return sealed(
        {
            "type": "aiir.review_receipt",
            "schema": "aiir/review_receipt.v1",
            "version": "1.7.0",
            "reviewed_commit": {"sha": COMMIT},
            "reviewer": {"name": "Jo Doe", "email": "jo@example.org"},
            "review_outcome": outcome,
            "provenance": {"repository": None},
            "timestamp": "2026-03-12T12:13:52Z",
            **said,
        }
    )


def only(receipt: object) -> Record:
    (record,) = aiir.read(as_json(receipt), place=FILE)
    return record


def a_claim(words: str, *, tier: Tier, agent: str, **said: object) -> Claim:
    plain = Claim(
        commit=COMMIT,
        rule="PRV-AIIR-001" if tier is Tier.C else "PRV-AIIR-002",
        tier=tier,
        agent=agent,
        role=Role.CO_AUTHOR,
        source="aiir",
        evidence=words,
        digest=sha256(words.encode()),
    )
    return replace(plain, **said)


DETECTED = a_claim(", ".join(SIGNALS), tier=Tier.D, agent="unspecified")
FOUND = Record(
    source="aiir",
    place=FILE,
    commit=COMMIT,
    tree=TREE,
    time="2026-03-12T12:13:52Z",
    claims=(DETECTED,),
    stated=(("authorship-class", "ai_assisted"),),
)


def test_what_the_detector_made_of_a_message_is_context() -> None:
    assert only(a_receipt()) == FOUND
    assert not DETECTED.decides


@pytest.mark.parametrize("schema", ["aiir/commit_receipt.v1", "aiir/commit_receipt.v2"])
def test_both_forms_are_read(schema: str) -> None:
    assert only(a_receipt(schema=schema)) == FOUND


def test_a_receipt_in_a_statement_is_the_same() -> None:
    statement = {"_type": "https://in-toto.io/Statement/v1", "predicate": a_receipt()}
    assert only(statement) == FOUND


def test_one_agent_that_is_detected_is_named() -> None:
    told = {"is_ai_authored": True, "signals_detected": SIGNALS[:1]}
    named = a_claim(SIGNALS[0], tier=Tier.D, agent="claude-code")
    assert only(a_receipt(ai_attestation=told)) == replace(FOUND, claims=(named,), stated=())


@pytest.mark.parametrize("word", ["human", "bot"])
def test_a_receipt_without_signals_claims_nothing(word: str) -> None:
    told = {"is_ai_authored": False, "signals_detected": [], "authorship_class": word}
    record = only(a_receipt(ai_attestation=told))
    assert record == replace(FOUND, claims=(), stated=(("authorship-class", word),))


def test_a_tool_that_it_was_told_of_is_a_typed_claim() -> None:
    agent = {"tool_id": "cursor", "model_class": "openai/gpt-4o", "session_id": "s-1"}
    declared = a_claim("tool_id: cursor", tier=Tier.C, agent="cursor")
    record = only(a_receipt(extensions={"agent_attestation": agent}))
    told = replace(declared, model="gpt-4o", session="s-1")
    assert record == replace(FOUND, claims=(told, DETECTED))


def test_a_tool_that_is_no_agent_is_no_claim() -> None:
    record = only(a_receipt(extensions={"agent_attestation": {"tool_id": "dependabot[bot]"}}))
    assert record == replace(FOUND, problems=(aiir.NO_AGENT,))


def test_a_receipt_that_was_changed_claims_nothing() -> None:
    changed = {**a_receipt(), "version": "9.9.9"}
    assert only(changed) == replace(FOUND, claims=(), problems=(aiir.OTHER_DIGEST,))


def test_a_receipt_without_a_digest_claims_nothing() -> None:
    assert only({**a_receipt(), "content_hash": ""}) == replace(
        FOUND, claims=(), problems=(aiir.NO_DIGEST,)
    )


def test_a_receipt_whose_digest_cannot_be_made_claims_nothing() -> None:
    data = as_json(a_receipt()).replace(b'"1.7.0"', b"1" * 5_000)
    assert [one.problems for one in aiir.read(data, place=FILE)] == [(aiir.OTHER_DIGEST,)]


def test_a_receipt_of_no_commit_claims_nothing() -> None:
    record = only(a_receipt(commit={"sha": "a1b2c3d"}))
    assert record == replace(FOUND, commit=None, tree=None, claims=(), problems=(aiir.NO_COMMIT,))


def test_parts_of_another_form_say_nothing() -> None:
    record = only(a_receipt(commit=7, ai_attestation=[], extensions="x", timestamp="now"))
    assert record == Record(source="aiir", place=FILE, problems=(aiir.NO_COMMIT, doc.NO_TIME))


@pytest.mark.parametrize(("outcome", "deeds"), [("approved", 1), ("rejected", 0), ("commented", 0)])
def test_a_review_is_a_deed_that_nobody_checked(outcome: str, deeds: int) -> None:
    assert only(a_review(outcome)) == Record(
        source="aiir",
        place=FILE,
        commit=COMMIT,
        time="2026-03-12T12:13:52Z",
        deeds=(Deed(Part.APPROVER, "Jo Doe <jo@example.org>"),) * deeds,
        stated=(("review-outcome", outcome),),
    )


def test_a_review_that_was_changed_is_no_deed() -> None:
    record = only({**a_review(), "version": "0"})
    assert (record.deeds, record.problems) == ((), (aiir.OTHER_DIGEST,))
    nobody = only(a_review(7, reviewed_commit=None, reviewer=None))
    assert (nobody.deeds, nobody.stated, nobody.problems) == ((), (), (aiir.NO_COMMIT,))


def test_another_schema_is_told_and_not_read() -> None:
    record = only(a_receipt(schema="aiir/commit_receipt.v3"))
    told = "its schema is aiir/commit_receipt.v3, which is not read"
    assert record == Record(source="aiir", place=FILE, problems=(told,))
    assert only(a_receipt(schema="")).problems == ("its schema is not named, which is not read",)


def test_what_is_no_receipt_is_counted_in_a_record_that_has_nothing_else() -> None:
    data = lines(a_receipt(), {"type": "other", "schema": "x"}, {}) + b"{"
    told = (f"{aiir.NO_RECEIPT}: 2", f"{doc.NO_JSON}: 1")
    rest = Record(source="aiir", place=FILE, problems=told)
    assert aiir.read(data, place=FILE) == (FOUND, rest)


@given(st.binary(max_size=200))
def test_any_bytes_give_records_with_problems_or_nothing(data: bytes) -> None:
    assert all(one.problems for one in aiir.read(data, place=FILE))


ANY = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)


@given(said=st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(CORE - {"type"}), ANY)))
def test_any_fields_claim_nothing_of_another_commit(said: dict[str, object]) -> None:
    for one in aiir.read(as_json({**a_receipt(), **said}), place=FILE):
        assert {claim.commit for claim in one.claims} <= {one.commit}
