"""How soon lines go, told by whose each line was and not by the label of its landing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.chain import DAY
from gitobjects import Entry
from gitrepo import BEN, START
from histories import CLAUDE, DEPENDABOT
from recordedwork import PERSON, SESSION, note
from wholelines import NAMED, report_of

if TYPE_CHECKING:
    from gitrepo import Repo

FILE = "a.py"


def on(day: int) -> int:
    """So many days after the beginning."""
    return START + day * DAY


def fates(repo: Repo) -> list[tuple[str, int, int, int]]:
    """Of each class and number of days, the lines that landed and those that went."""
    return [
        (one.line_class, one.days, one.added, one.gone)
        for one in report_of(repo).fates
        if one.added or one.gone
    ]


def later(repo: Repo, day: int = 120) -> None:
    repo.commit("Later", date=on(day), files={"other": "x\n"})


def merged(repo: Repo) -> None:
    """Two lines of an agent and two of a person, in one landing of the first day."""
    repo.commit("Begin", date=on(0), files={"begin": ""})
    first = {FILE: "a\nA\n"}
    repo.commit("A", author=CLAUDE, date=on(1), branch="side", at="main", files=first)
    repo.commit("B", author=BEN, date=on(1), branch="side", files={FILE: "a\nA\nb\nB\n"})
    repo.merge("side", date=on(1))


def test_lines_of_a_mixed_landing_go_by_the_commits_that_brought_them(repo: Repo) -> None:
    merged(repo)
    repo.commit("C", author=BEN, date=on(10), files={FILE: "A\nb\nB\n"})
    repo.commit("D", author=BEN, date=on(60), files={FILE: "A\nb\n"})
    later(repo)
    assert fates(repo) == [
        ("ai", 30, 2, 1),
        ("ai", 90, 2, 1),
        ("no-signal", 30, 2, 0),
        ("no-signal", 90, 2, 1),
    ]


def test_one_block_over_the_lines_of_several_counts_for_each(repo: Repo) -> None:
    merged(repo)
    repo.commit("C", author=BEN, date=on(10), files={FILE: "a\nB\n"})
    later(repo, 40)
    assert fates(repo) == [("ai", 30, 2, 1), ("no-signal", 30, 2, 1)]


def test_lines_of_a_file_that_is_deleted_or_was_renamed_go_too(repo: Repo) -> None:
    merged(repo)
    repo.commit("C", author=BEN, date=on(5), files={FILE: None, "b.py": "a\nA\nb\nB\n"})
    repo.commit("D", author=BEN, date=on(6), files={"b.py": None})
    later(repo, 40)
    assert fates(repo) == [("ai", 30, 2, 2), ("no-signal", 30, 2, 2)]


def test_lines_that_a_note_attests_go_by_it(repo: Repo) -> None:
    repo.commit("Begin", date=on(0), files={"begin": ""})
    work = repo.commit("Work", author=CLAUDE, date=on(1), files={FILE: "a\nb\nc\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1", f"{PERSON} 2"))
    repo.commit("C", author=BEN, date=on(2), files={FILE: "c\n"})
    repo.commit("D", author=BEN, date=on(50), files={FILE: ""})
    later(repo, 100)
    assert fates(repo) == [
        ("ai", 30, 1, 1),
        ("ai", 90, 1, 1),
        ("human", 30, 1, 1),
        ("human", 90, 1, 1),
        ("undetermined", 30, 1, 0),
        ("undetermined", 90, 1, 1),
    ]


def test_landings_whose_lines_are_all_of_one_class_count_for_it(repo: Repo) -> None:
    repo.commit("Begin", date=on(0), files={FILE: "one\n"})
    repo.commit("Bump", author=DEPENDABOT, date=on(1), files={FILE: "one\nbot\n"})
    squash = f"Work (#7)\n\n{NAMED}"
    repo.commit(squash, author=BEN, date=on(2), files={FILE: "one\nbot\nsquash\n"})
    repo.commit("C", author=CLAUDE, date=on(3), files={FILE: "agent\n"})
    later(repo, 40)
    assert fates(repo) == [
        ("ai", 30, 1, 0),
        ("automation", 30, 1, 1),
        ("no-signal", 30, 1, 1),
        ("undetermined", 30, 1, 1),
    ]


def test_the_last_second_of_a_month_counts_and_the_next_does_not(repo: Repo) -> None:
    repo.commit("Begin", date=on(0), files={FILE: "one\ntwo\n"})
    repo.commit("In", date=on(30), files={FILE: "two\n"})
    repo.commit("Out", date=on(30) + 1, files={FILE: ""})
    assert fates(repo) == [("no-signal", 30, 2, 1)]


def test_what_landed_too_late_to_say_is_left_out(repo: Repo) -> None:
    repo.commit("Begin", date=on(0), files={FILE: "one\n"})
    repo.commit("Late", date=on(1), files={FILE: "one\ntwo\n"})
    repo.commit("Last", date=on(30), files={FILE: ""})
    assert fates(repo) == [("no-signal", 30, 1, 1)]


def test_a_year_counts_what_went_within_a_month(repo: Repo) -> None:
    repo.commit("Begin", author=CLAUDE, date=on(0), files={FILE: "1\n2\n3\n4\n"})
    for day, text in ((20, "2\n3\n4\n"), (80, "3\n4\n"), (365, "4\n"), (366, "")):
        repo.commit("Less", date=on(day), files={FILE: text})
    assert fates(repo) == [("ai", 30, 4, 1), ("ai", 90, 4, 2), ("ai", 365, 4, 3)]


def test_neither_links_nor_files_taken_for_binary_count(repo: Repo) -> None:
    link = Entry("120000", repo.blob("target"))
    begin: dict[str, str | Entry] = {"link": link, "bin": "\0\n", FILE: "one\n"}
    repo.commit("Begin", date=on(0), files=begin)
    repo.commit("Text", date=on(1), files={"bin": "1\n2\n"})
    repo.commit("Gone", date=on(2), files={"link": None, "bin": "2\n", FILE: None})
    repo.commit("All", date=on(3), files={"bin": None})
    later(repo, 40)
    assert fates(repo) == [("no-signal", 30, 1, 1)]


def test_lines_go_when_they_went_though_their_file_was_compared_later(repo: Repo) -> None:
    """While it was taken for binary it was not known."""
    for day, text in ((0, "1\n2\n"), (1, "\0\n2\n"), (2, "2\n"), (60, "2\nlast\n")):
        repo.commit("Work", date=on(day), files={FILE: text})
    later(repo)
    assert fates(repo) == [("no-signal", 30, 3, 1), ("no-signal", 90, 2, 1)]
