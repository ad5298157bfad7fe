"""Who may be connected to a sequencer, and how often."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from affidavit.app.serve.connection import Connection
from affidavit.app.serve.sequencer import MOST_CONNECTIONS, MOST_OF_ONE, Sequencer
from affidavit.ledger.entry import RecordedBy

if TYPE_CHECKING:
    from affidavit.app.ledger.keeper import Keeper


def a_sequencer() -> Sequencer:
    keeper = SimpleNamespace(log=SimpleNamespace(origin="example.com/desk"))
    return Sequencer(cast("Keeper", keeper), lambda _error: None)


def a_connection(sequencer: Sequencer, account: int) -> Connection:
    found = Connection(sequencer)
    found.by = RecordedBy(channel="socket", credential=f"uid:{account}")
    return found


def joined(sequencer: Sequencer, account: int, count: int) -> int:
    """How many of `count` connections of an account are taken."""
    return sum(sequencer.joined(a_connection(sequencer, account)) for _ in range(count))


def test_one_account_has_at_most_half_of_the_places() -> None:
    sequencer = a_sequencer()
    assert joined(sequencer, 1, MOST_CONNECTIONS) == MOST_OF_ONE
    assert joined(sequencer, 2, 10) == 10


def test_there_are_so_many_places_and_no_more() -> None:
    sequencer = a_sequencer()
    found = [joined(sequencer, account, MOST_OF_ONE) for account in (1, 2, 3)]
    assert found == [MOST_OF_ONE, MOST_OF_ONE, 0]


def test_a_place_that_was_left_can_be_taken_again() -> None:
    sequencer = a_sequencer()
    first = a_connection(sequencer, 1)
    assert sequencer.joined(first)
    joined(sequencer, 1, MOST_OF_ONE)
    sequencer.left(first)
    assert joined(sequencer, 1, 2) == 1
