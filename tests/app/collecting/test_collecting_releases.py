"""Releases: edited or taken away, however old, they are seen the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.forge.model import Release
from affidavit.sources.forge.reading import Export
from collectors import gathered, only, records
from forges import Account, Forge, Repository, faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELEASES = only("releases")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def ann(forge: Forge) -> Account:
    return forge.account("ann", "Ann Lee", "ann@firm.mail")


@pytest.fixture
def shop(forge: Forge) -> Repository:
    return forge.repository("firm/shop")


def released(shop: Repository, ann: Account, count: int) -> None:
    """So many releases of the default branch."""
    for number in range(count):
        shop.release(ann, f"v{number}", shop.heads["main"])


def told(output: Path) -> dict[str, tuple[str | None, bool]]:
    """Of each tag the release's name, and whether it is there still."""
    return {one.tag: (one.name, one.gone_at is None) for one in records(output, Release)}


@pytest.mark.parametrize("count", [3, 101, 230])
def test_an_old_release_that_was_edited_or_deleted_is_seen(
    forge: Forge, shop: Repository, ann: Account, output: Path, count: int
) -> None:
    released(shop, ann, count)
    assert gathered(forge, output, sections=RELEASES).counts["releases"] == count
    before = told(output)
    shop.releases[0].name = "Edited"
    del shop.releases[1]
    forge.clock.advance(days=1)
    done = gathered(forge, output, sections=RELEASES)
    expected = {**before, "v0": ("Edited", True), "v1": ("v1", False)}
    assert (told(output), done.counts["releases"], done.whole) == (expected, 2, True)
    forge.clock.advance(days=1)
    assert gathered(forge, output, sections=RELEASES).counts["releases"] == 0
    assert told(output) == expected


def test_when_a_release_was_first_gone_is_kept_and_one_that_is_back_is_there(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    released(shop, ann, 2)
    gathered(forge, output, sections=RELEASES)
    (_, first) = records(output, Release)
    gone = shop.releases.pop(0)
    forge.clock.advance(days=1)
    day = forge.clock.text()
    gathered(forge, output, sections=RELEASES)
    forge.clock.advance(days=1)
    gathered(forge, output, sections=RELEASES)
    lines = [one for one in Export(output).lines() if isinstance(one.data, Release)]
    (last,) = [one for one in lines if isinstance(one.data, Release) and one.data.gone_at]
    assert last.data == msgspec.structs.replace(first, gone_at=day)
    assert last.origin.fetched_at == day
    shop.releases.insert(0, gone)
    gathered(forge, output, sections=RELEASES)
    assert set(told(output).values()) == {("v0", True), ("v1", True)}


def test_a_list_that_is_cut_off_makes_nothing_gone(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    released(shop, ann, 130)
    gathered(forge, output, sections=RELEASES)
    before = told(output)
    forge.faults.order("/releases.*page=2", faults.forbidden("contents=read"))
    done = gathered(forge, output, sections=RELEASES)
    assert (told(output), done.whole) == (before, False)


def test_a_short_list_is_known_by_its_etag_and_a_long_one_is_read(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    for count, asked, known in ((99, 1, True), (1, 1, False), (50, 2, False)):
        released(shop, ann, count)
        gathered(forge, output, sections=RELEASES)
        before = len(forge.asked("/releases"))
        gathered(forge, output, sections=RELEASES)
        assert len(forge.asked("/releases")) - before == asked
        assert ("if-none-match" in forge.log[-1].headers) is known
