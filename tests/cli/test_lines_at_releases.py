"""``affidavit lines`` and ``blame`` at a release and at what is deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.cli.lines_options import Given
from forge_exports import deployment, export
from forgelines import AT, ORIGIN
from gitrepo import BEN
from histories import CLAUDE, ran
from shipped_lines import release

if TYPE_CHECKING:
    from affidavit.changes.forge.model import Record
    from gitrepo import Repo

WHEN = "2026-03-01T12:00:00Z"
RECORD = {
    "kind": "forge",
    "at": ORIGIN.url,
    "digest": ORIGIN.digest,
    "fetched_at": AT,
}
SECTIONS = ("pull_requests", "deployments", "releases")
BOTH = (("lines",), ("blame", "a.py", "--no-review"))


@pytest.fixture
def work(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A release of a person's lines, an agent's landing that is deployed, and one after it."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    repo.commit("Begin", author=BEN, files={"a.py": "one\n"})
    repo.tag("v1", "main")
    repo.commit("A", author=CLAUDE, files={"a.py": "one\ntwo\n"})
    repo.commit("B", author=BEN, files={"a.py": "one\ntwo\nthree\n"})
    return repo


@pytest.fixture
def forge(work: Repo, tmp_path: Path) -> Path:
    """The forge's records of both."""
    running = work.parents("main")[0]
    made: list[Record] = [release(1, "v1", WHEN), deployment(1, running, WHEN, "success")]
    return export(tmp_path / "shop.jsonl", made, SECTIONS)


def test_lines_at_a_release_say_so_in_text_and_json(work: Repo) -> None:
    done = ran("lines", "--release", "v1", here=work.path)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1:3] == [
        "release        the release v1, by its tag",
        "1 line in 1 text file (0 binary files left out), from 1 landing",
    ]
    told = json.loads(ran("lines", "--release", "v1", "--json", here=work.path).out)
    assert told["commit"] == work.resolve("v1")
    assert told["at"] == {
        "kind": "release",
        "name": "v1",
        "source": {"kind": "tag", "at": "refs/tags/v1"},
    }


def test_lines_of_what_is_deployed_say_when_and_by_what(work: Repo, forge: Path) -> None:
    asked = ("lines", "--deployed", "production", "--forge", forge)
    done = ran(*asked, here=work.path)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1] == (
        f"deployed       what was deployed to production at {WHEN}, by the forge's record"
        f" ({ORIGIN.url}, asked {AT})"
    )
    told = json.loads(ran(*asked, "--json", here=work.path).out)
    assert (told["commit"], told["total"]["lines"]) == (work.parents("main")[0], 2)
    assert told["at"] == {
        "kind": "deployment",
        "name": "production",
        "time": WHEN,
        "source": RECORD,
    }


def test_the_latest_release_of_a_forge_says_when_it_was_published(work: Repo, forge: Path) -> None:
    asked = ("lines", "--release", "latest", "--forge", forge)
    assert ran(*asked, here=work.path).out.splitlines()[1] == (
        f"release        the release v1, the latest, published {WHEN}, by the forge's record"
        f" ({ORIGIN.url}, asked {AT})"
    )
    told = json.loads(ran(*asked, "--json", here=work.path).out)
    assert told["at"] == {
        "kind": "release",
        "name": "v1",
        "latest": True,
        "time": WHEN,
        "source": RECORD,
    }


@pytest.mark.parametrize("command", BOTH)
def test_pages_say_it_in_their_head(work: Repo, command: tuple[str, ...]) -> None:
    page = ran(*command, "--release", "latest", "--format", "html", here=work.path).out
    assert (
        "<div><dt>Release</dt><dd>the release v1, the latest on the main branch, by its tag</dd>"
    ) in page
    assert f"--at {work.resolve('v1')}" in page


def test_blame_says_it_before_the_lines(work: Repo, forge: Path) -> None:
    commit = work.parents("main")[0]
    asked = ("blame", "a.py", "--deployed", "production", "--forge", forge)
    first, *lines = ran(*asked, here=work.path).out.splitlines()
    assert first == (
        f"# {commit[:12]} is what was deployed to production at {WHEN}, by the forge's record"
        f" ({ORIGIN.url}, asked {AT})"
    )
    assert [line.split(") ")[1] for line in lines] == ["one", "two"]
    told = json.loads(ran(*asked, "--json", here=work.path).out)
    assert (told["at"], told["asked"]["kind"]) == (commit, "deployment")


@pytest.mark.parametrize("command", BOTH)
def test_nothing_is_said_of_it_where_a_commit_was_asked_for(
    work: Repo, command: tuple[str, ...]
) -> None:
    told = json.loads(ran(*command, "--at", "v1", "--json", here=work.path).out)
    assert "asked" not in told
    assert "kind" not in told.get("at", {})


@pytest.mark.parametrize("command", BOTH)
@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("--at", "v1", "--release", "v1"), 2, "--at, --release and --deployed each say which"),
        (("--release", "v1", "--deployed", "x"), 2, "--at, --release and --deployed each say"),
        (("--release", "v9"), 2, "no tag or release is called 'v9'"),
        (("--deployed", "production"), 2, "nothing tells of deployments"),
        (("--ledger", "here"), 2, "--ledger is where deployments were recorded"),
        (("--deployed", "x", "--ledger", "here"), 4, "there is no ledger at here"),
        (("--release", "v1", "--forge", "none"), 5, "none: No such file"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    work: Repo, command: tuple[str, ...], options: tuple[str, ...], status: int, says: str
) -> None:
    done = ran(*command, *options, here=work.path)
    assert (done.status, done.out) == (status, "")
    assert says in done.err


def test_records_are_refused_where_lines_ask_nothing_of_them(work: Repo, forge: Path) -> None:
    done = ran("lines", "--forge", forge, here=work.path)
    assert (done.status, done.out) == (2, "")
    assert "--forge tells of releases and deployments" in done.err


def test_a_deployment_that_cannot_be_told_ends_with_3(work: Repo, tmp_path: Path) -> None:
    forge = export(tmp_path / "f", [deployment(1, "1" * 40, WHEN, "success")], SECTIONS)
    done = ran("lines", "--deployed", "production", "--forge", forge, here=work.path)
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("affidavit: AFF-NOT-SHIPPED: what was deployed to production at")


def test_one_that_is_not_sure_is_told_and_ends_with_3(work: Repo, tmp_path: Path) -> None:
    made = [deployment(1, work.resolve("main"), WHEN, "success")]
    forge = export(tmp_path / "f", made, ("pull_requests",))
    done = ran("lines", "--deployed", "production", "--forge", forge, here=work.path)
    assert (done.status, done.err) == (3, "")
    assert "  deployed-unsure: What is deployed may be another commit" in done.out


def test_records_of_tools_are_asked_for_as_they_were_given(work: Repo) -> None:
    given = Given(
        path=None,
        at=None,
        release="v1",
        deployed=None,
        forge=None,
        ledger=None,
        records=(Path("a"), Path("b")),
        form=None,
        as_json=True,
        output=None,
        repo=work.path,
        name="n",
        config=None,
        identities=None,
        fresh=False,
        quiet=True,
    )
    asked = given.asked(given.place())
    assert (asked.repository, asked.release, asked.name) == (work.path, "v1", "n")
    assert (asked.records, given.format) == ((Path("a"), Path("b")), "json")
