"""The format of an entry, read in full and by its shape."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import entry

from affidavit.base.errors import FormatError
from affidavit.ledger.tree import leaf_hash
from affidavit.verify.bundles import Hashed, Run, entries_in
from affidavit.verify.entries import BlobName, EntryFault, Envelope, Json, envelope
from affidavit.verify.shapes import MOST_SHAPES, Shapes, shape_of, text_of

HEX = "ab" * 32
BLOB = {"digest": f"sha256:{HEX}", "media_type": "text/plain", "size": 3}
BY = '{"channel":"cli","credential":"uid:1000"}'
BODY: dict[str, Json] = {"action": "edit", "result": "ok", "tokens": 12}
FIELDS = ("version", "kind", "id", "time", "tenant", "stream", "sequence", "actor", "body")

names = st.text("abcsequenceprevious_", max_size=10)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def learned(data: bytes) -> Shapes:
    shapes = Shapes()
    shapes.learn(text_of(data))
    shapes.learn(text_of(data))
    return shapes


def matched(shapes: Shapes, text: str) -> re.Match[str] | None:
    return shapes.match(text, 0, len(text))


def ties(shapes: Shapes, match: re.Match[str]) -> tuple[str, str, str, str]:
    """What a match hands out but for ``recorded_by``: ``blobs`` and the link."""
    blobs, others = shapes.groups[match.lastindex or 0]
    previous, _, sequence, stream = match.group(*others)
    return match[blobs] if blobs else "", previous or "", sequence, stream


def a_bundle(*entries: bytes) -> Hashed:
    lengths = [len(each).to_bytes(2) + each for each in entries]
    return Hashed([Run(len(entries), b"".join(lengths))])


def test_an_entry_tells_its_stream_its_number_and_what_it_names() -> None:
    data = entry(sequence=4, previous=f"rfc6962:{HEX}", blobs=[BLOB])
    expected = Envelope("agent.acted.v1", "session/1", 4, HEX, (BlobName(HEX, 3),), BODY, BY)
    assert envelope(data) == expected


def test_unknown_kinds_and_fields_are_left_alone() -> None:
    assert envelope(entry(kind="moon.seen.v9", extra={"any": [1, None, True]})).blobs == ()


@pytest.mark.parametrize("name", [*FIELDS, "recorded_by"])
@pytest.mark.parametrize("value", [None, [], 1.5, 2**53, "", True, {"x": 1.0}])
def test_a_field_that_is_missing_or_of_another_type_is_a_fault(name: str, value: object) -> None:
    with pytest.raises(EntryFault):
        envelope(entry(**{name: value}))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"version": 2}, "its version is not 1"),
        ({"stream": "x" * 257}, "stream is not a text of 1 to 256 characters"),
        ({"kind": "agent.acted"}, "kind does not have its form"),
        ({"time": "2026-13-01T00:00:00.000000Z"}, "time does not have its form"),
        (
            {"recorded_by": {"channel": "cli"}},
            "recorded_by.credential is not a text of 1 to 256 characters",
        ),
        ({"subject": []}, "subject is not an object"),
        ({"subject": {"digests": [1]}}, "subject has a field that is no text"),
        ({"sequence": -1}, "sequence is not an integer from 0"),
        ({"sequence": 1}, "previous must be absent at sequence 0, and nowhere else"),
        ({"previous": f"rfc6962:{HEX}"}, "previous must be absent at sequence 0"),
        ({"sequence": 1, "previous": HEX}, "previous is not rfc6962: and 64 hex digits"),
        ({"blobs": {}}, "blobs is not a list"),
        ({"blobs": [{**BLOB, "digest": HEX}]}, "a blob's digest is not sha256:"),
        ({"blobs": [{**BLOB, "size": -1}]}, "a blob's size or media_type"),
        ({"blobs": [3]}, "a blob's digest is not sha256:"),
        ({"body": {"n": 2**53}}, "an integer is larger than 53 bits"),
        ({"body": {"n": 10**400}}, "an integer is larger than 53 bits"),
        ({"body": {"é": 1}}, "a name is not ASCII"),
        ({"body": {"text": "x" * 66_000}}, "at most 65535 are possible"),
    ],
)
def test_a_fault_is_said_in_one_sentence(fields: dict[str, object], fault: str) -> None:
    with pytest.raises(EntryFault, match=re.escape(fault)):
        envelope(entry(**fields))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "it is no JSON of the profile"),
        (b"[]", "it is not an object"),
        (b"\xff", "it is no JSON of the profile"),
        (b"[" * 60_000, "it is no JSON of the profile"),
        (b'{"a":NaN}', "NaN is not an integer"),
        (b'{"a":1e3}', "1e3 is not an integer"),
        (b'{"a":1,"a":1}', "a name stands twice"),
        (b'{"a":"\xed\xa0\x80"}', "it is no JSON of the profile"),
        (rb'{"a":"\ud800"}', "not in canonical form"),
        (b'{"a":-0}', "not in canonical form"),
        (b'{"b":1,"a":1}', "not in canonical form"),
        (b'{"a": 1}', "not in canonical form"),
        (rb'{"a":"\u0041"}', "not in canonical form"),
    ],
)
def test_bytes_that_are_no_canonical_json_are_a_fault(data: bytes, fault: str) -> None:
    with pytest.raises(EntryFault, match=re.escape(fault)):
        envelope(data)


def test_a_shape_matches_other_values_of_the_same_names() -> None:
    shapes = learned(entry(blobs=[BLOB]))
    other = entry(
        sequence=7,
        previous=f"rfc6962:{HEX}",
        stream="s",
        body={"action": "", "result": "x", "tokens": -5},
        blobs=[{**BLOB, "size": 0}],
    )
    match = matched(shapes, other.decode())
    assert match is not None
    blobs = json.dumps([{**BLOB, "size": 0}], separators=(",", ":"), sort_keys=True)
    assert ties(shapes, match) == (blobs, HEX, "7", "s")


@given(json_values, st.booleans())
def test_a_shape_matches_what_it_was_made_of_and_tells_the_same(
    value: object,
    linked: bool,  # noqa: FBT001 -- hypothesis draws it
) -> None:
    link: dict[str, object] = {"sequence": 3, "previous": f"rfc6962:{HEX}"} if linked else {}
    data = entry(body={"sequence": value, "previous": [value]}, other=value, **link)
    shapes = learned(data)
    match = matched(shapes, text_of(data))
    if match is not None:
        found = envelope(data)
        assert match[shapes.groups[match.lastindex or 0][1][1]] == found.recorded_by
        told = ("", found.previous, str(found.sequence), found.stream)
        assert ties(shapes, match) == told
    else:
        assert not text_of(data) or re.search(rb"[0-9]{16}", data)


@given(st.data())
def test_no_entry_that_a_shape_takes_is_a_fault_when_read_in_full(data: st.DataObject) -> None:
    good = entry(
        sequence=3,
        previous=f"rfc6962:{HEX}",
        blobs=[BLOB],
        subject={"commit": HEX, "digests": ["sha256:x"], "tree": HEX},
        body={"list": [1, True, None, "two"], "deep": {"a": {"b": "c"}}},
    )
    at = data.draw(st.integers(0, len(good) - 1))
    length = data.draw(st.integers(0, 3))
    piece = data.draw(
        st.binary(max_size=3) | st.text('"\\{}[]:,0-9. \n-e', max_size=3).map(str.encode)
    )
    changed = good[:at] + piece + good[at + length :]
    shapes = learned(good)
    match = matched(shapes, text_of(changed))
    if match is None:
        return
    blobs, previous, sequence, stream = ties(shapes, match)
    if re.fullmatch("[0-9a-f]{64}", previous) and sequence != "0" and f"sha256:{HEX}" in blobs:
        found = envelope(changed)
        assert (found.previous, found.sequence, found.stream) == (previous, int(sequence), stream)


@pytest.mark.parametrize("data", [b"\x1f", b"\\", b"\n"])
def test_a_control_character_or_backslash_keeps_an_entry_from_patterns(data: bytes) -> None:
    assert a_bundle(b"plain", b"a" + data).text() is None
    assert text_of(b"a" + data) == ""


def test_what_is_not_ascii_is_looked_at_one_by_one() -> None:
    assert a_bundle("é".encode()).text() is None
    assert (text_of("é".encode()), text_of(b"\xff")) == ("é", "")


def test_a_shape_is_learned_when_it_is_seen_a_second_time() -> None:
    shapes, text = Shapes(), entry().decode()
    shapes.learn(text)
    assert matched(shapes, text) is None
    shapes.learn(text)
    assert matched(shapes, text) is not None


def test_only_so_many_shapes_are_learned() -> None:
    shapes = Shapes()
    for number in range(MOST_SHAPES + 5):
        for _ in range(2):
            shapes.learn(entry(body={f"name{number}": 1}).decode())
    taken = [
        matched(shapes, entry(body={f"name{number}": 1}).decode()) is not None
        for number in range(MOST_SHAPES + 5)
    ]
    assert taken == [True] * MOST_SHAPES + [False] * 5


def test_a_shape_holds_no_value_but_the_kind() -> None:
    shape = shape_of(entry(body={"secret": "value", "number": 77}).decode())
    assert ("value" in shape, "77" in shape, "acted" in shape) == (False, False, True)


@given(st.lists(st.lists(st.binary(max_size=9), max_size=4), max_size=4), st.data())
def test_a_bundle_is_hashed_as_its_entries_are(
    runs: list[list[bytes]], data: st.DataObject
) -> None:
    stored = [Run(len(each), b"".join(len(one).to_bytes(2) + one for one in each)) for each in runs]
    entries = [one for each in runs for one in each]
    hashed = Hashed(stored)
    assert hashed.entries() == entries
    assert hashed.leaves == [leaf_hash(one) for one in entries]
    plain = all(re.fullmatch(rb"[ -\[\]-\x7f]*", one) for one in entries)
    text = hashed.text()
    assert (text is not None) == plain
    if text is not None:
        assert [text[a:b].encode() for a, b in hashed.spans()] == entries
    if not stored:
        return
    at = data.draw(st.integers(0, len(stored) - 1))
    count, held = stored[at]
    wrong = data.draw(st.sampled_from([Run(count + 1, held), Run(count, held + b"\0")]))
    with pytest.raises(FormatError):
        Hashed([*stored[:at], wrong, *stored[at + 1 :]])


def test_a_run_that_ends_within_an_entry_is_refused_though_the_next_one_goes_on() -> None:
    whole = b"\x00\x03abc\x00\x01d"
    assert Hashed([Run(2, whole)]).entries() == [b"abc", b"d"]
    with pytest.raises(FormatError, match="as many entries"):
        Hashed([Run(1, whole[:4]), Run(1, whole[4:])])
    with pytest.raises(FormatError, match="within an entry"):
        Hashed([Run(2, whole[:6])])
    assert entries_in(whole, "here", width=2) == [b"abc", b"d"]
