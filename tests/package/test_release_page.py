"""The page of a release: what it says, that it is safe, and that a browser shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from affidavit.audit.model import AuditException, Reconciliation
from affidavit.audit.release.model import (
    Artifact,
    Commits,
    Counted,
    Files,
    Inputs,
    Point,
    Range,
    Release,
    Share,
)
from affidavit.audit.release.span import Relation
from affidavit.audit.release.totals import Brief, totals
from affidavit.base.limit import limit
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.model import Grade
from affidavit.changes.record.model import Result
from affidavit.changes.record.value import (
    Listed,
    Source,
    SourceKind,
    Stated,
    Strength,
    unknown,
)
from affidavit.package.release.page import lines, write
from affidavit.package.release.text import summary

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

EVIL = "</title><script>document.title='gone'</script><img src=x onerror=alert(1)>\x1b[2J\u202e"
LEDGER = Source(kind=SourceKind.LEDGER, at="7", digest="sha256:" + "d" * 64)


def a_brief(number: int, **fields: object) -> Brief:
    told: dict[str, object] = {
        "id": f"CHG-2026-01-05-{number:03}",
        "commit": f"{number:040x}",
        "title": EVIL,
        "request": str(number),
        "agents": ("claude-code",),
        "ai": True,
        "authorship": "ai",
        "grade": Grade.R3,
        "approved": True,
        "approvers": ("ben",),
        "lines": (3, 1),
        "exceptions": (),
    }
    return Brief(**(told | fields))  # type: ignore[arg-type]


BRIEFS = (
    a_brief(1),
    a_brief(2, ai=False, authorship="no-signal", grade=Grade.R1, approved=None, approvers=(),
            request=None, exceptions=("self-merged",)),
    a_brief(3, ai=False, authorship="automation", grade=Grade.R0, approved=False, approvers=(),
            request="Iabc", lines=None),
)  # fmt: skip


def a_point(name: str, digit: str) -> Point:
    return Point(name=name, commit=digit * 40, tree="e" * 40, tags=(name,))


def a_release(briefs: tuple[Brief, ...] = BRIEFS, **fields: object) -> Release:
    every = Files(component="", present=9, changed=4, ai_touched=2, ai_last=1, no_signal=1)
    rows = tuple(
        Files(component=f"{EVIL}{n}", present=None, changed=0, ai_touched=0, ai_last=0, no_signal=0)
        for n in range(201)
    )
    told = Result(kind="test.reported.v1", commit="b" * 40, result=EVIL, producer=None,
                  independent=None, recorded_at="2026-01-05T09:00:00Z")  # fmt: skip
    built = Artifact(digests=("sha256:" + "a" * 64,), more=2, commit=None, statements=3,
                     names_commit=Answer.UNKNOWN, signatures_checked=False, finished=None,
                     recorded_at="2026-01-05T09:00:00Z")  # fmt: skip
    both = (told, built)
    results, artifacts = (
        Listed(items=(Stated(value=one, strength=Strength.ASSERTED, source=LEDGER),))
        for one in both
    )
    told_: dict[str, object] = {
        "tool": "affidavit 0",
        "repository": EVIL,
        "range": Range(
            base=a_point("v1", "a"), head=a_point("v2", "b"), chosen="given",
            relation=Relation.DIVERGED, branches=("main",),
            dropped=Commits(count=2, commits=("c" * 40,)), outside=Commits(count=1),
        ),
        "population": Counted(
            landings=3, commits=4, accounted=4, again=5, digest="sha256:" + "0" * 64,
            reconciliation=Reconciliation(reachable=4, accounted=4, differences=()),
        ),
        "inputs": Inputs(forge=None, ledger="example.com/log"),
        "totals": totals(briefs, ()),
        "share": Share(every=every, components=rows, uncompared=Commits(count=1), unsettled=2,
                       restored=3, differing=None, gone=None),
        "published": unknown("no records of a forge were given"),
        "checks": Listed(why="no records of a forge were given"),
        "results": results,
        "deployments": Listed(source=LEDGER),
        "artifacts": artifacts,
        "exceptions": (AuditException(id="self-merged", commit="2" * 40, reason=EVIL),),
        "unknown": (EVIL,),
        "limits": (limit("some-limit", "Something was not seen.", [EVIL], gap=True),),
    }  # fmt: skip
    return Release(**(told_ | fields))  # type: ignore[arg-type]


def page(release: Release, briefs: tuple[Brief, ...] = BRIEFS) -> str:
    return "\n".join(lines(release, briefs))


def test_nothing_of_others_becomes_markup_or_moves_text() -> None:
    text = page(a_release())
    assert [one for one in ("<script", "<img", "\x1b", "\u202e") if one in text] == []
    assert "&lt;script&gt;" in text


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    text = page(a_release())
    assert "default-src 'none'" in text
    assert "script-src" not in text
    assert [one for one in ("src=", "@import", "url(http") if one in text.replace(
        "img src=x", "")] == []  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "the end does not hold the beginning",
        "dropped: 2 commits of the beginning are not in the release",
        "its landings also bring in 5 commits that the beginning holds",
        "outside the audited branch: 1 landing on none of: main",
        "AI 1, automation 1, no signal 1",
        "R3 1 | R2 0 | R1 0 | R0 0; approval shown 1, none 0, unknown 0",
        "R3 0 | R2 0 | R1 1 | R0 1; approval shown 0, none 1, unknown 1",
        "What they changed is not wholly known of 1 landing: there may be more.",
        "2 files are not as the last known change left them.",
        "3 files that were changed are as at the beginning, and are not counted.",
        "Between the two ends unknown files are new or other, and unknown are gone.",
        "1 more are in release.json.",
        "and 2 more: 3 statements, signatures not checked; whether a statement names what was",
        "unknown: no records of a forge were given",
        "none recorded",
        "No agent is named: that none was used is not shown.",
        "#1",
        "none known",
        "Iabc",
        "nobody",
    ],
)
def test_what_is_known_and_what_is_not_is_said(said: str) -> None:
    assert said in page(a_release())


def test_lines_that_no_forge_told_are_unknown_not_none() -> None:
    silent = (a_brief(1, lines=None),)
    assert '<td class="num">unknown</td>' in page(a_release(silent), silent)


def test_an_empty_release_claims_no_share() -> None:
    text = page(a_release((), exceptions=(), unknown=()), ())
    assert "Nothing landed in this release." in text
    assert "at least" not in text.partition('id="files"')[0].partition('id="summary"')[2]
    assert '<li class="nothing">none</li>' in text


def test_the_terminal_is_told_the_same_and_no_more_than_it_can_bear() -> None:
    told = list(summary(a_release()))
    assert [one for one in told if not one.isprintable()] == []
    assert len(told) < 40


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_browser_shows_it_without_a_barrier(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    write(a_release(), BRIEFS, tmp_path / "release.html")
    said: list[str] = []
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    try:
        shown = context.new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.on("request", lambda one: said.append(one.url))
        shown.goto((tmp_path / "release.html").as_uri())
        assert said == [(tmp_path / "release.html").as_uri()]
        assert shown.title().startswith("</title><script>")
        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        found = Axe().run(shown)
        assert found.violations_count == 0, found.generate_report()
    finally:
        context.close()
