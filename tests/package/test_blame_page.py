"""The page of a file: every line with whose it is, foreign text harmless, long files bounded."""

from __future__ import annotations

import re

import msgspec
import pytest
from line_reports import AGAIN, EVIL, TEXT, a_blame, a_landing, a_run, counts
from test_lines_page import hashed, plain

from affidavit.audit.lines.blame import BlamedHand, Reviewed
from affidavit.package.lines import file_page
from affidavit.package.lines.file_page import LANDINGS, LINES, LONGEST, page

ROW = re.compile(r'<tr id="(L\d+)">.*?<td class="text">(.*?)</td></tr>', re.DOTALL)
HEAD = re.compile(r'<tbody class="([\w-]+)">\n<tr id="L(\d+)"><th scope="rowgroup" rowspan="(\d+)"')


def shown(line: bytes) -> str:
    """How one line is shown."""
    found = ROW.findall(page(a_blame((a_run(1, 1),), total=counts(ai=1)), (line,), AGAIN))
    assert [name for name, _ in found] == ["L1"]
    text: str = found[0][1]
    return text


def test_every_line_has_an_anchor_and_its_text() -> None:
    assert ROW.findall(page(a_blame(), TEXT, AGAIN)) == [
        ("L1", "one"),
        ("L2", "two &lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("L3", '\ttab <i class="odd">\\u001b</i>[31m <i class="odd">\\u202e</i> end'),
        ("L4", "\ufffdxxxxxxxxx"),
    ]


def test_each_run_says_whose_it_is_by_what_and_who_reviewed_it() -> None:
    text = page(a_blame(), TEXT, AGAIN)
    assert HEAD.findall(text) == [("c-ai", "1", "3"), ("c-no-signal", "4", "1")]
    assert "AI claude-code Opus 5 aaaaaaaaaa · R3 ben 1 one 2 two" in plain(text)
    assert "no signal dddddddddd 4" in plain(text)
    assert f'<a href="#c-{"c" * 40}">' in text
    assert f'<code id="c-{"c" * 40}">' in text


def test_the_landings_are_told_with_their_review() -> None:
    text = plain(page(a_blame(), TEXT, AGAIN))
    assert "Add a 2026-03-01 10:00:00 UTC AI R3 approval recorded by the forge ben approved" in text
    assert "dddddddddd not told 2026-03-01 10:00:00 UTC no signal not looked for" in text
    assert "at least 75.0% 3 of 4 lines are an agent's" in text
    assert "1 line in this page with a carriage return at the end, which is not shown." in text


def test_nothing_of_others_becomes_markup_or_moves_text() -> None:
    run = a_run(1, 1, hands=(BlamedHand(agent=EVIL, model=EVIL),), line_class=EVIL, ground=EVIL)
    review = Reviewed(grade=EVIL, by=(EVIL,), evidence=(EVIL,))
    report = a_blame(
        (run,), path=EVIL, repository=EVIL, landings=(a_landing(title=EVIL, review=review),)
    )
    text = page(report, (EVIL.encode(),), EVIL)
    assert [one for one in ("<script>document", "<img", "\x1b", "\u202e") if one in text] == []
    assert (text.count("<script>"), text.count("</title></script>")) == (1, 0)


def test_the_policy_lets_in_this_style_and_this_script_alone() -> None:
    text = page(a_blame(), TEXT, AGAIN)
    assert f"style-src {hashed(text, 'style')}; script-src {hashed(text, 'script')};" in text
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    "line",
    [
        b"x" * (LONGEST + 1),
        "\u00e9".encode() * (LONGEST + 7),
        "\U0001f600".encode() * (LONGEST + 1),
    ],
)
def test_a_very_long_line_is_cut_and_says_so(line: bytes) -> None:
    text = shown(line)
    assert text.endswith(f"<em> … cut here: the line has {len(line):,} bytes</em>")
    assert text.partition("<em>")[0] == line.decode()[:LONGEST]


@pytest.mark.parametrize("line", [b"", b"x" * LONGEST, "\U0001f600".encode() * LONGEST])
def test_a_line_that_fits_is_whole(line: bytes) -> None:
    assert shown(line) == line.decode()


def test_of_a_long_file_the_first_lines_are_shown_and_the_rest_counted() -> None:
    number = LINES + 30
    report = a_blame((a_run(1, 40), a_run(41, number - 40)), total=counts(ai=number))
    text = page(report, (b"x",) * number, AGAIN)
    assert len(ROW.findall(text)) == LINES
    assert HEAD.findall(text)[1] == ("c-ai", "41", str(LINES - 40))
    assert "30 further lines of 20,030 not in this page" in plain(text)


def test_of_much_text_the_first_is_shown_and_the_rest_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_page, "MUCH", 25)
    report = a_blame((a_run(1, 2), a_run(3, 2)), total=counts(ai=4))
    text = page(report, (b"x" * 10,) * 4, AGAIN)
    assert [name for name, _ in ROW.findall(text)] == ["L1", "L2"]
    assert "2 further lines of 4 not in this page" in plain(text)


def test_landings_beyond_the_table_are_counted_and_not_linked() -> None:
    number = LANDINGS + 2
    runs = tuple(a_run(n + 1, 1, landing=f"{n:040}") for n in range(number))
    landings = tuple(a_landing(f"{n:040}") for n in range(number))
    text = page(a_blame(runs, landings=landings, total=counts(ai=number)), (b"x",) * number, AGAIN)
    assert text.count('<a href="#c-') == text.count('<code id="c-') == LANDINGS
    assert "2 more are in the JSON." in plain(text)


def test_the_landings_that_brought_most_are_first() -> None:
    each = (("a", 1, 1), ("b", 2, 2), ("a", 4, 1), ("c", 5, 9))
    runs = tuple(a_run(first, lines, landing=one * 40) for one, first, lines in each)
    landings = tuple(a_landing(one * 40) for one in "cba")
    text = page(a_blame(runs, landings=landings, total=counts(ai=13)), (b"x",) * 13, AGAIN)
    assert re.findall(r'<code id="c-(\w)', text) == ["c", "a", "b"]


def test_beside_one_or_two_lines_all_is_said_in_a_row() -> None:
    runs = (a_run(1, 1), a_run(2, 2), a_run(4, 3))
    text = page(a_blame(runs, total=counts(ai=6)), (b"x",) * 6, AGAIN)
    assert re.findall(r'rowspan="(\d)"( class="short")?', text) == [
        ("1", ' class="short"'), ("2", ' class="short"'), ("3", "")]  # fmt: skip


def test_a_file_without_a_line_has_a_page() -> None:
    report = msgspec.structs.replace(a_blame(total=counts(), landings=()), lines=())
    text = plain(page(report, (), AGAIN))
    assert "The file has no line." in text
    assert "not in this page" not in text
