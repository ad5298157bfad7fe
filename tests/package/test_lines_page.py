"""The page of lines: what it says, that it is safe, and that it stays small."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from line_reports import AGAIN, EVIL, FILES, a_file, a_month, a_report, counts, hostile

from affidavit.audit.lines.model import AgentLines, Counts, GroundLines
from affidavit.changes.lines.model import Ground, LineClass
from affidavit.package.lines.page import FILES as SHOWN
from affidavit.package.lines.page import page
from affidavit.package.lines.sections import AGENTS
from affidavit.package.lines.words import (
    CLASSES,
    GROUNDS,
    MEANINGS,
    at_most,
    bounds,
    class_name,
    ground_words,
)


def plain(text: str) -> str:
    """What a reader reads: without markup, each run of white space one space."""
    body = text.partition("</style>")[2].partition("<script>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def hashed(text: str, tag: str) -> str:
    body = re.findall(f"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
    assert len(body) == 1
    digest = base64.b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
    return f"'sha256-{digest}'"


def test_nothing_of_others_becomes_markup_or_moves_text() -> None:
    text = page(hostile(), EVIL)
    assert [one for one in ("<script>document", "<img", "\x1b", "\u202e") if one in text] == []
    assert text.count("<script>") == 1
    assert "&lt;script&gt;" in text


def test_the_policy_lets_in_this_style_and_this_script_alone() -> None:
    text = page(a_report(), AGAIN)
    found = re.search('Content-Security-Policy" content="([^"]+)"', text)
    assert found is not None
    assert found[1] == (
        f"default-src 'none'; style-src {hashed(text, 'style')}; script-src"
        f" {hashed(text, 'script')}; base-uri 'none'; form-action 'none'"
    )
    assert [one for one in (" style=", " onclick=", "http://", "src=") if one in text] == []


@pytest.mark.parametrize(
    "said",
    [
        "at least 26.0%, at most 34.0% 65 of 250 lines are an agent's",
        "of 20 more it cannot be told; nothing is said of 145.",
        "unknown, not human",
        "By the labels of whole landings it would be 34.0% (85 lines).",
        "AI 65 26.0% human, attested 10 4.0% automation 10 4.0% no signal 145 58.0%",
        "at least 60.0%, at most 80.0% of 100 lines of critical paths are AI",
        "claude-code Opus 5 60 24.0% 20",
        "cursor not told 5 2.0% 0",
        "3 landings told apart by the commits behind",
        "1 squash not split, for want of the commits behind, where an agent is named",
        "records of git-ai: 2 commits with one that was used; 1 that did not fit refused.",
        "They tell of 50 lines, of which their commits brought 40",
        "undetermined unsplit it came in a squash that names an agent",
        "1 file without a line not drawn",
        "src 2 200 32.5% 10.0% 42.5%",
        "2026-02 none 0 0 0 0 0 0 no lines",
        "no signal 145 20 200 400",
        "30 days AI 100 25 25.0%",
        "30 days no signal 0 0 none landed",
        "by what is known of each line, not by the label of its landing",
        "src/auth/key.py Python @firm/core critical 100 60 60.0% 80.0% 80.0%",
        "(no owner) 3 50 0 0% 0% 0%",
        "line-notes-refused A note does not fit. (1): abc",
        "affidavit lines --at v1",
        "250 in 5 text files; 2 binary files left out",
        "Made by affidavit 1.",
    ],
)
def test_what_was_found_is_said(said: str) -> None:
    assert said in plain(page(a_report(), AGAIN))


def test_a_report_of_nothing_claims_no_share() -> None:
    text = plain(
        page(a_report((), agents=(), grounds=(), ages=(), fates=(), months=(), limits=()), AGAIN)
    )
    assert "at least" not in text.partition("By folder")[0]
    for said in ("There are no lines of text here.", "No landing has a date.",
                 "No line has a date.", "Nothing landed long enough ago to say.",
                 "Nothing was met here that bounds it further."):  # fmt: skip
        assert said in text


def test_without_an_agent_it_is_not_said_that_none_was_used() -> None:
    files = (a_file("a", counts(no_signal=5)),)
    text = plain(page(a_report(files, agents=()), AGAIN))
    assert "No agent is named: that none was used is not shown." in text
    assert "No critical path holds a line." in text


def test_the_legend_rounds_the_ai_share_down_as_the_range_does() -> None:
    text = plain(page(a_report((a_file("a", counts(ai=2, no_signal=1)),)), AGAIN))
    assert "at least 66.6% 2 of 3 lines" in text
    assert "AI 2 66.6% no signal 1 33.3%" in text


def test_what_is_cut_is_counted() -> None:
    files = tuple(a_file(f"d{n}/f.py", counts(ai=n + 1)) for n in range(SHOWN + 3))
    agents = tuple(
        AgentLines(agent=f"a{n}", model=None, lines=1, undetermined=0) for n in range(AGENTS + 2)
    )
    text = plain(page(a_report(files, agents=agents), AGAIN))
    assert "3 further files with 6 AI lines in the CSV and the JSON." in text
    assert "2 more are in the JSON." in text
    assert "303 more are in the JSON." in text


def test_months_that_are_not_drawn_are_summed_and_said() -> None:
    months = (a_month("1999-12", counts(ai=1, no_signal=1)), a_month("2026-03"), a_month("undated"))
    text = plain(page(a_report(months=months), AGAIN))
    assert "Before the months drawn (1999-12): 1 landing, 2 lines, AI at least 50.0%." in text
    assert "Without a usable date (undated): 1 landing, 0 lines." in text


def test_five_thousand_files_are_less_than_three_megabytes() -> None:
    path = "a-folder-of-some-length/another-one/{}/a-file-with-a-long-name-{}.py"
    files = tuple(
        a_file(path.format(n % 300, n), counts(ai=n % 99 + 1, undetermined=3), ("@firm/owners",))
        for n in range(5_000)
    )
    assert len(page(a_report(files), AGAIN).encode()) < 3_000_000


def test_the_same_report_gives_the_same_page() -> None:
    assert page(a_report(), AGAIN) == page(a_report(FILES), AGAIN)


def test_every_class_and_ground_has_its_words() -> None:
    assert set(CLASSES) == set(MEANINGS) == set(LineClass)
    assert set(GROUNDS) == set(Ground)


def test_a_class_or_ground_that_is_not_known_is_shown_as_it_is() -> None:
    assert (class_name("new"), ground_words("other")) == ("new", "other")
    grounds = (GroundLines(line_class=EVIL, ground=EVIL, lines=1),)
    assert "<img" not in page(a_report(grounds=grounds), AGAIN)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (counts(), "no lines"),
        (counts(ai=2, no_signal=1), "at least 66.6%"),
        (counts(ai=1, undetermined=1, no_signal=1), "at least 33.3%, at most 66.7%"),
        (counts(ai=1, undetermined=1), "at least 50.0%, at most 100%"),
        (counts(ai=1, undetermined=9_998, no_signal=1), "at least 0.01%, at most 99.99%"),
    ],
)
def test_a_range_is_rounded_away_from_its_middle(found: Counts, said: str) -> None:
    assert bounds(found) == said


@pytest.mark.parametrize(
    ("numerator", "said"),
    [(0, "0%"), (1, "0.1%"), (6_251, "62.6%"), (9_999, "99.99%"), (10_000, "100%")],
)
def test_an_upper_bound_is_not_rounded_down(numerator: int, said: str) -> None:
    assert at_most(numerator, 10_000) == said
