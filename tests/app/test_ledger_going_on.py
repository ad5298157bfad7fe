"""What failed on its way is gone on with: a rotation, an end, an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from failing_steps import Fate, KilledError
from test_ledger_machine import LedgerMachine

from affidavit.app.ledger.custody import Custody
from affidavit.app.ledger.ending import rotated
from affidavit.app.ledger.signers import write_secret
from affidavit.base.errors import DamagedError, StoreError, UsageError
from affidavit.ledger.key import SigningKey
from ledgers import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def machine() -> Iterator[LedgerMachine]:
    machine = LedgerMachine()
    machine.begin()
    yield machine
    machine.teardown()


@pytest.mark.parametrize("how", ["dies", "full", "torn", "after"])
@pytest.mark.parametrize("step", range(1, 10))
def test_whoever_has_the_first_key_can_follow_when_a_rotation_failed_and_was_done_again(
    machine: LedgerMachine, step: int, how: str
) -> None:
    machine.rotate(overlap=0, fate=Fate(step, how))
    machine.rotate(overlap=0, fate=None)
    machine.reopen(0)
    machine.append(batch=[], more=1, brought=set(), fate=None)
    machine.the_ledger_holds_what_the_list_holds()
    machine.whoever_has_the_first_key_verifies_it_here_and_exported()


def test_a_key_whose_rotation_failed_can_be_given_again(machine: LedgerMachine) -> None:
    path = machine.folder / "other.key"
    write_secret(path, SigningKey.from_secret(ORIGIN, b"2" * 32))

    def rotate() -> str:
        return rotated(machine.keeper, lambda keys: keys.given_secret(path))[0]

    with machine.steps.failing(Fate(3, "full")), pytest.raises(StoreError):
        rotate()
    assert machine.stored() == machine.model.data
    assert rotate() == machine.keeper.custody.held()[-1].vkey
    assert len(machine.keeper.custody.held()) == 2
    with pytest.raises(UsageError, match="signs this log already"):
        rotate()


def test_a_log_that_names_none_of_the_keys_of_its_account_gets_no_other(
    machine: LedgerMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = machine.keeper.custody.new_secret(bytes(32))
    monkeypatch.setattr(Custody, "held", lambda _: (stranger,))
    with pytest.raises(DamagedError, match="names none of the keys that sign it"):
        rotated(machine.keeper, lambda keys: keys.new_secret(b"3" * 32))
    assert machine.stored() == machine.model.data


@pytest.mark.parametrize("step", range(1, 10))
def test_nothing_follows_the_end_of_a_log_that_could_not_be_remembered(
    machine: LedgerMachine, step: int
) -> None:
    machine.freeze(fate=Fate(step, "full"))
    if not machine.model.frozen:
        machine.freeze(fate=None)
    machine.everything_is_refused(again=False)
    machine.everything_is_refused(again=True)
    machine.whoever_has_the_first_key_verifies_it_here_and_exported()


@pytest.mark.parametrize("left", range(1, 7))
def test_an_export_that_was_killed_is_gone_on_with(machine: LedgerMachine, left: int) -> None:
    with machine.steps.failing(Fate(left, "dies")), pytest.raises(KilledError):
        machine.export_to(machine.exported)
    machine.steps.forget()
    machine.export_(left=0)
