"""The longest time in which no witness saw a log: between which of its checkpoints it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from logs import LOG, NOW, WITNESS, Key, a_log, write_export
from test_proofs import proof
from verifying import HONEST, witnessing

from affidavit.ledger.note import parse_vkey
from affidavit.ledger.policy import parse_policy
from affidavit.verify import (
    Gap,
    Period,
    Sighting,
    Status,
    Trust,
    Witnessed,
    largest_gap,
    verify,
    verify_proof,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from affidavit.verify.gap import Enough

DAY = 86_400
OWN = Key("example.com/own", LOG.seed, 4)


def any_of(names: Collection[str]) -> bool:
    return len(names) >= 1


def both_of(names: Collection[str]) -> bool:
    return len(names) >= 2  # noqa: PLR2004 -- of two


def sightings(*seen: tuple[str, int, int]) -> tuple[Sighting, ...]:
    """Each by its witness, its time and its size."""
    return tuple(Sighting(time, size, name) for name, time, size in seen)


def found(
    *seen: tuple[str, int, int],
    enough: Enough = any_of,
    opened: int | None = 5,
    since: int | None = None,
    until: int = 200,
) -> Gap | None:
    return largest_gap(sightings(*seen), enough, Period(opened, since, until))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([150], (5, 150, None, 1)),
        ([50, 60, 190], (60, 190, 2, 3)),
        ([6, 40, 100, 199], (100, 199, 3, 4)),
        ([20], (20, 200, 1, None)),
        ([0, 20], (20, 200, 2, None)),
    ],
)
def test_the_largest_gap_is_the_longest_time_in_which_nobody_saw_the_log(
    times: list[int], expected: tuple[int, int, int | None, int | None]
) -> None:
    seen = (("a", time, size) for size, time in enumerate(times, 1))
    assert found(*seen) == expected


@pytest.mark.parametrize(
    ("opened", "seen", "expected"),
    [
        (None, [], (None, 200, None, None)),
        (300, [], (None, 200, None, None)),
        (5, [], (None, 200, None, None)),
        (5, [("a", 0, 1)], (None, 200, None, None)),
        (None, [("a", 60, 2)], (60, 200, 2, None)),
        (300, [("a", 60, 2)], (60, 200, 2, None)),
        (100, [("a", 105, 2), ("a", 106, 3)], (106, 200, 3, None)),
        (0, [("a", 180, 9)], (0, 180, None, 9)),
    ],
)
def test_it_begins_with_the_log_or_where_a_witness_saw_it_before(
    opened: int | None,
    seen: list[tuple[str, int, int]],
    expected: tuple[int | None, int, int | None, int | None],
) -> None:
    assert found(*seen, opened=opened) == expected


def test_what_was_recorded_before_anybody_saw_the_log_could_be_written_anew_until_then() -> None:
    assert found(("a", 150, 1714), opened=10, until=160) == (10, 150, None, 1714)


def test_an_older_checkpoint_that_was_seen_again_later_shortens_no_gap() -> None:
    seen = ("a", 10, 1), ("a", 20, 3), ("a", 90, 2), ("a", 100, 4)
    assert found(*seen, until=101) == (20, 100, 3, 4)


def test_the_same_checkpoint_seen_again_shortens_it() -> None:
    assert found(("a", 10, 3), ("b", 60, 3), ("a", 100, 4), until=101) == (10, 60, 3, 3)


YEAR = [("a", 10, 1699), ("a", 161, 1706), ("a", 171, 1714)]


@pytest.mark.parametrize(
    ("since", "until"), [(None, 90), (32, 60), (32, 161), (160, 165), (11, 12)]
)
def test_a_period_cuts_nothing_off_a_gap_that_reaches_into_it(
    since: int | None, until: int
) -> None:
    assert found(*YEAR, since=since, until=until) == (10, 161, 1699, 1706)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (161, 170, (161, 171, 1706, 1714)),
        (1, 9, (5, 10, None, 1699)),
        (1, 5, None),
        (171, 300, (171, 300, 1714, None)),
    ],
)
def test_a_gap_outside_the_period_does_not_count(
    since: int, until: int, expected: tuple[int | None, ...] | None
) -> None:
    assert found(*YEAR, since=since, until=until) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([("a", 69, 1714), ("b", 253, 1714)], (10, 253, 1699, 1714)),
        ([("a", 253, 1714), ("b", 253, 1714)], (10, 253, 1699, 1714)),
        ([("a", 69, 1714), ("b", 253, 1706)], (10, 253, 1699, 1706)),
        ([("a", 69, 1714), ("b", 253, 1698)], (10, 254, 1699, None)),
        ([("a", 69, 1714), ("a", 80, 1714)], (10, 254, 1699, None)),
    ],
)
def test_of_two_witnesses_that_are_asked_for_the_later_one_ends_a_gap(
    seen: list[tuple[str, int, int]], expected: tuple[int | None, ...]
) -> None:
    first = ("a", 10, 1699), ("b", 10, 1699)
    assert found(*first, *seen, enough=both_of, until=254) == expected


def test_where_one_of_two_is_enough_the_sooner_one_ends_it() -> None:
    seen = ("a", 10, 1699), ("b", 41, 1699), ("a", 69, 1714), ("b", 79, 1714)
    assert found(*seen, since=41, until=79) == (41, 69, 1699, 1714)


def gap(folder: Path, trust: Trust, *seen: tuple[int, int], opened: int = NOW) -> Gap | None:
    log = a_log(opened=opened)
    for size, time in seen:
        log.cosign(size, time)
    return verify(write_export(log, folder / "log"), trust).gap


def asking(since: int | None = None, until: int | None = None, as_of: int | None = None) -> Trust:
    return replace(witnessing(as_of=as_of), now=NOW, since=since, until=until)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"since": NOW - 20 * DAY}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"since": NOW - 5 * DAY}, (NOW - 9 * DAY, NOW - 3 * DAY, 200, 500)),
        ({"since": NOW - 3 * DAY}, (NOW - 3 * DAY, NOW, 500, None)),
        ({"until": NOW - 9 * DAY}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"as_of": NOW - 9 * DAY}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"as_of": NOW - 5 * DAY, "until": NOW}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
        ({"until": NOW + DAY}, (NOW - 20 * DAY, NOW - 10 * DAY, None, 100)),
    ],
)
def test_verifying_with_witnesses_tells_the_largest_gap_of_the_period(
    tmp_path: Path, times: dict[str, int], expected: tuple[int | None, ...]
) -> None:
    seen = (100, NOW - 10 * DAY), (200, NOW - 9 * DAY), (500, NOW - 3 * DAY)
    assert gap(tmp_path, asking(**times), *seen, opened=NOW - 20 * DAY) == expected


def test_the_time_since_the_newest_witness_is_a_gap_as_well(tmp_path: Path) -> None:
    found = gap(tmp_path, asking(), (100, NOW - 8 * DAY), (500, NOW - 6 * DAY))
    assert found == (NOW - 6 * DAY, NOW, 500, None)


def test_a_time_that_has_not_come_yet_ends_no_gap(tmp_path: Path) -> None:
    found = gap(tmp_path, asking(), (100, NOW - DAY), (500, NOW + 3601))
    assert found == (NOW - DAY, NOW, 100, None)


def test_where_no_witness_is_asked_for_or_no_end_is_known_there_is_no_gap(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert gap(tmp_path, replace(witnessing("none"), now=NOW), (100, NOW - DAY)) is None
    assert gap(tmp_path / "other", witnessing(as_of=None), (100, NOW - DAY)) is None


def test_a_witness_with_the_key_of_the_log_neither_counts_nor_ends_a_gap(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(600, NOW, OWN)
    rules = parse_policy(f"witness w {OWN.vkey}\nquorum w\n".encode())
    trust = Trust(keys=(parse_vkey(LOG.vkey),), policy=rules, as_of=NOW, now=NOW + DAY)
    result = verify(write_export(log, tmp_path / "log"), trust)
    assert (result.status, result.witnessed, result.gap) == (
        Status.INCOMPLETE,
        (),
        (None, NOW, None, None),
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
