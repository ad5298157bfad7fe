"""Limits of an audit with a forge's records: what they tell of is no limit, what they lack is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.audit.gaps import said
from affidavit.base.limit import Limit, limit
from affidavit.changes.forge.approvals import Answer, Attribute, Name
from affidavit.changes.forge.judged import reason
from affidavit.cli.progress import Silent
from affidavit.package.summary import summary
from change_desk import Desk
from forges import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report

ABOUT_GIT = {"squash-names-no-merger", "git-names-no-approver"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        desk.approved().merge(desk.cleo, "squash")
        desk.opened("till.py").merge(desk.ann, "squash")
        yield desk


def told(report: Report) -> dict[str, int]:
    """The limits about what git does not name, with their counts."""
    return {one.id: one.count for one in report.limits if one.id in ABOUT_GIT}


def test_what_the_forge_names_is_no_limit(desk: Desk) -> None:
    assert told(desk.found().report) == {}


def test_without_its_records_both_are(desk: Desk) -> None:
    found = told(desk.found(forge=False).report)
    assert found == {"squash-names-no-merger": 2, "git-names-no-approver": 0}


def test_a_squash_whose_merger_the_forge_does_not_name_is_counted(desk: Desk) -> None:
    desk.forge.delete(desk.cleo)
    assert told(desk.found().report) == {"squash-names-no-merger": 1}


def test_landings_that_the_records_do_not_tell_of_are_named(desk: Desk) -> None:
    report = desk.found(sections=("repository", "releases")).report
    landings = sorted(one.commit for one in report.landings)
    (found,) = [one for one in report.limits if one.id == "git-names-no-approver"]
    assert (found.count, sorted(found.items)) == (len(landings), landings)
    assert "do not tell of these landings" in found.text


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("firm/shop", []),
        ("Firm/Shop", []),
        ("github.com/firm/shop", []),
        ("https://github.com/firm/shop.git", []),
        ("the shop", []),
        ("teams/firm/till", []),
        ("other/thing", ["firm/shop"]),
        ("github.com/other/thing", ["firm/shop"]),
        ("firm/shop/", []),
    ],
)
def test_records_of_a_repository_of_another_name_are_a_gap(
    desk: Desk, name: str, named: list[str]
) -> None:
    desk.found()
    request = Request(
        repository=desk.shop.git.path, name=name, forge=desk.export, bounds=Bounds(since=0)
    )
    report = audit(request, Silent())
    found = [one for one in report.limits if one.id == "forge-of-another"]
    assert [item for one in found for item in one.items] == named
    assert all(one.gap for one in found)
    assert sum("forge-of-another" in line for line in summary(report)) == len(named)


def test_where_merges_of_authors_are_told_it_is_told_which_are_exceptions(desk: Desk) -> None:
    desk.approved("b.py").merge(desk.ann, "squash")
    (line,) = [one for one in summary(desk.found().report) if one.startswith("self-merged")]
    assert line == (
        "self-merged    2 of 3 (66.7%) merges where git or the forge shows whether the merger is"
        " an author (AI none); 0 undecided (AI 0); exceptions are the 1 that nobody else is known"
        " to have approved"
    )


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (limit("a-limit", "It is so.", ["b", "a"]), "a-limit: It is so. (a, b)"),
        (limit("many", "So.", list("dcba")), "many: So. (a, b, c and 1 more)"),
        (Limit("bare", "No thing.", 7), "bare: No thing."),
        (limit("odd", "So.", ["\x1b[2J"]), "odd: So. (\\u001b[2J)"),
    ],
)
def test_a_limit_is_said_in_one_line(one: Limit, line: str) -> None:
    assert said(one) == line


@pytest.mark.parametrize("name", Name)
def test_why_an_approval_does_not_count_is_said_in_words(name: Name) -> None:
    lacking = Attribute(name, Answer.NO, "the words")
    assert reason(lacking) == "the words"
    unknown = reason(msgspec.structs.replace(lacking, answer=Answer.UNKNOWN))
    assert unknown.startswith("unknown whether it ")
    assert unknown.endswith(": the words")
