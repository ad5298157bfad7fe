"""CSV that no spreadsheet takes for a formula, and that reads back as it was."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import ADA, a_claim, a_landing, a_report

from affidavit.audit.model import AuditException
from affidavit.changes.model import Mark, Proof, PullRequest
from affidavit.package.csv_report import (
    CELL,
    EXCEPTION_COLUMNS,
    LANDING_COLUMNS,
    cell,
    line,
    write_exceptions,
    write_landings,
)
from affidavit.provenance.model import Authorship

if TYPE_CHECKING:
    from pathlib import Path


def rows(place: Path) -> list[list[str]]:
    with place.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "\\u0009=1"),
        ("\r\n=1", "\\u000d\\u000a=1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        ("\x00", "\\u0000"),
        ("a;=1;b", "a;'=1;b"),
        ("a; -1; +2;\u00a0@x", "a; '-1; '+2;\u00a0'@x"),
        ('a;"=1', "a;'\"=1"),
        ('a; " =1', "a; '\" =1"),
        ("a;\t=1", "a;\\u0009=1"),
        ("a;\uff1d1", "a;'\uff1d1"),
        ("=1;=1", "'=1;'=1"),
        ("a; b; c=1", "a; b; c=1"),
        ("a;'=1", "a;'=1"),
        (";" + " " * 100_000 + "x", ";" + " " * 100_000 + "x"),
    ],
    ids=lambda one: repr(one[:20]),
)
def test_a_cell_never_begins_like_a_formula(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize("sign", ["\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_full_width_sign_is_no_way_round(sign: str) -> None:
    assert cell(f"{sign}1+1") == f"'{sign}1+1"


@given(st.lists(st.text(st.sampled_from(',"\r\n; a\u2028')), min_size=2))
def test_a_line_is_that_of_the_standard_librarys_writer(cells: list[str]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    assert line(cells) == text.getvalue()


@given(st.text(st.characters()))
def test_no_text_makes_a_formula_or_a_second_line(text: str) -> None:
    shown = cell(text)
    assert not shown.lstrip().startswith(("=", "+", "-", "@"))
    assert not any(piece.lstrip().startswith(("=", "+", "-", "@")) for piece in shown.split(";"))
    assert len(shown.splitlines()) <= 1
    shown.encode()


def test_a_landing_is_one_row(tmp_path: Path) -> None:
    landing = a_landing(
        marks=(Mark.REVERT, Mark.EMPTY),
        branches=("main", "=cmd"),
        title='=HYPERLINK("http://x","y"), "quoted"',
        authorship=Authorship.AI,
        pull_request=PullRequest(
            forge="github", number="12", proof=Proof.CLAIMED, form="github-merge"
        ),
        claims=(a_claim(), a_claim(), a_claim(agent="amp", rule="PRV-AMP-001")),
        authors=(msgspec.structs.replace(ADA, name="+Ada"),),
        critical_paths=("-a/**",),
        exceptions=("self-merged",),
    )
    write_landings(a_report((landing,)), tmp_path / "l.csv")
    header, row = rows(tmp_path / "l.csv")
    assert tuple(header) == LANDING_COLUMNS
    assert dict(zip(header, row, strict=True)) == {
        "change": "CHG-2026-03-12-001",
        "commit": landing.commit,
        "landed_at": "2026-03-12T10:00:00Z",
        "committed_at": "2026-03-12T10:00:00Z",
        "branches": "main =cmd",
        "kind": "linear",
        "marks": "revert empty",
        "title": '\'=HYPERLINK("http://x","y"), "quoted"',
        "authorship": "ai",
        "unrefined": "no",
        "agents": "amp claude-code",
        "pull_request_forge": "github",
        "pull_request_number": "12",
        "pull_request_proof": "claimed",
        "review_grade": "R0",
        "self_merged": "unknown",
        "authors": "'+Ada <ada@example.org> (person: author, committer)",
        "commits": "1",
        "claims": "PRV-CLAUDE-001 PRV-AMP-001",
        "critical_paths": "'-a/**",
        "exceptions": "self-merged",
    }


def test_what_is_not_there_is_an_empty_cell(tmp_path: Path) -> None:
    write_landings(a_report((a_landing(committed_at=None, unrefined=True),)), tmp_path / "l.csv")
    header, row = rows(tmp_path / "l.csv")
    told = dict(zip(header, row, strict=True))
    empty = ["committed_at", "pull_request_forge", "pull_request_number", "pull_request_proof"]
    assert [told[name] for name in empty] == [""] * 4
    assert told["unrefined"] == "yes"


def test_a_cell_that_a_spreadsheet_would_cut_is_cut_here(tmp_path: Path) -> None:
    many = tuple(
        msgspec.structs.replace(ADA, name=";=" * 20, email=f"{n}@example.org") for n in range(2_000)
    )
    write_landings(a_report((a_landing(authors=many),)), tmp_path / "l.csv")
    assert max(map(len, rows(tmp_path / "l.csv")[1])) <= CELL


def test_exceptions_are_one_row_each_with_crlf(tmp_path: Path) -> None:
    found = (AuditException(id="self-merged", commit="c0", reason="=a, \u6f22"),)
    write_exceptions(a_report((), exceptions=found), tmp_path / "e.csv")
    assert rows(tmp_path / "e.csv") == [
        list(EXCEPTION_COLUMNS),
        ["self-merged", "c0", "'=a, \u6f22"],
    ]
    assert (tmp_path / "e.csv").read_bytes().count(b"\r\n") == 2
