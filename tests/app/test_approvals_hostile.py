"""Signed approvals that were made to deceive: nothing raises, nothing passes, nothing is silent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.approvals import found as found_module
from affidavit.app.approvals.found import Gathered, Said
from affidavit.base.errors import UnreadableError
from affidavit.changes.approval.judging import judged
from affidavit.changes.approval.posted import posted
from affidavit.ledger.dsse import Envelope, Signed
from affidavit.ledger.entry import Subject
from authenticator import security_key
from signed_approvals import (
    ANN,
    COMMIT,
    SOFT,
    TOUCH,
    TREE,
    about,
    fact_of,
    row,
    signed,
    statement,
    trusting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from authenticator import Key

HERE = Subject(commit=COMMIT, tree=TREE)
KEYS = (TOUCH, SOFT, security_key("sk-ecdsa-sha2-nistp256@openssh.com", seed=5))


def gathered(*said: Said) -> Gathered:
    """What is gathered of facts."""
    found = Gathered(COMMIT, TREE, lambda _: False)
    found.take("a test", lambda: said)
    return found


def said(envelope: Envelope, /, **more: object) -> Said:
    return Said(fact_of(envelope, **more).body, HERE, "a test")


@given(st.sampled_from(KEYS), st.integers(0, 8_000))
@settings(max_examples=150)
def test_no_bit_of_a_signature_can_be_turned(key: Key, bit: int) -> None:
    envelope = signed(key)
    data = bytearray(envelope.signatures[0].signature)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    turned = Envelope(envelope.payload_type, envelope.payload, (Signed("", bytes(data)),))
    found = judged(statement(turned), about(), trusting(row(ANN, key)))
    assert (found.grade, found.counts) == (None, False)


@given(st.binary(max_size=300))
def test_bytes_of_anybody_are_no_signature(data: bytes) -> None:
    envelope = signed(TOUCH)
    other = Envelope(envelope.payload_type, envelope.payload, (Signed("", data),))
    found = judged(statement(other), about(), trusting(row(ANN, TOUCH)))
    assert (found.grade, found.fingerprint, found.counts) == (None, None, False)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(_JSON)
def test_a_body_that_holds_anything_is_told_and_raises_nothing(body: object) -> None:
    found = gathered(Said(body, HERE, "a test"))
    assert (found.found, len(found.unread)) == ((), 1)


@given(st.sampled_from(["statement", "envelope", "signer", "decision"]), _JSON)
def test_a_field_that_holds_anything_is_read_or_told(field: str, value: object) -> None:
    found = gathered(said(signed(TOUCH), **{field: value}))
    assert len(found.found) + len(found.unread) == 1


def test_what_is_wrong_about_another_commit_is_not_told_here() -> None:
    elsewhere = Subject(commit="d" * 40, tree="e" * 40)
    assert gathered(Said({}, elsewhere, "a test")).unread == []


def test_a_name_of_a_key_that_is_not_its_own_changes_nothing() -> None:
    envelope = signed(TOUCH)
    renamed = Envelope(
        envelope.payload_type,
        envelope.payload,
        (Signed(SOFT.public.fingerprint, envelope.signatures[0].signature),),
    )
    (one,) = gathered(said(renamed), said(envelope)).found
    assert one.envelope == envelope
    assert posted(one.envelope) == posted(envelope)


def test_more_signatures_than_are_judged_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_module, "MOST", 2)
    each = [signed(key) for key in KEYS]
    found = gathered(*map(said, each))
    assert (len(found.found), found.unread) == (
        2,
        ["more than 2 signatures are about the commit"],
    )


def test_a_source_that_breaks_off_keeps_what_was_read_before() -> None:
    def breaking() -> Iterator[Said]:
        yield said(signed(TOUCH))
        raise UnreadableError("the disk is gone\x1b[2J")

    found = Gathered(COMMIT, TREE, lambda _: False)
    found.take("a file", partial(breaking))
    assert (len(found.found), found.unread) == (1, ["a file: the disk is gone\\u001b[2J"])
