"""Imports of bundles that say several things: told whichever import the other line came with."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import bundle_imports
import pytest
from bundle_imports import BUNDLE, LAPTOP, OTHER, RUNNER, Importing, a_bundle, counts

from affidavit.base.errors import DamagedError
from affidavit.ledger.bundle import Contradiction, Gap, Place, line_of, parse_line
from affidavit.ledger.dsse import parse_envelope
from facts import a_fact

ledger, signers, take = bundle_imports.ledger, bundle_imports.signers, bundle_imports.take


@pytest.mark.parametrize(
    ("number", "reason"),
    [(0, "two lines have the number 0"), (1, "two lines have the number 1")],
)
def test_a_line_contradicts_one_of_its_number_that_came_with_an_earlier_import(
    take: Importing, number: int, reason: str
) -> None:
    lines = a_bundle()
    assert counts(take(a_bundle(key=RUNNER, bundle=OTHER), lines)) == (6, 0, 0, 0)
    place = parse_line(lines[number]).place
    other, _ = line_of(a_fact(), place, [LAPTOP])
    done = take([other])
    assert done.contradictions == (Contradiction(BUNDLE, number, reason),)
    assert (counts(done), done.unfinished) == ((1, 0, 0, 1), ())
    assert take(lines).contradictions == done.contradictions


def test_a_line_after_the_last_contradicts_it_in_a_later_import(take: Importing) -> None:
    lines = a_bundle()
    take(lines)
    more, _ = line_of(a_fact(), Place(BUNDLE, 3, parse_line(lines[2]).digest), [LAPTOP], last=True)
    reason = "line 3 stands after line 2, which says it is the last"
    done = take([more])
    assert (done.contradictions, done.gaps) == ((Contradiction(BUNDLE, 3, reason),), ())
    assert done.exit_status == 1


def test_a_line_that_names_one_of_another_bundle_goes_on_from_none(take: Importing) -> None:
    lines = a_bundle()
    take(lines)
    named = parse_line(lines[1]).digest
    alien, _ = line_of(a_fact(), Place(OTHER, 9, named), [LAPTOP], last=True)
    done = take([alien])
    reason = "line 9 names a line that is not line 8"
    assert (done.gaps, done.contradictions) == (
        (Gap(OTHER, 0, 9),), (Contradiction(OTHER, 9, reason),),
    )  # fmt: skip
    assert take(a_bundle(1)).exit_status == 1


def test_what_is_missing_is_told_with_every_later_line_of_its_bundle(take: Importing) -> None:
    lines = a_bundle(5)
    gaps = (Gap(BUNDLE, 1, 2),)
    assert take([lines[0], lines[2]]).gaps == gaps
    assert (take([lines[3]]).gaps, take([lines[4]]).exit_status) == (gaps, 3)
    assert counts(take([lines[1]])) == (1, 0, 0, 0)


@pytest.mark.parametrize("content", [None, b"{}", "another"])
def test_a_signed_line_that_is_not_kept_any_more_is_told(
    take: Importing, content: bytes | str | None
) -> None:
    one, two = a_bundle(2)
    take([one])
    if content == "another":
        content = parse_envelope(two).encode()
    with closing(sqlite3.connect(take.ledger.database)) as database, database:
        if content is None:
            database.execute("DROP TRIGGER blobs_no_delete")
            database.execute("DELETE FROM blobs")
        else:
            database.execute("DROP TRIGGER blobs_no_update")
            database.execute("UPDATE blobs SET data = ?", (content,))
    with pytest.raises(DamagedError, match="not keep the signed line that entry 1 was made from"):
        take([two])
