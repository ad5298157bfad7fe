"""Somebody with the ledger, the vault and its key guesses what was disposed of."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import recorders
from recorders import ORIGIN, rows

from affidavit import Recorder, RecorderHandler
from affidavit.app.ledger.kept import custody, vault
from affidavit.store.vault_key import read_tenant_key
from dictionary import Attack

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home

place = recorders.place


TRUE = {"prompt": "refund Ada", "resource": "orders/ada", "message": "Ada was refunded"}
GUESSES = {field: [value, "something else"] for field, value in TRUE.items()}


def confirmed(place: Home) -> set[str]:
    facts = b"\n".join(row.data for row in rows(place))
    key = read_tenant_key(custody(ORIGIN).vault_key)
    return Attack(facts, place.folder, GUESSES).confirmed(key)


def test_what_a_recorder_kept_cannot_be_guessed_after_a_disposal(place: Home) -> None:
    with Recorder(place.folder, session="s-1") as recorder:
        recorder.log_action(
            agent="a", action="b", result="ok", prompt=TRUE["prompt"], resource=TRUE["resource"]
        )
        line = logging.LogRecord("x", logging.INFO, "x.py", 1, TRUE["message"], None, None)
        RecorderHandler(recorder).emit(line)
    assert confirmed(place) == set(TRUE.values())
    with vault(place, ORIGIN) as kept:
        (subject,) = kept.subjects("s-1")
        assert kept.dispose(subject).values == 3
    assert confirmed(place) == set()
