"""``affidavit lines --landings``: what each landing brought, by whose it was."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN
from histories import CLAUDE, ran
from recordedwork import AFTER, FILE, SESSION, note

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

DAY = 86_400


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def history(repo: Repo) -> list[str]:
    """A person's landing, an agent's that takes some of it away, one with a note, and a removal."""
    first = repo.commit("Begin", author=BEN, files={FILE: "one\ntwo\n"}, date=AFTER)
    text = "one\nalpha\nbeta\n"
    second = repo.commit("A", author=CLAUDE, files={FILE: text}, date=AFTER + DAY)
    third = repo.commit(
        "B", author=BEN, files={FILE: text + "gamma\ndelta\n"}, date=AFTER + 2 * DAY
    )
    repo.note("refs/notes/ai", third, note(f"{SESSION} 4"))
    fourth = repo.commit("C", author=BEN, files={FILE: "one\n"}, date=AFTER + 3 * DAY)
    return [first, second, third, fourth]


def told(repo: Repo, *more: str) -> dict[str, object]:
    ended = ran("lines", "--repo", repo.path, "--landings", "--json", *more, here=repo.path)
    assert (ended.status, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert isinstance(found, dict)
    return found


def rows(found: dict[str, object]) -> list[tuple[str, int, int, int, str]]:
    landings = found["landings"]
    assert isinstance(landings, list)
    return [
        (one["commit"], one["lines"], one["ai"], one["no_signal"], one["label"]) for one in landings
    ]


def test_each_landing_is_told_with_what_it_brought_though_nothing_of_it_is_left(
    repo: Repo,
) -> None:
    first, second, third, _ = history(repo)
    found = told(repo)
    assert rows(found) == [
        (third, 2, 1, 1, "ai"),
        (second, 2, 2, 0, "ai"),
        (first, 2, 0, 2, "no-signal"),
    ]
    assert (found["without"], found["undated"]) == (1, 0)
    total = found["total"]
    assert isinstance(total, dict)
    assert (total["lines"], total["ai"], total["no_signal"], total["labelled"]) == (6, 3, 3, 4)


def test_what_is_kept_tells_the_same(repo: Repo) -> None:
    history(repo)
    fresh = told(repo, "--fresh")
    assert told(repo) == fresh
    assert told(repo) == fresh


def test_landings_since_a_day_are_told_alone(repo: Repo) -> None:
    _, second, third, _ = history(repo)
    found = told(repo, "--since", "2026-03-02")
    assert [one[0] for one in rows(found)] == [third, second]
    assert found["since"] == "2026-03-02T00:00:00Z"


def test_the_sum_of_all_landings_is_that_of_the_months(repo: Repo) -> None:
    history(repo)
    ended = ran("lines", "--repo", repo.path, "--json", here=repo.path)
    (month,) = json.loads(ended.out)["months"]
    total = told(repo)["total"]
    assert isinstance(total, dict)
    assert {name: month[name] for name in total} == total


def test_the_csv_has_a_row_for_each(repo: Repo) -> None:
    *_, third, _ = history(repo)
    ended = ran(
        "lines", "--repo", repo.path, "--landings", "--format", "csv", "--quiet", here=repo.path
    )
    table = list(csv.reader(StringIO(ended.out)))
    assert len(table) == 4
    assert dict(zip(table[0], table[1], strict=True)) == {
        "commit": third,
        "landed_at": "2026-03-03T12:00:00Z",
        "label": "ai",
        "lines": "2",
        "ai": "1",
        "human": "0",
        "automation": "0",
        "no_signal": "1",
        "undetermined": "0",
        "labelled": "2",
    }


def test_the_text_names_landings_and_their_sum(repo: Repo) -> None:
    *_, third, _ = history(repo)
    ended = ran("lines", "--repo", repo.path, "--landings", "--quiet", here=repo.path)
    lines = ended.out.splitlines()
    assert lines[3].split() == [third[:12], "2026-03-03", "ai", "1", "0", "0", "1", "0"]
    assert lines[6].split() == ["all", "3", "0", "0", "3", "0"]
    assert lines[8] == "landings       3 brought lines, 1 none"


@pytest.mark.parametrize(
    "more",
    [("--since", "2026-03-02"), ("--landings", "--format", "html"), ("--landings", "a.py")],
)
def test_what_nothing_would_be_done_with_is_refused(repo: Repo, more: tuple[str, ...]) -> None:
    history(repo)
    assert ran("lines", "--repo", repo.path, *more, here=repo.path).status == 2
