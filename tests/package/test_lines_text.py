"""Lines told on a terminal: shares are bounds there, too."""

from __future__ import annotations

import pytest
from line_reports import a_report

from affidavit.audit.lines.landings import LandingLines, LandingsReport
from affidavit.audit.lines.model import Counts, GroupLines, RecordsSeen, Seen
from affidavit.audit.model import Tool
from affidavit.package.lines import landings
from affidavit.package.lines.text import SHOWN, summary, table


def group(**counts: int) -> GroupLines:
    """A folder with these counts."""
    return GroupLines(name="src", files=1, **counts)


@pytest.mark.parametrize(
    ("ai", "rest", "shown"),
    [
        (9_999, 0, ["99.9%", "over", "99.9%", "0%"]),
        (1, 1, ["0.01%", "under", "0.1%", "under", "0.1%"]),
        (10_000, 0, ["100%", "100%", "0%"]),
        (0, 10_000, ["0%", "0%", "100%"]),
    ],
)
def test_no_share_reads_as_all_or_none_that_is_not(ai: int, rest: int, shown: list[str]) -> None:
    one = group(lines=10_000, ai=ai, labelled=ai, undetermined=rest)
    assert list(table("folder", [one]))[1].split() == ["src", "10,000", *shown]


def test_what_has_no_lines_has_no_share() -> None:
    assert list(table("folder", [group()]))[1].split() == ["src", "0", "-", "-", "-"]


SEEN = Seen(
    landings=1,
    split=1,
    unsplit=2,
    records=(
        RecordsSeen(source="git-ai", commits=1, refused=0, attested=1, brought=1),
        RecordsSeen(source="entire", commits=2, refused=1, attested=0, brought=0),
    ),
)


@pytest.mark.parametrize(
    ("within", "whole", "days"), [("src", " of the whole repository", ","), ("", "", "")]
)
def test_a_summary_says_what_is_of_the_whole_repository(within: str, whole: str, days: str) -> None:
    told = list(summary(a_report(seen=SEEN), within))
    assert told[1:12] == [
        f"250 lines in 5 text files (2 binary files left out), from 1 landing{whole}",
        "AI lines       at least 65 of 250 (26.0%), at most 85 of 250 (34.0%)",
        "label          85 of 250 (34.0%) by the labels of whole landings",
        "human          10 of 250 (4.0%)",
        "automation     10 of 250 (4.0%)",
        "no-signal      145 of 250 (58.0%)",
        "undetermined   20 of 250 (8.0%)",
        "agents         claude-code Opus 5 60, cursor 5",
        "critical       at least 60 of 100 (60.0%) of critical paths are AI",
        "median age     in days: ai 9, no-signal 200",
        f"rewritten      within 30 days{days}{whole}: ai 25.0%",
    ]
    assert told[12:15] == [
        f"looked behind  1 landing{whole} split by their commits, 2 squashes not",
        f"records        git-ai: 1 commit{whole}, 0 refused, 1 of 1 line was their commits' own",
        f"records        entire: 2 commits{whole}, 1 refused, whole files, no lines",
    ]


def test_folders_that_are_not_shown_are_counted() -> None:
    assert list(table("folder", [group()] * (SHOWN + 1)))[-1] == "  and 1 more"


def test_one_landing_is_no_landings() -> None:
    one = LandingLines(commit="c" * 40, landed_at=None, label="ai", lines=1, ai=1)
    report = LandingsReport(
        tool=Tool(name="affidavit", version="1", rules_version="2", rules="sha256:0"),
        repository="shop",
        commit="c" * 40,
        since="2026-01-01T00:00:00Z",
        total=Counts(),
        landings=(one,) * (landings.MOST + 1),
        without=0,
        undated=1,
        limits=(),
    )
    told = list(landings.text(report))
    assert told[1] == "since          2026-01-01T00:00:00Z"
    assert told[-4].startswith("all ")
    assert told[-5] == "and 1 landing more: --format csv has them all"
    assert told[-1] == "undated        1 landing without a time: not known if asked for"
