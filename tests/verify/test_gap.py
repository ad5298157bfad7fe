"""The longest time in which no witness saw a log: between which of its checkpoints it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from logs import LOG, NOW, WITNESS, Key, write_export
from test_proofs import proof
from verifying import HONEST, witnessing

from affidavit.ledger.note import parse_vkey
from affidavit.ledger.policy import parse_policy
from affidavit.verify import Status, Trust, Witnessed, largest_gap, verify, verify_proof

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.verify.result import Gap

DAY = 86_400
OWN = Key("example.com/own", LOG.seed, 4)


@pytest.mark.parametrize(
    ("times", "gap"),
    [
        ([], (100, 200, None, None)),
        ([150], (100, 150, None, 1)),
        ([120, 130, 190], (130, 190, 2, 3)),
        ([50, 100, 200, 300], (100, 200, 2, 3)),
        ([110], (110, 200, 1, None)),
        ([199], (100, 199, None, 1)),
        ([0, 110], (110, 200, 2, None)),
        ([50, 120], (120, 200, 2, None)),
    ],
)
def test_the_largest_gap_is_the_longest_stretch_without_a_witness(
    times: list[int], gap: tuple[int, int, int | None, int | None]
) -> None:
    seen = tuple(Witnessed(size, time) for size, time in enumerate(times, 1))
    assert largest_gap(seen, 100, 200) == gap


@pytest.mark.parametrize(
    ("seen", "gap"),
    [
        ([], (None, 200, None, None)),
        ([(1, 0)], (None, 200, None, None)),
        ([(1, 50), (2, 60)], (60, 200, 2, None)),
        ([(1, 50), (2, 150)], (50, 150, 1, 2)),
        ([(1, 200)], None),
        ([(1, 300)], None),
    ],
)
def test_without_a_start_the_period_begins_when_a_witness_first_saw_the_log(
    seen: list[tuple[int, int]], gap: tuple[int | None, int, int | None, int | None] | None
) -> None:
    assert largest_gap(tuple(Witnessed(*one) for one in seen), None, 200) == gap


def test_an_older_checkpoint_that_was_seen_again_later_shortens_no_gap() -> None:
    seen = Witnessed(1, 10), Witnessed(3, 20), Witnessed(2, 90), Witnessed(4, 100)
    assert largest_gap(seen, None, 101) == (20, 100, 3, 4)


def gap(folder: Path, trust: Trust, *seen: tuple[int, int]) -> Gap | None:
    log = HONEST.copy()
    for size, time in seen:
        log.cosign(size, time)
    return verify(write_export(log, folder / "log"), trust).gap


def asking(since: int | None = None, until: int | None = None) -> Trust:
    return replace(witnessing(as_of=None), now=NOW, since=since, until=until)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, (NOW - 9 * DAY, NOW - 3 * DAY, 200, 500)),
        ({"since": NOW - 20 * DAY}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"since": NOW - 5 * DAY}, (NOW - 3 * DAY, NOW, 500, None)),
        (
            {"since": NOW - 5 * DAY, "until": NOW - 2 * DAY},
            (NOW - 5 * DAY, NOW - 3 * DAY, 200, 500),
        ),
        ({"until": NOW + DAY}, (NOW - 9 * DAY, NOW - 3 * DAY, 200, 500)),
    ],
)
def test_verifying_with_witnesses_tells_the_largest_gap_of_the_period(
    tmp_path: Path, times: dict[str, int], expected: tuple[int | None, ...]
) -> None:
    seen = (100, NOW - 10 * DAY), (200, NOW - 9 * DAY), (500, NOW - 3 * DAY)
    assert gap(tmp_path, asking(**times), *seen) == expected


def test_the_time_since_the_newest_witness_is_a_gap_as_well(tmp_path: Path) -> None:
    found = gap(tmp_path, asking(), (100, NOW - 8 * DAY), (500, NOW - 6 * DAY))
    assert found == (NOW - 6 * DAY, NOW, 500, None)


def test_a_time_that_has_not_come_yet_ends_no_gap(tmp_path: Path) -> None:
    found = gap(tmp_path, asking(), (100, NOW - DAY), (500, NOW + 3601))
    assert found == (NOW - DAY, NOW, 100, None)


def test_where_no_witness_is_asked_for_or_no_end_is_known_there_is_no_gap(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert gap(tmp_path, replace(witnessing("none"), now=NOW), (100, NOW - DAY)) is None
    assert gap(tmp_path / "other", witnessing(), (100, NOW - DAY)) is None


def test_a_witness_with_the_key_of_the_log_neither_counts_nor_ends_a_gap(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(600, NOW, OWN)
    rules = parse_policy(f"witness w {OWN.vkey}\nquorum w\n".encode())
    trust = Trust(keys=(parse_vkey(LOG.vkey),), policy=rules, as_of=NOW, now=NOW + DAY)
    result = verify(write_export(log, tmp_path / "log"), trust)
    assert (result.status, result.witnessed, result.gap) == (
        Status.INCOMPLETE,
        (),
        (None, NOW + DAY, None, None),
    )
    held = verify_proof(HONEST.entries[123], proof(log, note=log.note(*log.notes[-1])), trust)
    assert (held.status, held.witnessed) == (Status.INCOMPLETE, ())


def test_beside_a_witness_with_the_key_of_the_log_another_counts(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(600, NOW, OWN)
    log.cosign(600, NOW - DAY)
    text = f"witness own {OWN.vkey}\nwitness w {WITNESS.vkey}\ngroup g any own w\nquorum g\n"
    trust = Trust(keys=(parse_vkey(LOG.vkey),), policy=parse_policy(text.encode()))
    result = verify(write_export(log, tmp_path / "log"), trust)
    assert result.witnessed == (Witnessed(600, NOW - DAY),)
