"""A verifier who was given a later key of a log: what the earlier ones signed, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, ORIGIN, Key, Stored
from test_rotation import NEW, NEWER, begun, ended, rotate
from verifying import found, trusting, verified

from affidavit.verify import Code, RangeKind, Result, Status, verify

if TYPE_CHECKING:
    from pathlib import Path

EACH_FORM = pytest.mark.parametrize("form", FORMS)
STRANGER = Key(ORIGIN, b"s" * 32)


def rotated() -> Stored:
    """Signed at 1 by the first key, at 2 by it and `NEW`, at 3 by `NEW` and `NEWER`, then at 4."""
    log = begun()
    rotate(log, LOG, NEW)
    log.checkpoint(LOG, NEW)
    rotate(log, NEW, NEWER)
    log.checkpoint(NEW, NEWER)
    return ended(log, NEWER)


def with_newest(log: Stored, form: str, folder: Path) -> Result:
    return verified(log, form, folder, trusting(NEWER, remembered=(log.notes[-1][1],)))


@EACH_FORM
@pytest.mark.parametrize("tree_only", [False, True])
def test_the_newest_key_alone_leaves_the_earlier_checkpoints_undecided(
    tmp_path: Path, form: str, *, tree_only: bool
) -> None:
    log = rotated()
    path = FORMS[form](log, tmp_path / "written")
    result = verify(path, trusting(NEWER, remembered=(log.notes[-1][1],)), tree_only=tree_only)
    assert (result.status, result.problems, result.size) == (Status.INCOMPLETE, (), 4)
    told = "the 2 checkpoints up to 2 entries were signed by keys that were not given"
    assert told in result.reasons
    assert [each[:3] for each in result.ranges][:1] == [(RangeKind.SIGNED, 0, 4)]
    assert {each.text for each in result.notices if each.code.startswith("rotation")} == {
        f"the old key of the rotation in entry 1 was not given: {ORIGIN}+{LOG.id.hex()}",
        f"the old key of the rotation in entry 2 was not given: {ORIGIN}+{NEW.id.hex()}",
    }


@EACH_FORM
def test_a_key_from_the_middle_decides_from_its_first_checkpoint_on(
    tmp_path: Path, form: str
) -> None:
    log = rotated()
    result = verified(log, form, tmp_path, trusting(NEW, remembered=(log.notes[-1][1],)))
    assert (result.status, result.reasons) == (
        Status.INCOMPLETE,
        ("the checkpoint of size 1 was signed by a key that was not given",),
    )
    assert [each.text for each in result.notices if each.code.startswith("rotation")] == [
        f"the old key of the rotation in entry 1 was not given: {ORIGIN}+{LOG.id.hex()}"
    ]


@EACH_FORM
@pytest.mark.parametrize("keys", [(LOG,), (LOG, NEWER), (LOG, NEW, NEWER)])
def test_with_the_first_key_all_is_verified(
    tmp_path: Path, form: str, keys: tuple[Key, ...]
) -> None:
    log = rotated()
    result = verified(log, form, tmp_path, trusting(*keys, remembered=(log.notes[-1][1],)))
    assert (result.status, result.reasons) == (Status.VERIFIED, ())


@EACH_FORM
def test_an_earlier_checkpoint_that_no_key_of_the_log_signed_is_a_problem(
    tmp_path: Path, form: str
) -> None:
    log = rotated()
    log.checkpoint(STRANGER, size=1)
    log.notes = [log.notes[-1], *log.notes[1:-1]]
    assert found(with_newest(log, form, tmp_path)) == {(Code.SIGNATURE_MISSING, 1)}


@EACH_FORM
def test_an_earlier_checkpoint_with_a_forged_line_is_a_problem(tmp_path: Path, form: str) -> None:
    log = rotated()
    size, note = log.notes[0]
    log.notes[0] = size, note[:-9] + (b"AAAA" if note[-9:-5] != b"AAAA" else b"BBBB") + note[-5:]
    assert found(with_newest(log, form, tmp_path)) == {(Code.SIGNATURE_MISSING, 1)}


@EACH_FORM
def test_an_earlier_checkpoint_of_other_entries_is_a_problem(tmp_path: Path, form: str) -> None:
    log, other = rotated(), Stored()
    other.append("another")
    other.checkpoint()
    log.notes[0] = other.notes[0]
    assert found(with_newest(log, form, tmp_path)) == {(Code.ROOT_DIFFERS, 1)}


@EACH_FORM
def test_above_the_first_trusted_checkpoint_an_earlier_key_does_not_count(
    tmp_path: Path, form: str
) -> None:
    log = rotated()
    log.append()
    log.checkpoint(NEW)
    ended(log, NEWER)
    assert found(with_newest(log, form, tmp_path)) == {(Code.SIGNATURE_MISSING, 5)}


@EACH_FORM
def test_a_rotation_above_the_first_trusted_checkpoint_excuses_nothing(
    tmp_path: Path, form: str
) -> None:
    log = Stored()
    log.append()
    log.checkpoint(STRANGER)
    log.append()
    log.checkpoint(NEWER)
    rotate(log, STRANGER, NEWER)
    ended(log, NEWER)
    assert found(with_newest(log, form, tmp_path)) == {(Code.SIGNATURE_MISSING, 1)}


@EACH_FORM
def test_a_rotation_that_no_trusted_key_signed_excuses_nothing(tmp_path: Path, form: str) -> None:
    log = Stored()
    log.append()
    log.checkpoint(STRANGER)
    rotate(log, STRANGER, NEWER)
    ended(log, STRANGER)
    trust = trusting(NEWER, remembered=())
    assert {
        (Code.SIGNATURE_MISSING, 1),
        (Code.SIGNATURE_MISSING, 3),
    } <= found(verified(log, form, tmp_path, trust))
