"""``affidavit lines`` and ``affidavit blame`` as pages, and where they are written."""

from __future__ import annotations

import json
import re
import shlex
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.cli import pages
from gitrepo import BEN
from histories import CLAUDE, ran

if TYPE_CHECKING:
    from gitrepo import Repo

ODD = "src/a b;$(touch x)'.py"


@pytest.fixture
def work(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with an agent's lines in a folder, and a file with an odd name."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    repo.commit("Begin", author=BEN, files={"src/a.py": "one\ntwo\n", "README": "r\n"})
    repo.commit("A", author=CLAUDE, files={"src/a.py": "one\nagent\ntwo\n", ODD: "x\n"})
    return repo


def command(page: str) -> list[str]:
    """The command that a page says makes it again, as a shell splits it."""
    found = re.findall("<kbd>(.*?)</kbd>", page)
    assert len(found) == 1
    return shlex.split(unescape(found[0]))


def test_the_page_of_a_folder_says_how_it_is_made_again_and_is(work: Repo, tmp_path: Path) -> None:
    place = tmp_path / "lines.html"
    done = ran("lines", "src", "--format", "html", "--output", place, here=work.path)
    assert (done.status, done.out, done.err) == (0, "", "")
    page = place.read_text("utf-8")
    assert "at least 50.0%</span>2 of 4 lines are an agent&#x27;s" in page.replace("'", "&#x27;")
    again = command(page)
    assert again == ["affidavit", "lines", "--repo", ".", "--at", work.resolve("main"), "--format",
                     "html", "--output", "lines.html", "--", "src"]  # fmt: skip
    assert ran(*again[1:], here=work.path).status == 0
    assert (work.path / "lines.html").read_text("utf-8") == page


def test_what_was_given_beside_is_in_the_command(work: Repo) -> None:
    identities = work.path / "who is.toml"
    identities.write_text("version = 1\n")
    done = ran("lines", "--format", "html", "--name", "the firm's", "--identities", identities,
               here=work.path)  # fmt: skip
    assert command(done.out)[6:10] == ["--name", "the firm's", "--identities", str(identities)]


def test_the_page_of_a_file_is_made_again_whatever_its_name_is(work: Repo) -> None:
    done = ran("blame", ODD, "--no-review", "--format", "html", here=work.path)
    assert (done.status, done.err) == (0, "")
    again = command(done.out)
    assert again[-3:] == ["blame.html", "--", ODD]
    assert "--no-review" in again
    assert ran(*again[1:], here=work.path).status == 0
    assert (work.path / "blame.html").read_text("utf-8") == done.out


def test_the_page_of_a_file_names_agent_commit_and_grade(work: Repo) -> None:
    page = ran("blame", "src/a.py", "--format", "html", here=work.path).out
    commit = work.resolve("main")
    assert f'<a href="#c-{commit}"><code>{commit[:10]}</code></a> · R0' in page
    assert re.findall(r'<td class="text">(.*?)</td>', page) == ["one", "agent", "two"]


def test_blame_writes_to_a_file_what_it_would_print(work: Repo, tmp_path: Path) -> None:
    for form in ("text", "json", "html"):
        place = tmp_path / form
        printed = ran("blame", "src/a.py", "--format", form, here=work.path).out
        done = ran("blame", "src/a.py", "--format", form, "--output", place, here=work.path)
        assert (done.status, done.out, place.read_text("utf-8")) == (0, "", printed)


def test_json_is_the_format_of_that_name(work: Repo) -> None:
    asked = [("--json",), ("--format", "json"), ("--format", "json", "--json")]
    told = {ran("blame", "src/a.py", *one, here=work.path).out for one in asked}
    assert [json.loads(one)["format"] for one in told] == ["affidavit/blame@1"]


@pytest.mark.parametrize("asked", [("lines", "csv"), ("lines", "text"), ("blame", "html", "src")])
def test_two_formats_at_once_are_refused(work: Repo, asked: tuple[str, ...]) -> None:
    command, form, *path = asked
    done = ran(command, *path, "--format", form, "--json", here=work.path)
    assert (done.status, done.out) == (2, "")
    assert f"--json and --format {form} each say what is written: give one" in done.err


def test_a_page_that_cannot_be_written_is_refused(work: Repo) -> None:
    done = ran("blame", "src/a.py", "--output", "no/such/folder", here=work.path)
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("affidavit: AFF-OUTPUT:")


def test_an_option_that_was_given_several_times_is_repeated() -> None:
    asked = pages.Again("lines", "c1", "lines.html", {"--records": (Path("a"), Path("b b"))})
    assert pages.again(asked, "") == (
        "affidavit lines --repo . --at c1 --records a --records 'b b' --format html"
        " --output lines.html"
    )
