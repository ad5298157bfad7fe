"""Two histories, or one and an altered checkpoint; and what is known without a key from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, NOW, ORIGIN, WITNESS, Key, Stored
from test_proofs import proof
from verifying import HONEST, codes, found, trusting, verified

from affidavit.ledger.policy import parse_policy
from affidavit.verify import Code, Status, Trust, verify_proof

if TYPE_CHECKING:
    from pathlib import Path

EACH_FORM = pytest.mark.parametrize("form", FORMS)
STRANGER = Key(ORIGIN, b"s" * 32)


def forged(note: bytes) -> bytes:
    """The note with another signature in its last line."""
    return note[:-9] + (b"AAAA" if note[-9:-5] != b"AAAA" else b"BBBB") + note[-5:]


def other_history(log: Stored, size: int, key: Key = LOG) -> bytes:
    """A checkpoint of so many entries, of which the last is another than the log's."""
    other = log.copy()
    other.entries[size - 1] = b"another"
    other.checkpoint(key, size=size)
    return other.notes[-1][1]


@EACH_FORM
def test_a_log_whose_key_signed_two_histories_is_forked(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.notes[2] = 300, other_history(log, 300)
    result = verified(log, form, tmp_path, trusting(remembered=()))
    assert [(each.code, each.size, each.text) for each in result.problems] == [
        (Code.FORKED, 300, "a trusted key signed it, and another history up to 400 entries")
    ]


@EACH_FORM
def test_a_checkpoint_that_was_altered_is_no_fork(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.notes[2] = 300, forged(other_history(log, 300))
    result = verified(log, form, tmp_path, trusting(remembered=()))
    assert found(result) == {(Code.SIGNATURE_BAD, 300)}


@EACH_FORM
@pytest.mark.parametrize("key", [LOG, STRANGER])
def test_the_newest_checkpoint_of_other_entries_may_be_a_fork_or_not(
    tmp_path: Path, form: str, key: Key
) -> None:
    log = HONEST.copy()
    log.notes[-1] = 600, other_history(log, 600, key)
    result = verified(log, form, tmp_path, trusting(remembered=()))
    assert {(Code.ROOT_DIFFERS, 600), (Code.ENTRY_WITHOUT_CHECKPOINT, 500)} == found(result)


@EACH_FORM
def test_a_checkpoint_of_other_entries_by_a_stranger_is_no_fork(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.notes[2] = 300, other_history(log, 300, STRANGER)
    result = verified(log, form, tmp_path, trusting(remembered=()))
    assert found(result) == {(Code.ROOT_DIFFERS, 300)}


def test_a_proof_whose_signature_does_not_hold_is_no_fork() -> None:
    trust = trusting(remembered=(other_history(HONEST, 600),))
    held = verify_proof(HONEST.entries[123], proof(note=forged(HONEST.notes[-1][1])), trust)
    assert found(held) == {(Code.SIGNATURE_BAD, 600)}


KEYLESS = "no key was given from outside: the log was held against its own"


@EACH_FORM
@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (
            300,
            (
                "; what was remembered or witnessed holds entries 0 to 299 (300), and nothing from"
                " outside vouches for entries 300 to 599 (300)"
            ),
        ),
        (600, "; what was remembered or witnessed holds entries 0 to 599 (600)"),
    ],
)
def test_without_a_key_what_is_remembered_vouches_up_to_its_own_end(
    tmp_path: Path, form: str, size: int, reason: str
) -> None:
    trust = Trust(remembered=(HONEST.notes[size // 100 - 1][1],))
    result = verified(HONEST, form, tmp_path, trust)
    assert (result.status, result.complete_to) == (Status.INCOMPLETE, size)
    assert result.reasons == (KEYLESS + reason,)


@EACH_FORM
def test_without_a_key_of_the_log_a_witness_vouches_up_to_what_it_saw(
    tmp_path: Path, form: str
) -> None:
    log = HONEST.copy()
    log.cosign(200, NOW)
    rules = parse_policy(f"witness w {WITNESS.vkey}\nquorum w\n".encode())
    result = verified(log, form, tmp_path, Trust(policy=rules))
    assert (result.status, result.reasons[0].partition(";")[2]) == (
        Status.INCOMPLETE,
        (
            " what was remembered or witnessed holds entries 0 to 199 (200), and nothing from"
            " outside vouches for entries 200 to 599 (400)"
        ),
    )


@EACH_FORM
def test_without_a_key_and_without_anybody_outside_a_log_is_self_asserted(
    tmp_path: Path, form: str
) -> None:
    result = verified(HONEST, form, tmp_path, Trust())
    assert (result.status, result.reasons[0], codes(result)) == (
        Status.SELF_ASSERTED,
        KEYLESS,
        set(),
    )


@EACH_FORM
def test_an_end_that_was_cut_off_above_what_is_remembered_is_not_seen_and_that_is_told(
    tmp_path: Path, form: str
) -> None:
    log = HONEST.copy()
    del log.entries[400:], log.notes[4:]
    log.ends = {f"session/{each % 3}": (each, each // 3) for each in (397, 398, 399)}
    log.grow_tiles()
    cut = verified(log, form, tmp_path)
    assert (cut.problems, cut.complete_to, cut.entries) == ((), 300, 400)
