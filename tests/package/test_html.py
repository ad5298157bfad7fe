from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from reports import a_landing, a_report, an_id
from year import a_year

from affidavit.audit.model import (
    AgentRow,
    AuditException,
    Branch,
    CriticalRow,
    Difference,
    DirectoryRow,
    Metric,
    MonthRow,
    Overlap,
    PersonRow,
    Reconciliation,
    Setting,
    SourceCoverage,
)
from affidavit.base.errors import OutputError
from affidavit.base.limit import Limit
from affidavit.package.html import render, sections, write
from affidavit.package.html.page import STATIC

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report

ATTACK = "</script></style><img src=x onerror=alert(1)>\"'&\u202e\u2066\x1b[2J\u2028"


def hostile(value: object) -> object:
    """`value` with every text in it that a repository could have written replaced."""
    if type(value) is str and not re.fullmatch(r"[0-9a-f]{40}|sha256:.*|\d{4}-.*|CHG-.*", value):
        return ATTACK
    if isinstance(value, tuple):
        return tuple(hostile(each) for each in value)
    if isinstance(value, dict):
        return {key: hostile(each) for key, each in value.items()}
    if isinstance(value, msgspec.Struct):
        fields = {name: hostile(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**fields)
    return value


def a_hostile_report() -> Report:
    report = a_year(16)
    differences = (Difference(commit=an_id(1), reason="why"),)
    replaced = msgspec.structs.replace(
        report,
        population=msgspec.structs.replace(
            report.population,
            reconciliation=Reconciliation(reachable=1, accounted=1, differences=differences),
        ),
    )
    found = hostile(replaced)
    assert isinstance(found, type(report))
    return found


def text_of(page: str) -> str:
    """The page's text as a reader without a script sees it, on one line."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", body))


def test_the_same_report_is_the_same_page_in_any_process(tmp_path: Path) -> None:
    code = "from year import a_year\nfrom affidavit.package.html import write\n"
    code += "import pathlib, sys\nwrite(a_year(60), pathlib.Path(sys.argv[1]))"
    for seed, zone in (("1", "Asia/Kolkata"), ("2", "America/Lima")):
        place = os.pathsep.join([os.path.dirname(__file__), *sys.path])  # noqa: PTH120
        settings = {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": place, "LC_ALL": "C"}
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        subprocess.run(command, env=settings, check=True, cwd=tmp_path)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_foreign_text_is_never_markup_and_never_hides() -> None:
    page = render(a_hostile_report())
    assert "<img" not in page
    assert not re.search("[\u202e\u2066\u2028\x1b]", page)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert [len(re.findall(f"</{tag}>", page)) for tag in ("script", "style")] == [2, 1]


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    page = render(a_year(3))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy is not None
    assert style is not None
    assert script is not None
    hashes = [
        base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        for found in (style, script)
    ]
    assert policy[1] == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_page_needs_no_network_and_no_inline_code() -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", render(a_year(60)), flags=re.DOTALL)
    assert not re.findall(r'\s(?:style|on\w+|src|srcset|action)="', markup)
    assert not [link for link in re.findall(r'href="([^"]*)"', markup) if link[0] != "#"]


def test_every_link_in_the_page_leads_somewhere() -> None:
    page = render(a_year(200))
    ids = set(re.findall(r'\sid="([^"]*)"', page))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= ids


def test_without_a_script_the_newest_landings_stand_and_the_rest_is_named() -> None:
    report = a_year(STATIC + 5)
    page = render(report)
    assert re.findall(r'<tr id="c-([0-9a-f]+)"', page) == [
        landing.commit for landing in report.landings[:STATIC]
    ]
    assert "The page shows the newest 1,000; all are in <code>landings.csv</code>." in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert len(json.loads(data[1])["columns"]["commit"]) == STATIC + 5


def test_exceptions_are_shown_to_two_thousand_the_rare_ones_first_of_all() -> None:
    common = [AuditException(id="common", commit=an_id(n), reason=f"c{n}") for n in range(2_001)]
    rare = AuditException(id="rare", commit=an_id("x"), reason="the rare reason")
    report = a_report(exceptions=(*common, rare))
    found = sections.exceptions(report)
    assert [(each.id, each.count, len(each.first + each.rest)) for each in found.groups] == [
        ("common", 2_001, 1_999),
        ("rare", 1, 1),
    ]
    text = text_of(render(report))
    assert "The page shows 2,000 of 2,002; all are in exceptions.csv." in text
    assert "1,999 of 2,001 are on this page; all are in exceptions.csv." in text


def test_an_exception_names_the_change_and_does_not_repeat_its_title() -> None:
    landing = a_landing(title="Fix it", exceptions=("self-merged",))
    why = AuditException(id="self-merged", commit=landing.commit, reason="by an author: Fix it")
    text = text_of(render(a_report((landing,), exceptions=(why,))))
    assert f"{landing.change}Fix itBy an author{landing.commit[:10]}" in text
    assert "Merged by one of its authors 1 self-merged" in text


def test_metrics_that_are_missing_or_empty_are_never_a_share() -> None:
    empty = Metric(numerator=0, denominator=0)
    text = text_of(render(a_report(metrics={"ai_changes": empty, "self_merged": empty})))
    assert "AI share: none in this period" in text
    assert "All landingsnone in this period" in text
    assert "AI landingsnot computed" in text
    assert not re.search(r"\d%", text)


def test_an_empty_report_says_so_in_every_section() -> None:
    text = text_of(render(a_report()))
    for expected in (
        "No landings in this period.",
        "None found in this period by the rules of this report.",
        "No claim names an agent.",
        "No person is named.",
        "No AI landing touched one. A set of usual ones is built in;",
        "Not known: no landing\u2019s files were compared.",
        "No source marks any commit as AI-written.",
        "No further limits were noticed.",
    ):
        assert expected in text


def test_the_share_is_a_lower_bound_and_no_signal_is_not_human() -> None:
    text = text_of(render(a_year(420)))
    assert "At least 35.4%" in text
    assert "a landing without a signal is unknown, not human" in text


def test_a_merge_by_another_is_not_called_a_review_and_nothing_is_called_compliant() -> None:
    page = render(a_year(60))
    assert "R2</b> merged by another person" in page
    assert not re.search(
        r"complian|certified|approved by|R2 reviewed", text_of(page), re.IGNORECASE
    )


def test_lists_that_are_too_long_say_what_is_left_out() -> None:
    many = range(600)
    text = text_of(
        render(
            a_report(
                people=tuple(
                    PersonRow(
                        name=f"P{n}",
                        email=f"p{n}@example.org",
                        landings=1,
                        ai_landings=0,
                        merged=1,
                        self_merged=n % 2,
                    )
                    for n in many
                ),
                directories=tuple(DirectoryRow(path=f"d{n}", landings=2, ai=1) for n in many),
                settings=tuple(Setting(file="f", line=f"l{n}", effect="e") for n in many),
                agents=tuple(
                    AgentRow(
                        agent=f"agent-{n}",
                        landings=1,
                        assisted=0,
                        models=tuple(f"model-{n}" for n in range(14)),
                    )
                    for n in many
                ),
                months=(MonthRow(month="2026-01", landings=1, ai=1, agents={}),),
                critical=tuple(CriticalRow(pattern=f"c{n}", ai=1, reviewer_shown=0) for n in many),
            )
        )
    )
    for expected in (
        "400 further people are in report.json",
        "560 further directories are in report.json",
        "100 further settings are in report.json",
        "500 further agents are in report.json",
        "584 further agents are in report.json",
        "400 further patterns are in report.json",
        "model-11 and 2 more",
        "Who did so: 200 people",
    ):
        assert expected in text


def test_tables_show_what_the_report_holds() -> None:
    report = a_report(
        critical=(CriticalRow(pattern="src/**", ai=0, reviewer_shown=0),),
        directories=(DirectoryRow(path=".", landings=0, ai=0),),
        limits=(
            Limit("gone", "Some are gone.", 2, ("a1", "b2"), gap=True),
            Limit("seen", "One was seen.", 1),
        ),
    )
    coverage = msgspec.structs.replace(
        report.coverage,
        sources=(SourceCoverage(source="trailer", commits=3),),
        overlaps=(Overlap(sources=("text", "trailer"), commits=2),),
        commits=9,
    )
    text = text_of(render(msgspec.structs.replace(report, coverage=coverage)))
    for expected in (
        "src/** 0 none in this period",
        "files at the root 0 0",
        "Missing evidence gone 2 Some are gone. 2 of them named a1b2",
        "Noticed seen 1 One was seen.",
        "trailer 3",
        "text and trailer 2",
    ):
        assert expected.replace(" ", "") in text.replace(" ", "")


def test_every_branch_and_every_difference_is_named_as_far_as_there_is_room() -> None:
    report = a_report()
    heads = tuple(
        Branch(name=name, ref=f"refs/heads/{name}", head=an_id(name)) for name in ("main", "v2")
    )
    differences = tuple(Difference(commit=an_id(n), reason=f"reason {n}") for n in range(60))
    changed = msgspec.structs.replace(
        report,
        repository=msgspec.structs.replace(report.repository, branches=heads),
        population=msgspec.structs.replace(
            report.population,
            reconciliation=Reconciliation(reachable=60, accounted=0, differences=differences),
        ),
    )
    text = text_of(render(changed))
    assert "Every landing on main, v2:" in text
    assert f"git rev-parse refs/heads/v2 is {an_id('v2')}" in text
    assert "reason 49" in text
    assert "and 10 more differences, in report.json" in text


def test_a_page_is_written_whole_beside_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    place.write_text("old")
    report = a_year(5)
    write(report, place)
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert place.read_text("utf-8") == render(report)


def test_a_page_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    place.mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        write(a_report(), place)
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_link_put_in_the_way_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    beside = tmp_path / f".report.html.{os.getpid()}.part"
    beside.symlink_to(elsewhere)
    with pytest.raises(OutputError):
        write(a_report(), tmp_path / "report.html")
    assert not elsewhere.exists()
