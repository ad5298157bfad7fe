"""Checkpoints that are remembered: they count because they are given, whoever signed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG
from test_forks import STRANGER, forged, other_history
from test_rotation import NEW, begun, ended, rotate
from verifying import HONEST, found, trusting, verified

from affidavit.verify import Code, Status

if TYPE_CHECKING:
    from pathlib import Path

    from logs import Stored

EACH_FORM = pytest.mark.parametrize("form", FORMS)
SAID = (
    "no key that is known here signed the remembered checkpoint of 300 entries: it counts because"
    " it was given"
)


def rotated() -> Stored:
    """Signed at 1 by the first key, at 2 by it and `NEW`, at 3 by `NEW` alone."""
    log = begun()
    rotate(log, LOG, NEW)
    log.checkpoint(LOG, NEW)
    return ended(log, NEW)


@EACH_FORM
def test_a_checkpoint_that_is_given_counts_whoever_signed_it(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.checkpoint(STRANGER, size=300)
    result = verified(HONEST, form, tmp_path, trusting(remembered=(log.notes[-1][1],)))
    assert (result.status, result.problems, result.complete_to) == (Status.VERIFIED, (), 300)
    assert [each for each in result.notices if each.code == "remembered-unsigned"] == [
        ("remembered-unsigned", SAID)
    ]


@EACH_FORM
def test_a_checkpoint_that_is_given_contradicts_whoever_signed_it(
    tmp_path: Path, form: str
) -> None:
    trust = trusting(remembered=(other_history(HONEST, 300, STRANGER),))
    result = verified(HONEST, form, tmp_path, trust)
    assert (found(result), [each.text for each in result.notices]) == ({(Code.FORKED, 300)}, [SAID])


@EACH_FORM
def test_a_remembered_checkpoint_whose_signature_does_not_hold_is_no_fork(
    tmp_path: Path, form: str
) -> None:
    trust = trusting(remembered=(forged(other_history(HONEST, 300)),))
    assert found(verified(HONEST, form, tmp_path, trust)) == {(Code.SIGNATURE_BAD, 300)}


@EACH_FORM
def test_a_checkpoint_from_before_a_rotation_fails_nothing_with_the_newest_key_alone(
    tmp_path: Path, form: str
) -> None:
    log = rotated()
    result = verified(log, form, tmp_path, trusting(NEW, remembered=(log.notes[0][1],)))
    assert (result.status, result.problems, result.complete_to) == (Status.INCOMPLETE, (), 1)
    assert result.reasons == ("the checkpoint of size 1 was signed by a key that was not given",)
    assert {each.code for each in result.notices} == {"rotation-from-unknown-key"}
    (tmp_path / "first").mkdir()
    first = verified(log, form, tmp_path / "first", trusting(remembered=(log.notes[0][1],)))
    assert first.status is Status.VERIFIED


@EACH_FORM
def test_a_checkpoint_from_before_a_rotation_still_shows_another_history(
    tmp_path: Path, form: str
) -> None:
    log = rotated()
    trust = trusting(NEW, remembered=(other_history(log, 1),))
    assert found(verified(log, form, tmp_path, trust)) == {(Code.FORKED, 1)}
