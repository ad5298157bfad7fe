"""What a forge's records add is shown in the summary, on the page and in the tables."""

from __future__ import annotations

import csv
import html
import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from forge_report import LACKING, OPEN, PUSHED, a_deployment, a_forge_report, a_source
from reports import a_landing, a_report

from affidavit.audit.forge import ForgeDeployments
from affidavit.audit.metrics import metrics
from affidavit.package.csv_report import (
    COUNTED_COLUMNS,
    DEPLOYMENT_COLUMNS,
    LANDING_COLUMNS,
    write_deployments,
    write_landings,
)
from affidavit.package.html import render
from affidavit.package.html.words import heading
from affidavit.package.summary import summary

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report

UNKNOWN = ForgeDeployments(made=None, held=None, unmerged=None, unknown=None, rows=())


def lines(report: Report) -> dict[str, str]:
    """The lines of the summary by what they begin with."""
    return {one[:14].strip(): one[15:] for one in summary(report)}


def text(report: Report) -> str:
    """The words of the page without its script and its data, one blank between them."""
    page = re.sub(r"<(script|style).*?</\1>", " ", render(report), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def table(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestSummary:
    """A line for requests and one for deployments, each from both sides."""

    def test_both_directions_are_printed(self) -> None:
        told = lines(a_forge_report())
        assert told["requests"] == (
            "3 merged by the forge's records: 2 landed, 1 not found"
            " | landings: 2 of a request, 1 of none"
        )
        assert told["deployments"] == (
            "4: 2 of what an audited branch holds, 1 of what none does, 1 undecided"
        )

    def test_what_is_not_known_is_unknown_and_not_nothing(self) -> None:
        told = lines(a_forge_report(outside=None, deployments=UNKNOWN))
        assert told["requests"].endswith("2 of a request, unknown of none")
        assert told["deployments"] == (
            "unknown: unknown of what an audited branch holds, unknown of what none does,"
            " unknown undecided"
        )

    def test_a_review_that_is_known_to_lack_is_not_called_unknown(self) -> None:
        assert lines(a_forge_report())["other changes"].endswith(
            " | PR only, review unknown 1 | not approved 1 | no evidence 1"
        )

    def test_without_records_nothing_of_it_is_said(self) -> None:
        landings = (a_landing(),)
        told = lines(a_report(landings, metrics=metrics(landings)))
        assert {"requests", "deployments"} & told.keys() == set()
        assert "not approved" not in " ".join(told.values())

    def test_what_was_deployed_is_counted_as_no_landing(self) -> None:
        assert lines(a_forge_report())["exceptions"] == "2 on 1 landing"

    def test_a_period_without_landings_has_its_deployments_all_the_same(self) -> None:
        report = msgspec.structs.replace(a_report(metrics=metrics(())), forge=a_source())
        assert lines(report)["deployments"].startswith("4: 2 of")


class TestPage:
    """The page has a section of its own for it."""

    def test_both_directions_are_shown(self) -> None:
        words = text(a_forge_report())
        for told in (
            "Requests merged into the audited branches, by the records 3",
            "of these with a landing in the history 2",
            "whose commit is no landing #19 1",
            "that a merged request became 2",
            "that none became 1",
            "Deployments, by the records 4",
            "of a commit that an audited branch holds 2",
            "of one that none holds 1",
            "of one of which that is unknown 1",
            "deployments not whole",
        ):
            assert told in words

    def test_each_deployment_without_a_change_is_listed(self) -> None:
        words, commit = text(a_forge_report()), a_deployment().commit
        assert (
            f"2026-03-14 10:00:00 UTC production production hotfix {commit} no success 1" in words
        )
        other = a_deployment(2).commit
        assert f"not named production hotfix {other} unknown nothing 2" in words

    def test_counts_that_are_not_known_are_unknown(self) -> None:
        words = text(a_forge_report(outside=None, deployments=UNKNOWN))
        assert "that none became unknown" in words
        assert "of one that none holds unknown" in words

    def test_deployments_that_find_no_room_are_said(self) -> None:
        rows = tuple(a_deployment(number) for number in range(203))
        many = ForgeDeployments(made=203, held=0, unmerged=203, unknown=0, rows=rows)
        assert "3 further deployments are in report.json" in text(a_forge_report(deployments=many))

    def test_a_review_that_is_known_to_lack_is_told_from_an_unknown_one(self) -> None:
        words = text(a_forge_report())
        assert "PR only Unknown (R1). A pull request is named; who reviewed it the forge" in words
        assert "1 unknown R1 1 not approved (the forge\u2019s records) R1" in words

    def test_when_a_landing_landed_stands_beside_its_place(self) -> None:
        words = text(a_forge_report())
        place = "2026-03-12T10:00:00Z"
        assert f"{place}; 2026-03-20T10:00:00Z by the forge's record of the request; on" in words
        assert f"{place}; 2026-03-21T10:00:00Z by the forge's record of the push; on" in words

    def test_without_records_there_is_no_such_section(self) -> None:
        assert 'id="forge"' not in render(a_report((a_landing(),)))


@pytest.mark.parametrize(
    ("landing", "words"),
    [
        (LACKING, "not approved (the forge's records)"),
        (OPEN, "PR only"),
        (PUSHED, "none"),
    ],
)
def test_a_grade_is_called_what_is_known(landing: object, words: str) -> None:
    assert heading(landing) == words  # type: ignore[arg-type]


class TestTables:
    """The files for a spreadsheet."""

    def test_a_landing_has_its_time_in_two_columns_more(self, tmp_path: Path) -> None:
        write_landings(a_forge_report(), tmp_path / "l.csv")
        found = table(tmp_path / "l.csv")
        assert list(found[0]) == [*LANDING_COLUMNS, *COUNTED_COLUMNS]
        assert [(one["counted_at"], one["counted_by"]) for one in found] == [
            ("2026-03-21T10:00:00Z", "push"),
            ("2026-03-20T10:00:00Z", "request"),
            ("", ""),
        ]

    def test_each_deployment_without_a_change_is_a_row(self, tmp_path: Path) -> None:
        write_deployments(a_source(), tmp_path / "d.csv")
        first, second = table(tmp_path / "d.csv")
        assert first == {
            "deployment": "1",
            "environment": "production",
            "production": "yes",
            "ref": "hotfix",
            "commit": a_deployment().commit,
            "deployed_at": "2026-03-14T10:00:00Z",
            "state": "success",
            "held": "no",
        }
        assert list(first) == list(DEPLOYMENT_COLUMNS)
        assert (second["environment"], second["state"], second["held"]) == ("", "", "unknown")

    def test_no_name_of_an_environment_makes_a_formula(self, tmp_path: Path) -> None:
        sly = a_deployment(environment="=cmd()", ref="+1", state="@x")
        known = ForgeDeployments(made=1, held=0, unmerged=1, unknown=0, rows=(sly,))
        write_deployments(a_source(deployments=known), tmp_path / "d.csv")
        (row,) = table(tmp_path / "d.csv")
        assert (row["environment"], row["ref"], row["state"]) == ("'=cmd()", "'+1", "'@x")
