from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_builder import ORIGIN, a_key, a_note, a_witness

from affidavit.base.errors import FormatError
from affidavit.ledger import algorithm as algorithms
from affidavit.ledger.checkpoint import Checkpoint
from affidavit.ledger.cosignature import check_cosignature
from affidavit.ledger.encoding import to_base64
from affidavit.ledger.note import COSIGNATURE, ML_DSA_44, Note, Outcome, SigningKey, parse_note
from affidavit.ledger.tree import EMPTY_ROOT, consistency, leaf_hash, node_hash, root
from affidavit.ledger.witness import (
    LARGEST_REQUEST,
    SIZE,
    Answer,
    Record,
    Status,
    Submission,
    admitted,
    cosigned,
    decided,
    parse_submission,
)

NOW = 1_800_000_000
LOG = a_key()
LOGS = {ORIGIN: [LOG.key]}
PUBLISHED = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q\
1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V626\
7UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""


@cache
def subtree(branch: str, height: int, number: int) -> bytes:
    """The hash of a perfect subtree of a made-up log, whose entries from a leaf on are a branch's.

    `branch` is ``letter:leaf``: entries below that leaf are the same in all branches.
    """
    if height == 0:
        letter, start = branch.split(":")
        return leaf_hash(f"{letter if number >= int(start) else 'trunk'} {number}".encode())
    below = (subtree(branch, height - 1, 2 * number + side) for side in (0, 1))
    return node_hash(*below)


@cache
def a_tree(size: int, branch: str = "a:0") -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size, lambda h, n: subtree(branch, h, n)))


@cache
def signed(checkpoint: Checkpoint) -> Note:
    return a_note(checkpoint, logs=[LOG])


@cache
def a_path(old: int, new: int, branch: str = "a:0") -> tuple[bytes, ...]:
    return consistency(old, new, lambda h, n: subtree(branch, h, n))


def a_body(old: str | int, path: tuple[bytes, ...], note: Note) -> bytes:
    lines = [f"old {old}", *map(to_base64, path)]
    return "\n".join([*lines, "", ""]).encode() + note.encode()


def a_request(old: int, new: int, *, branch: str = "a:0", key: SigningKey = LOG) -> bytes:
    """An honest request of a log that has this branch."""
    return a_body(old, a_path(old, new, branch), a_note(a_tree(new, branch), logs=[key]))


def a_submission(old: int, new: int, **changes: tuple[bytes, ...]) -> Submission:
    submission = admitted(a_request(old, new), LOGS)
    assert isinstance(submission, Submission)
    return replace(submission, path=changes.get("path", submission.path))


def recorded(size: int, branch: str = "a:0") -> Record:
    return Record(size, a_tree(size, branch).root)


def status(answer: object) -> Status:
    assert isinstance(answer, Answer)
    return answer.status


def refused(body: bytes) -> Status:
    return status(admitted(body, LOGS))


def test_the_published_request_is_read() -> None:
    submission = parse_submission(PUBLISHED.encode())
    assert [submission.old, len(submission.path), len(submission.note.signatures)] == [
        20852014,
        4,
        2,
    ]
    assert submission.checkpoint.size == 20852163


@pytest.mark.parametrize("size", [0, 1, 8, 13])
def test_the_first_checkpoint_of_a_log_is_recorded_at_any_size(size: int) -> None:
    assert decided(a_submission(0, size), Record()) == recorded(size)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 8), (6, 6), (8, 13)])
def test_a_checkpoint_that_goes_on_from_the_record_is_recorded(old: int, new: int) -> None:
    assert decided(a_submission(old, new), recorded(old)) == recorded(new)


@pytest.mark.parametrize("algorithm", [COSIGNATURE, ML_DSA_44])
def test_the_answer_is_a_cosignature_of_the_submitted_checkpoint(algorithm: int) -> None:
    key = a_witness("w.example", algorithm=algorithm)
    submission = a_submission(3, 7)
    answer = cosigned(submission, [key], NOW)
    note = parse_note(submission.note.encode() + answer.body.encode())
    assert [answer.status, check_cosignature(note, key.key)] == [200, (Outcome.GOOD, NOW)]


def test_each_key_of_a_witness_cosigns_on_a_line_of_its_own() -> None:
    keys = [a_witness("w.example", algorithm=each) for each in (COSIGNATURE, ML_DSA_44)]
    lines = cosigned(a_submission(3, 7), keys, NOW).body.splitlines()
    assert [line.split(" ")[:2] for line in lines] == [["—", "w.example"]] * 2


NOTE = a_note(a_tree(5), logs=[LOG])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old 0\n",
        b"old 0\n" + NOTE.encode(),
        NOTE.encode(),
        a_body("", (), NOTE),
        a_body("00", (), NOTE),
        a_body("-1", (), NOTE),
        a_body(" 0", (), NOTE),
        a_body("0 ", (), NOTE),
        a_body("0\r", (), NOTE),
        a_body("9223372036854775808", (), NOTE),
        a_body(0, (b"short",), NOTE),
        a_body(0, (bytes(32),) * 64, NOTE),
        a_body("0\né", (), NOTE),
        a_body(0, (), NOTE)[:-1],
        a_body(0, (), Note("no checkpoint\n", NOTE.signatures)),
        a_body(0, (), NOTE).replace(b"old", b"Old"),
        b"a" * (LARGEST_REQUEST + 1),
        b"old 0\n" + b"\n" * (LARGEST_REQUEST - 6),
        b"old 0\n" + b"AAAA\n" * 200_000 + b"\n",
    ],
)
def test_a_malformed_request_is_400(body: bytes) -> None:
    assert refused(body) == 400


def test_an_unknown_log_is_404_whatever_its_signature() -> None:
    other = replace(a_tree(5), origin="other.example")
    assert [refused(a_body(9, (), a_note(other, logs=keys))) for keys in ([LOG], [a_key("x")])] == [
        404,
        404,
    ]


FORGED = replace(NOTE.signatures[0], signature=bytes(64))


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(a_note(a_tree(5), logs=[a_key("stranger.example")]), id="a stranger"),
        pytest.param(a_note(a_tree(5), logs=[a_key(seed="other")]), id="another key of the name"),
        pytest.param(Note(NOTE.text, (FORGED,)), id="forged"),
        pytest.param(Note(NOTE.text, (*NOTE.signatures, FORGED)), id="good and forged"),
        pytest.param(Note(a_tree(6).text(), NOTE.signatures), id="of another checkpoint"),
    ],
)
def test_a_checkpoint_that_its_log_did_not_sign_is_403_before_its_sizes_are_looked_at(
    note: Note,
) -> None:
    assert [refused(a_body(0, (), note)), refused(a_body(99, (), note))] == [403, 403]


def test_lines_that_the_logs_signature_leaves_out_are_403() -> None:
    log = a_key(algorithm=ML_DSA_44)
    bare = a_tree(5)
    extended = replace(bare, extensions=("anybody's line",))
    answers = [
        admitted(a_body(0, (), a_note(each, witnesses=[log])), {ORIGIN: [log.key]})
        for each in (bare, extended)
    ]
    assert isinstance(answers[0], Submission)
    assert status(answers[1]) == 403


def test_a_log_without_a_trusted_key_is_403() -> None:
    assert status(admitted(a_request(0, 5), {ORIGIN: []})) == 403


def test_a_signature_that_cannot_be_checked_is_403(monkeypatch: pytest.MonkeyPatch) -> None:
    log = a_key(algorithm=ML_DSA_44)
    body = a_body(0, (), a_note(a_tree(5), logs=[LOG], witnesses=[log]))
    logs = {ORIGIN: [LOG.key, log.key]}
    assert isinstance(admitted(body, logs), Submission)
    monkeypatch.setattr(algorithms, "HAS_ML_DSA", False)
    assert status(admitted(body, logs)) == 403


def test_signatures_of_strangers_are_ignored() -> None:
    note = a_note(a_tree(5), logs=[a_key("stranger.example"), LOG, a_key(seed="other")])
    assert isinstance(admitted(a_body(0, (), note), LOGS), Submission)


def test_an_old_size_above_the_checkpoint_is_400_even_where_it_is_not_the_records() -> None:
    assert refused(a_body(6, (), NOTE)) == 400


@pytest.mark.parametrize(("old", "record"), [(0, 3), (3, 0), (3, 4), (5, 3)])
def test_another_old_size_than_the_records_is_409_with_the_size(old: int, record: int) -> None:
    submission = a_submission(old, 7, path=())
    assert decided(submission, recorded(record)) == Answer(Status.CONFLICT, f"{record}\n", SIZE)


def test_an_empty_tree_has_the_root_of_the_empty_tree_or_is_422() -> None:
    note = a_note(Checkpoint(ORIGIN, 0, bytes(32)), logs=[LOG])
    submission = admitted(a_body(0, (), note), LOGS)
    assert isinstance(submission, Submission)
    assert status(decided(submission, Record())) == 422
    assert decided(a_submission(0, 0), Record()) == Record(0, EMPTY_ROOT)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        pytest.param(0, 5, (bytes(32),), id="a proof from nothing"),
        pytest.param(3, 5, (), id="no proof"),
        pytest.param(3, 5, a_path(3, 6), id="the proof of another size"),
        pytest.param(3, 5, a_path(3, 5)[:-1], id="a shorter proof"),
        pytest.param(3, 5, (*a_path(3, 5), bytes(32)), id="a longer proof"),
        pytest.param(3, 5, a_path(3, 5)[::-1], id="a proof in another order"),
        pytest.param(3, 5, a_path(3, 5, "b:2"), id="the proof of a fork"),
        pytest.param(5, 5, (bytes(32),), id="a proof between equals"),
    ],
)
def test_a_proof_that_does_not_lead_to_the_checkpoint_is_422(
    old: int, new: int, path: tuple[bytes, ...]
) -> None:
    assert status(decided(a_submission(old, new, path=path), recorded(old))) == 422


@pytest.mark.parametrize(("old", "new"), [(5, 5), (3, 5), (4, 8)])
def test_a_checkpoint_of_another_history_than_the_records_is_422(old: int, new: int) -> None:
    submission = a_submission(old, new)
    assert status(decided(submission, recorded(old, "b:2"))) == 422


@given(st.binary() | st.binary().map(lambda data: b"old 0\n" + data + b"\n\n" + NOTE.encode()))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    with suppress(FormatError):
        assert parse_submission(data).old >= 0
    assert isinstance(admitted(data, LOGS), Answer | Submission)


SIZES = st.integers(0, 20)
BRANCHES = st.sampled_from(["a:0", "b:4", "c:4", "d:11"])
HASHES = st.binary(min_size=32, max_size=32) | st.builds(
    lambda branch, leaf: subtree(branch, 0, leaf), BRANCHES, SIZES
)
"""Hashes of the log's own leaves are likelier to fit where they should not than random ones."""


@st.composite
def attacks(draw: st.DrawFn) -> tuple[int, tuple[bytes, ...], Checkpoint]:
    """What a log that has several histories sends: an old size, a proof, and a checkpoint."""
    first, second = sorted((draw(SIZES), draw(SIZES)))
    path = draw(
        st.builds(a_path, st.just(first), st.just(second), BRANCHES)
        | st.lists(HASHES, max_size=6).map(tuple)
    )
    sized = a_tree(draw(st.just(second) | SIZES), draw(BRANCHES))
    return draw(st.just(first) | SIZES), path, sized


@settings(max_examples=100)
@given(st.lists(attacks() | st.tuples(SIZES, BRANCHES), max_size=20))
def test_a_witness_never_cosigns_two_histories(
    requests: list[tuple[int, tuple[bytes, ...], Checkpoint] | tuple[int, str]],
) -> None:
    """A pair of a size and a branch is an honest request, which keeps the record growing."""
    record, histories = Record(), {"a:0", "b:4", "c:4", "d:11"}
    for request in requests:
        match request:
            case (int(size), str(branch)):
                old, checkpoint = record.size, a_tree(size, branch)
                path = a_path(old, size, branch) if old <= size else ()
            case (int(old), tuple(path), Checkpoint() as checkpoint):
                pass
        submission = admitted(a_body(old, path, signed(checkpoint)), LOGS)
        answer = submission if isinstance(submission, Answer) else decided(submission, record)
        if isinstance(answer, Record):
            assert answer.size >= record.size
            record = answer
            histories = {
                each for each in histories if a_tree(record.size, each).root == record.root
            }
            assert histories
