"""Entries: their whole bytes, the bounds of each field, and what is kept of what is not known."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.canonical import LARGEST, canonical, parsed
from affidavit.base.errors import DamagedError, EntryError
from affidavit.ledger.entry import (
    START,
    Entry,
    Fact,
    Link,
    RecordedBy,
    Subject,
    next_link,
    read_entry,
    sealed,
)
from facts import BY, DIGEST, a_blob, a_fact, a_stamp, naming

COMMIT = "0123456789" * 4


def refused(fact: Fact, *, by: RecordedBy = BY, id_: str = "id-1", tenant: str = "default") -> str:
    stamp = msgspec.structs.replace(a_stamp(id_), recorded_by=by, tenant=tenant)
    with pytest.raises(EntryError) as caught:
        sealed(fact, stamp, START)
    return caught.value.message


def test_the_first_entry_of_a_stream_has_these_bytes() -> None:
    assert sealed(a_fact(), a_stamp(), START) == (
        b'{"actor":"agent:5f2c","body":{"action":"comment","agent":"reviewer","result":"ok"},'
        b'"id":"id-1","kind":"agent.acted.v1",'
        b'"recorded_by":{"channel":"cli","credential":"uid:998"},"sequence":0,'
        b'"stream":"session-7","tenant":"default","time":"2026-11-21T13:00:00.123456Z",'
        b'"version":1}'
    )


def test_a_later_entry_with_all_its_fields_has_these_bytes() -> None:
    fact = Fact(
        kind="x.y.v12",
        stream="s",
        actor="a",
        body={"b": [None, True, -1, "é"], "a": {}},
        subject=Subject(commit=COMMIT, tree="a" * 64, digests=("gitoid:x", DIGEST)),
        blobs=(a_blob(), a_blob(media_type="a b", size=0)),
    )
    assert sealed(fact, a_stamp(), Link(4, DIGEST)).decode() == (
        '{"actor":"a",'
        f'"blobs":[{{"digest":"{DIGEST}","media_type":"text/plain","size":3}},'
        f'{{"digest":"{DIGEST}","media_type":"a b","size":0}}],'
        '"body":{"a":{},"b":[null,true,-1,"é"]},"id":"id-1","kind":"x.y.v12",'
        f'"previous":"{DIGEST}","recorded_by":{{"channel":"cli","credential":"uid:998"}},'
        '"sequence":5,"stream":"s",'
        f'"subject":{{"commit":"{COMMIT}","digests":["gitoid:x","{DIGEST}"],"tree":"{"a" * 64}"}},'
        '"tenant":"default","time":"2026-11-21T13:00:00.123456Z","version":1}'
    )


PLAIN = st.from_regex(r"[!-~]{1,20}( [!-~]{1,9}){0,3}", fullmatch=True)
BODIES = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=5),
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(max_size=9),
    max_size=5,
)


@given(PLAIN, PLAIN, BODIES, st.integers(0, LARGEST - 1))
def test_every_entry_is_canonical_json_and_read_back_whole(
    actor: str, stream: str, body: dict[str, object], sequence: int
) -> None:
    fact = Fact(kind="x.y.v1", stream=stream, actor=actor, body=body)
    data = sealed(fact, a_stamp(), Link(sequence, DIGEST))
    assert canonical(parsed(data)) == data
    assert json.loads(data)["body"] == body
    assert read_entry(data, 0) == Entry(
        actor=actor,
        body=msgspec.Raw(canonical(body)),
        id="id-1",
        kind="x.y.v1",
        previous=DIGEST,
        recorded_by=BY,
        sequence=sequence + 1,
        stream=stream,
        tenant="default",
        time="2026-11-21T13:00:00.123456Z",
        version=1,
    )


def test_a_subject_that_says_nothing_is_left_out() -> None:
    empty = sealed(a_fact(subject=Subject()), a_stamp(), START)
    assert empty == sealed(a_fact(), a_stamp(), START)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "acted",
        "agent.acted",
        "agent.acted.v0",
        "agent.acted.v01",
        "agent.acted.v10000",
        "Agent.acted.v1",
        "agent..acted.v1",
        "agent.acted.v1\n",
        "v1",
        "a.v1",
        "ägent.acted.v1",
    ],
)
def test_a_kind_without_its_version_or_of_other_letters_is_refused(kind: str) -> None:
    assert refused(a_fact(kind=kind)) == f"kind: {kind!a} is no versioned kind"


@pytest.mark.parametrize("kind", ["a.b.v1", "a-1.b.c-.v9999", "agent.acted.v2"])
def test_kinds_that_nobody_knows_yet_can_be_recorded(kind: str) -> None:
    assert read_entry(sealed(a_fact(kind=kind), a_stamp(), START), 0).kind == kind


UNFIT = ["", " a", "a ", "a  b", "a\n", "a\tb", "é", "\x7f", "\ud800", "\x00"]


@pytest.mark.parametrize("text", [*UNFIT, "x" * 257])
def test_an_actor_and_a_stream_are_256_printable_characters_at_most(text: str) -> None:
    told = "not 1 to 256 printable ASCII characters"
    assert refused(Fact(kind="x.y.v1", stream="s", actor=text, body={})) == f"actor: {told}"
    assert refused(a_fact(stream=text)) == f"stream: {told}"
    by = RecordedBy(channel="cli", credential=text)
    assert refused(a_fact(), by=by) == f"recorded_by.credential: {told}"


@pytest.mark.parametrize("text", [*UNFIT, "x" * 129])
def test_an_id_a_tenant_and_a_channel_are_128_printable_characters_at_most(text: str) -> None:
    told = "not 1 to 128 printable ASCII characters"
    assert refused(a_fact(), id_=text) == f"id: {told}"
    assert refused(a_fact(), tenant=text) == f"tenant: {told}"
    by = RecordedBy(channel=text, credential="x")
    assert refused(a_fact(), by=by) == f"recorded_by.channel: {told}"


def test_the_longest_names_are_taken() -> None:
    fact = Fact(kind="x.y.v1", stream="s" * 256, actor="~" * 256, body={})
    entry = read_entry(sealed(fact, a_stamp("!" * 128), START), 0)
    assert (entry.stream, entry.actor, entry.id) == ("s" * 256, "~" * 256, "!" * 128)


@pytest.mark.parametrize(
    "digest", ["", "sha256:", "ab" * 32, "sha256:" + "AB" * 32, "sha512:" + "ab" * 32, DIGEST + "0"]
)
def test_a_blob_is_named_by_its_sha_256(digest: str) -> None:
    message = "blobs: a digest is sha256: and 64 lowercase hex digits"
    assert refused(naming(a_blob(), a_blob(digest))) == message


@pytest.mark.parametrize("size", [-1, LARGEST + 1, 2**80])
def test_a_size_is_a_number_that_json_can_say(size: int) -> None:
    assert refused(naming(a_blob(size=size))) == "blobs: a size is 0 to 2^53 - 1 bytes"


@pytest.mark.parametrize("media_type", ["", "é", "a\nb"])
def test_a_media_type_is_printable(media_type: str) -> None:
    message = "blobs: a media type is printable ASCII, such as text/plain"
    assert refused(naming(a_blob(media_type=media_type))) == message


@pytest.mark.parametrize(
    "id_", ["", "abc", "A" * 40, "a" * 39, "a" * 41, "a" * 63, "a" * 40 + "\n"]
)
def test_a_commit_and_a_tree_are_whole_lowercase_ids(id_: str) -> None:
    told = "not 40 or 64 lowercase hex digits"
    assert refused(a_fact(subject=Subject(commit=id_))) == f"subject.commit: {told}"
    assert refused(a_fact(subject=Subject(tree=id_))) == f"subject.tree: {told}"


@pytest.mark.parametrize("digest", ["", "abc", "sha256:é", "a:\n", "a:" + "b" * 255])
def test_a_digest_of_a_subject_says_its_algorithm(digest: str) -> None:
    message = "subject.digests: each is an algorithm, a colon and the digest"
    assert refused(a_fact(subject=Subject(digests=(DIGEST, digest)))) == message


def test_an_entry_has_65_535_bytes_and_not_one_more() -> None:
    room = 65_535 - len(sealed(a_fact({"t": ""}), a_stamp(), START))
    assert len(sealed(a_fact({"t": "x" * room}), a_stamp(), START)) == 65_535
    assert refused(a_fact({"t": "x" * (room + 1)})) == (
        "body: the entry has 65,536 bytes, at most 65,535 are possible"
    )
    assert "65,536 bytes" in refused(a_fact({"t": "x" * (room - 1) + "é"}))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"a": {"b": 0.5}}, "body: a.b: no value of the profile: number with a fraction; write"),
        ({"ä": 1}, "body: the value: the key '\\xe4' is not ASCII text"),
        ({"a": "\ud800"}, "body: a text holds half of a surrogate pair"),
        ({"a": 2**53}, "body: a: the integer is beyond 2^53 - 1"),
    ],
)
def test_a_body_outside_the_profile_is_refused_by_its_field(
    body: dict[str, object], message: str
) -> None:
    assert refused(a_fact(body)).startswith(message)


def test_a_link_is_the_digest_of_the_whole_bytes() -> None:
    data = sealed(a_fact(), a_stamp(), START)
    assert next_link(data, 0) == Link(0, "rfc6962:" + hashlib.sha256(b"\0" + data).hexdigest())


def test_fields_that_are_not_known_do_not_keep_an_entry_from_being_read() -> None:
    data = sealed(a_fact({"later": 1}, kind="new.kind.v3"), a_stamp(), START)
    newer = data.replace(b'"version":1}', b'"version":2,"zone":{"x":[1]}}')
    entry = read_entry(newer, 0)
    assert (entry.version, bytes(entry.body)) == (2, b'{"later":1}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff",
        b"[]",
        b"{}",
        b"[" * 60_000,
        b'{"body":' + b"[" * 60_000,
        sealed(a_fact(), a_stamp(), START)[:-1],
        sealed(a_fact(), a_stamp(), START) + b" x",
        sealed(a_fact(), a_stamp(), START).replace(b'"sequence":0', b'"sequence":"0"'),
        sealed(a_fact(), a_stamp(), START).replace(b'"comment"', b'"\xff"'),
        sealed(a_fact(), a_stamp(), START).replace(b'"comment"', b'\n"comment"'),
    ],
)
def test_bytes_that_are_no_entry_are_damage_with_their_index(data: bytes) -> None:
    with pytest.raises(DamagedError, match=r"^entry 41: its bytes are "):
        read_entry(data, 41)
