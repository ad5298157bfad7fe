from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_key

from affidavit.base.errors import EntryError, FormatError
from affidavit.ledger.bundle import (
    Contradiction,
    Gap,
    Line,
    Place,
    Stood,
    arranged,
    line_of,
    parse_line,
    stood,
)
from affidavit.ledger.dsse import check, parse_envelope, signed_envelope
from affidavit.ledger.entry import Subject
from affidavit.ledger.note import Outcome
from facts import a_blob, a_fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.ledger.entry import Fact

KEY = a_key("laptop.example")
BUNDLE = "ab" * 16
COMMIT = Subject(commit="1" * 40, tree="2" * 40, digests=("sha256:" + "3" * 64, "sha1:abcd"))


class Came:
    """What came earlier."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    def of(self, bundle: str) -> list[Stood]:
        found = [stood(line.envelope.encode()) for line in self._lines]
        return [one for name, one in found if name == bundle]

    def has(self, digest: str) -> bool:
        return digest in {line.digest for line in self._lines}


nothing = Came()


def a_bundle(*facts: Fact, bundle: str = BUNDLE, last: bool = True) -> list[bytes]:
    place, lines = Place(bundle), list[bytes]()
    for number, fact in enumerate(facts):
        ends = last and number == len(facts) - 1
        line, place = line_of(fact, place, [KEY], last=ends)
        lines.append(line)
    return lines


def numbered(count: int, *, bundle: str = BUNDLE) -> list[Line]:
    facts = (a_fact({"n": number}, kind="x.y.v1") for number in range(count))
    return [parse_line(line) for line in a_bundle(*facts, bundle=bundle)]


def test_a_fact_is_read_back_as_it_was_written() -> None:
    facts = [a_fact(), a_fact({"n": -1, "": None}, kind="x.y.v1", subject=COMMIT)]
    lines = [parse_line(line) for line in a_bundle(*facts)]
    assert [line.fact for line in lines] == facts
    assert [check(line.envelope, KEY.key) for line in lines] == [Outcome.GOOD, Outcome.GOOD]


def test_each_line_names_its_number_and_the_digest_of_the_one_before() -> None:
    lines = numbered(3)
    assert [line.place.sequence for line in lines] == [0, 1, 2]
    assert lines[0].place.previous is None
    assert all(after.place.previous == before.digest for before, after in pairwise(lines))
    assert [line.last for line in lines] == [False, False, True]


def test_a_line_is_one_line_and_a_statement_about_commit_tree_and_the_fact() -> None:
    [line] = a_bundle(a_fact({"n": 1}, kind="x.y.v1", subject=COMMIT))
    statement = json.loads(parse_envelope(line).payload)
    assert line.count(b"\n") == 1
    assert statement["predicate"] == {
        "bundle": BUNDLE,
        "fact": {"actor": "agent:5f2c", "body": {"n": 1}, "kind": "x.y.v1", "stream": "session-7"},
        "last": True,
        "sequence": 0,
    }
    assert [one["name"] for one in statement["subject"]] == [
        "fact", "commit", "tree", "digest-0", "digest-1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (a_fact(id_="own"), "has no id of its own"),
        (msgspec.structs.replace(a_fact(), blobs=(a_blob(),)), "names no content"),
        (a_fact({"agent": 1}), "agent.acted.v1: body.agent"),
        (a_fact({"n": 1.5}, kind="x.y.v1"), "number with a fraction"),
        (a_fact(subject=Subject(commit="1" * 40)), "a commit and its tree, or neither"),
        (a_fact(subject=Subject(digests=("sha256:XY",))), "subject.digests: each is"),
    ],
)
def test_what_cannot_stand_in_a_bundle_is_refused_when_it_is_written(
    fact: Fact, message: str
) -> None:
    with pytest.raises(EntryError) as refused:
        a_bundle(fact)
    assert message in refused.value.message


def test_a_fact_can_be_about_digests_alone() -> None:
    fact = a_fact(subject=Subject(digests=("sha256:" + "3" * 64,)))
    assert parse_line(a_bundle(fact)[0]).fact == fact


def test_a_bundle_has_an_id_of_32_hex_digits() -> None:
    with pytest.raises(EntryError, match="bundle: not 32"):
        a_bundle(a_fact(), bundle="one")


def said(change: dict[str, object] | None = None, **predicate: object) -> bytes:
    """A line whose statement, and its predicate, have other fields."""
    statement = json.loads(parse_envelope(a_bundle(a_fact(subject=COMMIT))[0]).payload)
    statement["predicate"].update(predicate)
    statement.update(change or {})
    return signed_envelope(json.dumps(statement).encode(), [KEY]).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "it is not JSON"),
        (said({"predicateType": "https://example.com/v1"}), "it: the predicate is not of the type"),
        (said(more=1), "it: predicate: Object contains unknown field"),
        (said(bundle="AB" * 16), "it: predicate.bundle"),
        (said(sequence=-1), "it: predicate.sequence"),
        (said(sequence=1), "it: every line but that of number 0 names"),
        (said(previous="sha256:" + "0" * 64), "it: every line but that of number 0 names"),
        (said(fact=[]), "it: predicate.fact"),
        (said(fact={"kind": "k", "stream": "s", "actor": "a"}), "it: predicate.fact"),
        (
            said(fact={"kind": "k", "stream": "s", "actor": "a", "body": {}, "id": "i"}),
            "it: predicate.fact",
        ),
        (
            said(fact={"kind": "k", "stream": "s", "actor": "a", "body": {"n": 2**60}}),
            "it: predicate.fact: body.n",
        ),
        (
            said(fact={"kind": "k", "stream": "s", "actor": "a", "body": {}}),
            "it: its first subject is not the digest of the fact",
        ),
        (
            said({"subject": [{"name": "commit", "digest": {"gitCommit": "1" * 40}}]}),
            "it: its first subject is not the digest of the fact",
        ),
    ],
)
def test_what_is_no_line_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_line(data, place="it")
    assert refused.value.message.startswith(message)


def test_a_line_that_names_a_commit_names_its_tree() -> None:
    statement = json.loads(parse_envelope(a_bundle(a_fact(subject=COMMIT))[0]).payload)
    del statement["subject"][2]
    data = json.dumps(statement).encode()
    with pytest.raises(FormatError, match="gitTree"):
        parse_line(signed_envelope(data, [KEY]).encode())


def test_whole_bundles_in_order_have_nothing_to_tell() -> None:
    lines = [*numbered(3), *numbered(2, bundle="cd" * 16)]
    found = arranged(lines, nothing)
    assert found.lines == tuple(lines)
    assert (found.gaps, found.reordered, found.contradictions, found.unfinished) == ((), (), (), ())


@pytest.mark.parametrize(
    ("kept", "gap"),
    [([0, 2, 3], Gap(BUNDLE, 1, 2)), ([0, 3], Gap(BUNDLE, 1, 3)), ([2, 3], Gap(BUNDLE, 0, 2))],
)
def test_a_lost_line_shows(kept: Sequence[int], gap: Gap) -> None:
    lines = numbered(4)
    assert arranged([lines[at] for at in kept], nothing).gaps == (gap,)


def test_what_came_earlier_is_not_missing() -> None:
    lines = numbered(4)
    found = arranged(lines[2:], Came(*lines[:2]))
    assert (found.gaps, found.contradictions, found.unfinished) == ((), (), ())


def test_a_cut_end_shows() -> None:
    found = arranged(numbered(4)[:3], nothing)
    assert (found.unfinished, found.gaps) == ((BUNDLE,), ())


def a_line(place: Place, *, last: bool = False) -> Line:
    """Another line than those of `numbered`, at `place`."""
    return parse_line(line_of(a_fact(), place, [KEY], last=last)[0])


def places() -> list[Place]:
    """The places of the three lines that `numbered` makes, and the one after them."""
    lines = numbered(3)
    return [*(line.place for line in lines), Place(BUNDLE, 3, lines[2].digest)]


ZERO, ONE, TWO, END = places()
ALIEN = numbered(1, bundle="cd" * 16)[0]


@pytest.mark.parametrize("now", [0, 1, 3])
@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (a_line(ZERO), "two lines have the number 0"),
        (a_line(TWO, last=True), "two lines have the number 2"),
        (a_line(END, last=True), "line 3 stands after line 2, which says it is the last"),
        (
            a_line(Place(BUNDLE, 6, TWO.previous)),
            "line 6 stands after line 2, which says it is the last",
        ),
    ],
)
def test_what_contradicts_a_line_shows_whenever_that_came(
    now: int, other: Line, reason: str
) -> None:
    lines = numbered(3)
    found = arranged([*lines[:now], other], Came(*lines[now:]))
    said = Contradiction(BUNDLE, other.place.sequence, reason)
    assert said in found.contradictions


@pytest.mark.parametrize("now", [0, 2])
@pytest.mark.parametrize(
    ("place", "gaps"),
    [
        (Place(BUNDLE, 6, TWO.previous), (Gap(BUNDLE, 2, 6),)),
        (Place(BUNDLE, 7, ONE.previous), (Gap(BUNDLE, 2, 7),)),
        (Place(BUNDLE, 3, ALIEN.digest), (Gap(BUNDLE, 2, 3),)),
    ],
)
def test_a_line_that_names_one_that_stands_elsewhere_shows(
    now: int, place: Place, gaps: tuple[Gap, ...]
) -> None:
    lines = numbered(2 + 1)[:2]
    found = arranged([*lines[:now], a_line(place, last=True)], Came(*lines[now:], ALIEN))
    reason = f"line {place.sequence} names a line that is not line {place.sequence - 1}"
    wrong = (Contradiction(BUNDLE, place.sequence, reason),)
    assert (found.gaps, found.contradictions) == (gaps, wrong)


def test_a_line_that_names_another_one_before_it_than_came_shows() -> None:
    other = a_line(Place(BUNDLE, 2, ALIEN.digest), last=True)
    found = arranged([other], Came(*numbered(3)[:2]))
    wrong = (Contradiction(BUNDLE, 2, "line 2 names another line 1 than came"),)
    assert (found.gaps, found.contradictions) == ((), wrong)


def test_each_kind_of_contradiction_is_told_once_and_by_its_first_line() -> None:
    lines = [
        *numbered(3),
        a_line(ZERO),
        a_line(ONE),
        a_line(END),
        a_line(Place(BUNDLE, 4, ALIEN.digest)),
    ]
    assert [one.line for one in arranged(lines, nothing).contradictions] == [0, 3, 4]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"payload":"e30=","payloadType":"t"}'])
def test_what_is_kept_and_no_line_is_told(data: bytes) -> None:
    with pytest.raises(FormatError, match="it is no line of a bundle"):
        stood(data)


def test_a_line_however_it_is_spelled_is_read_again_as_it_was_taken() -> None:
    payload = said(sequence=1, previous="sha256:" + "0" * 64, last=True)
    line = parse_line(payload)
    spelled = parse_envelope(payload).payload.replace(b'"bundle"', b'"\\u0062undle"')
    again = parse_line(signed_envelope(spelled, [KEY]).encode())
    assert [stood(one.envelope.encode()) for one in (line, again)] == [
        (BUNDLE, Stood(1, one.digest, "sha256:" + "0" * 64, last=True)) for one in (line, again)
    ]


@given(st.permutations(range(6)))
def test_lines_in_any_order_are_put_in_their_own(order: list[int]) -> None:
    lines = [*numbered(3), *numbered(3, bundle="cd" * 16)]
    found = arranged([lines[at] for at in order], nothing)
    for bundle in (lines[:3], lines[3:]):
        mine = [line for line in found.lines if line in bundle]
        assert mine == bundle
    mixed = [[at for at in order if at // 3 == which] for which in (0, 1)]
    assert len(found.reordered) == sum(one != sorted(one) for one in mixed)
    assert found.gaps == ()


@given(st.binary(max_size=200))
def test_random_bytes_are_no_line(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_line(data)


@given(st.data())
def test_a_line_with_a_bit_flipped_is_never_good(data: st.DataObject) -> None:
    whole = bytearray(a_bundle(a_fact())[0])
    at = data.draw(st.integers(0, len(whole) - 2))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        line = parse_line(bytes(whole))
    except FormatError:
        return
    assert check(line.envelope, KEY.key) is not Outcome.GOOD
