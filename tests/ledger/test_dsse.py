from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_key, a_witness

from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import (
    IN_TOTO,
    LARGEST_ENVELOPE,
    MOST_SIGNATURES,
    Envelope,
    Signed,
    check,
    pae,
    parse_envelope,
    signed_envelope,
)
from affidavit.ledger.encoding import to_base64
from affidavit.ledger.note import Outcome

ALICE = a_key("alice.example")
BEN = a_key("ben.example")
PAYLOAD = b'{"a":1}'
ENVELOPE = signed_envelope(PAYLOAD, [ALICE])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


def test_what_is_signed_is_the_published_encoding() -> None:
    published = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == published


def test_lengths_count_bytes_and_not_characters() -> None:
    assert pae("\u00e9", "\u00e9\u00e9".encode()) == "DSSEv1 2 \u00e9 4 \u00e9\u00e9".encode()


def test_the_published_envelope_is_read() -> None:
    signature = (
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    )
    found = parse_envelope(
        b'{"payload": "aGVsbG8gd29ybGQ=",\n'
        b' "payloadType": "http://example.com/HelloWorld",\n'
        b' "signatures": [{"sig": "%b"}]}' % signature.encode()
    )
    assert (found.payload_type, found.payload) == ("http://example.com/HelloWorld", b"hello world")
    assert [(one.keyid, to_base64(one.signature)) for one in found.signatures] == [("", signature)]


def test_an_envelope_is_written_in_canonical_json_with_the_id_of_its_key() -> None:
    sig = to_base64(ALICE.sign(b"DSSEv1 28 application/vnd.in-toto+json 7 " + PAYLOAD))
    assert ENVELOPE.encode().decode() == (
        '{"payload":"eyJhIjoxfQ==","payloadType":"application/vnd.in-toto+json",'
        f'"signatures":[{{"keyid":"{ALICE.key}","sig":"{sig}"}}]}}'
    )


def test_the_digest_is_that_of_what_is_signed_whoever_signed_it() -> None:
    expected = "sha256:" + hashlib.sha256(pae(IN_TOTO, PAYLOAD)).hexdigest()
    assert ENVELOPE.digest() == signed_envelope(PAYLOAD, [BEN, ALICE]).digest() == expected


def test_a_signature_is_good_for_its_key_and_absent_for_another() -> None:
    assert check(ENVELOPE, ALICE.key) is Outcome.GOOD
    assert check(ENVELOPE, BEN.key) is Outcome.ABSENT


def test_each_of_several_signatures_is_checked_by_itself() -> None:
    both = signed_envelope(PAYLOAD, [ALICE, BEN])
    spoiled = replace(both, signatures=(both.signatures[0], Signed(str(BEN.key), bytes(64))))
    assert [check(both, key.key) for key in (ALICE, BEN)] == [Outcome.GOOD, Outcome.GOOD]
    assert [check(spoiled, key.key) for key in (ALICE, BEN)] == [Outcome.GOOD, Outcome.BAD]


def test_one_bad_signature_under_a_keys_id_spoils_its_good_one() -> None:
    spoiled = replace(ENVELOPE, signatures=(*ENVELOPE.signatures, Signed(str(ALICE.key), b"x")))
    assert check(spoiled, ALICE.key) is Outcome.BAD


def test_a_signature_that_names_no_key_is_tried_and_held_against_nobody() -> None:
    nameless = replace(ENVELOPE, signatures=(Signed("", ENVELOPE.signatures[0].signature),))
    assert check(nameless, ALICE.key) is Outcome.GOOD
    assert check(nameless, BEN.key) is Outcome.ABSENT


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(ENVELOPE, payload=b'{"a":2}'), id="payload"),
        pytest.param(replace(ENVELOPE, payload_type="application/json"), id="type"),
        pytest.param(
            replace(ENVELOPE, payload_type=f"{IN_TOTO} 7 x", payload=PAYLOAD), id="longer type"
        ),
    ],
)
def test_no_signature_outlives_a_change_of_what_it_is_over(changed: Envelope) -> None:
    assert check(changed, ALICE.key) is Outcome.BAD


def test_a_witnesses_key_signs_no_envelope() -> None:
    witness = a_witness("witness.example")
    named = replace(ENVELOPE, signatures=(Signed(str(witness.key), b"x"),))
    assert check(ENVELOPE, witness.key) is Outcome.ABSENT
    assert check(named, witness.key) is Outcome.UNSUPPORTED
    with pytest.raises(ValueError, match="Ed25519 keys"):
        signed_envelope(PAYLOAD, [witness])


def test_an_envelope_without_a_signer_is_not_made() -> None:
    with pytest.raises(ValueError, match="one at least"):
        signed_envelope(PAYLOAD, [])


def test_both_alphabets_of_base64_are_read_but_not_mixed() -> None:
    usual = '{"payload":"%s","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}]}'
    read = [parse_envelope((usual % text).encode()).payload for text in ("+/+/", "-_-_")]
    assert read == [b"\xfb\xff\xbf", b"\xfb\xff\xbf"]
    with pytest.raises(FormatError, match="mixes"):
        parse_envelope((usual % "+/-_").encode())


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(ENVELOPE.encode()), **fields}).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the line is not JSON"),
        (b"[]", "the line is not an object with the fields payload, payloadType, signatures"),
        (changed(more=1), "the line is not an object"),
        (changed(payload=1), "the line: payload is not text"),
        (changed(payload=""), "the line: payload is not base64"),
        (changed(payload="eyJhIjoxfQ"), "the line: payload is not base64"),
        (changed(payload="eyJhIjoxfR=="), "the line: payload is not base64 in its one"),
        (changed(payloadType=""), "the line: payloadType is not text of 1 to 1024"),
        (changed(payloadType="t" * 1_025), "the line: payloadType is not text of 1 to 1024"),
        (changed(signatures=[]), "the line: signatures is not a list of 1 to 100"),
        (changed(signatures=[{}] * (MOST_SIGNATURES + 1)), "the line: signatures is not a list"),
        (changed(signatures=[1]), "the line: signature 1 is not an object"),
        (changed(signatures=[{"keyid": 1, "sig": "AA=="}]), "the line: signature 1: keyid"),
        (changed(signatures=[{"keyid": "k", "sig": "?"}]), "the line: signature 1: sig"),
        (changed(payloadType="\ud800"), "the line is not JSON in UTF-8"),
        (b'{"payload":"AA==","payload":"AA=="}', "the line is not JSON in UTF-8 with each key"),
        (b'{"payload":1.5}', "the line is not JSON"),
        (b'{"payload":NaN}', "the line is not JSON"),
        (b"9" * 5_000, "the line is not JSON"),
        (b"[" * 100_000, "the line is not JSON"),
        (b" " * (LARGEST_ENVELOPE + 1), "the line has more than 1048576 bytes"),
    ],
)
def test_what_is_no_envelope_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_envelope(data, place="the line")
    assert refused.value.message.startswith(message)


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_random_bytes_are_no_envelope(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_envelope(data)


ENVELOPES = st.builds(
    Envelope,
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.binary(min_size=1, max_size=50),
    st.lists(
        st.builds(
            Signed,
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            st.binary(min_size=1, max_size=70),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


@given(ENVELOPES)
def test_what_is_written_is_read_back(envelope: Envelope) -> None:
    assert parse_envelope(envelope.encode()) == envelope
    assert check(envelope, ALICE.key) is Outcome.ABSENT


@given(st.data())
def test_an_envelope_with_a_bit_flipped_is_never_good(data: st.DataObject) -> None:
    whole = bytearray(ENVELOPE.encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = parse_envelope(bytes(whole))
    except FormatError:
        return
    assert check(found, ALICE.key) is not Outcome.GOOD
