"""``affidavit collect github`` as a shell runs it."""

from __future__ import annotations

import io
import os
import re
import resource
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import msgspec
import pytest

from affidavit.app.collecting.guard import no_dumps
from affidavit.app.collecting.wanted import SECTIONS
from affidavit.cli.collect import summary as told_of
from affidavit.cli.collect.told import telling
from affidavit.cli.main import main
from collectors import SECRET, gathered
from commands import Ended, refused
from forges import Forge, faults, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge.wire import Answer

START = "from affidavit.cli.main import main; main()"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge", token=SECRET) as forge:
        filled(forge)
        yield forge


def ran(here: Path, *args: str, secret: str | None = SECRET) -> Ended:
    """``affidavit collect github`` with `args` in the folder `here`."""
    out, err = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    given = {"GITHUB_TOKEN": secret or "", "GH_TOKEN": ""}
    with (
        chdir(here),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.dict(os.environ, given),
        patch.object(sys, "argv", ["affidavit", "collect", "github", *args]),
    ):
        try:
            main()
        except SystemExit as ended:
            assert isinstance(out.buffer, io.BytesIO)
            return Ended(int(ended.code or 0), out.buffer.getvalue(), err.getvalue())
    raise AssertionError("the program did not end by itself")


def ran_apart(here: Path, *args: str) -> Ended:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", START, "collect", "github", *args],
        capture_output=True,
        check=False,
        cwd=here,
        env={**os.environ, "GH_TOKEN": SECRET},
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode())


def test_it_says_what_is_there_and_what_it_cost(forge: Forge, tmp_path: Path) -> None:
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url)
    lines = done.out.decode().splitlines()
    assert (done.status, done.err) == (0, "")
    assert lines[0] == f"collected      firm/shop from {forge.url.removeprefix('http://')}"
    assert lines[-1] == "export         firm-shop.forge.jsonl"
    assert re.fullmatch(r"requests       \d+", lines[-2])
    named = [one.split("  ")[0].strip() for one in lines[1:-2]]
    assert named[:2] == ["repository", "pull requests"]
    assert all("whole as of 20" in one for one in lines[1:-2])


@pytest.mark.parametrize(("pulls", "rate"), [(0, None), (99, None), (100, 160)])
def test_what_requests_cost_is_told_of_a_hundred_pull_requests_on(
    forge: Forge, tmp_path: Path, pulls: int, rate: int | None
) -> None:
    export = tmp_path / "shop.jsonl"
    found = gathered(forge, export)
    done = msgspec.structs.replace(found, counts={"pull_requests": pulls}, requests=16)
    assert told_of.as_data(done)["requests_per_1000_pull_requests"] == rate
    told = "" if rate is None else f", {rate} for 1,000 pull requests"
    assert f"requests       16{told}" in [*told_of.summary(done)]


def test_json_has_the_same_and_the_sections_asked_for(forge: Forge, tmp_path: Path) -> None:
    more = ("--sections", "releases, rules", "--since", "2026-01-01", "--json")
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, *more)
    answer = done.json()
    assert answer["export"] == "firm-shop.forge.jsonl"
    assert (answer["whole"], answer["unknown"]) == (True, [])
    sections = answer["sections"]
    assert isinstance(sections, dict)
    assert list(sections) == ["repository", "rules", "releases"]


def test_what_is_unknown_is_listed_with_the_permission_it_needs(
    forge: Forge, tmp_path: Path
) -> None:
    forge.faults.order("/protection", faults.forbidden("administration=read"), times=None)
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, "--sections", "rules")
    assert done.status == 3
    told = "unknown        protection of 1 branch rules: permission, needs administration=read"
    assert told in done.out.decode().splitlines()


def test_quiet_says_nothing(forge: Forge, tmp_path: Path) -> None:
    more = ("--sections", "releases", "--output", "x.jsonl", "--quiet")
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, *more)
    assert done == Ended(0, b"", "")
    assert (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize(
    ("args", "code", "status", "message"),
    [
        (["firm"], "AFF-USAGE", 2, "'firm' is not a repository's OWNER/REPO"),
        (["firm/.."], "AFF-USAGE", 2, "'firm/..' is not a repository's OWNER/REPO"),
        (["a/b/c"], "AFF-USAGE", 2, "'a/b/c' is not a repository's OWNER/REPO"),
        (["firm/shop", "--sections", "all"], "AFF-USAGE", 2, "--sections: 'all' is no section"),
        (["firm/shop", "--since", "soon"], "AFF-PERIOD", 2, "--since 'soon' is neither"),
        (
            ["firm/shop", "--api-url", "http://github.example.com"],
            "AFF-USAGE",
            2,
            "--api-url: a token is sent over https alone",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, args: list[str], code: str, status: int, message: str
) -> None:
    assert refused(ran(tmp_path, *args), code, status).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_without_a_token_nothing_is_asked(forge: Forge, tmp_path: Path) -> None:
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, secret=None)
    told = refused(done, "AFF-FORGE-TOKEN", 5)
    assert told == "there is no token in GITHUB_TOKEN or GH_TOKEN"
    assert forge.log == []


def test_a_wrong_token_is_not_repeated(forge: Forge, tmp_path: Path) -> None:
    wrong = "ghp_wrongwrongwrong"
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, secret=wrong)
    assert "does not accept the token" in refused(done, "AFF-FORGE-TOKEN", 5)
    assert wrong not in done.err


def test_a_repository_of_another_name_is_an_error(forge: Forge, tmp_path: Path) -> None:
    done = ran(tmp_path, "firm/mall", "--api-url", forge.url)
    assert "answers with status 404" in refused(done, "AFF-FORGE", 5)


def processes() -> bytes:
    """What the system shows everybody of all processes."""
    if not Path("/proc/self/cmdline").exists():
        listing = ["ps", "-A", "-ww", "-o", "args"]
        return subprocess.run(listing, capture_output=True, check=True).stdout
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(place.read_bytes().replace(b"\0", b" "))
    return b"\n".join(found)


def test_nothing_that_is_written_or_shown_holds_the_token(forge: Forge, tmp_path: Path) -> None:
    shown: list[bytes] = []

    def look(_request: object, answer: Answer) -> Answer:
        shown.append(processes())
        return answer

    forge.faults.order("graphql", look)
    done = ran_apart(tmp_path, "firm/shop", "--api-url", forge.url)
    files = [one.read_bytes() for one in tmp_path.glob("*.jsonl")]
    assert b"collect github firm/shop" in shown[0]
    assert files
    assert SECRET.encode() not in b"".join((done.out, done.err.encode(), *shown, *files))


def test_of_many_kinds_of_unknown_things_the_first_are_listed(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_of, "SHOWN", 1)
    forge.router.granted = {"metadata": "read"}
    done = ran(tmp_path, "firm/shop", "--api-url", forge.url, "--sections", "releases,rules")
    lines = done.out.decode().splitlines()
    assert [one for one in lines if one.startswith("unknown")][-1].endswith(" more kinds")
    assert "releases       0 new or changed, not whole" in lines


def test_no_memory_is_dumped_while_the_token_is_known() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with no_dumps():
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] <= 1
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


def test_a_wait_is_told_unless_it_is_short_or_nobody_wants_to_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for quiet, seconds in ((True, 600.0), (False, 2.0)):
        with telling(quiet=quiet) as told:
            told.waiting(seconds, "the limit of REST requests is used up")
    assert capsys.readouterr() == ("", "")
    with telling(quiet=False) as told:
        told.step("pull requests", 1, 2)
        told.waiting(1234.0, "the limit of REST requests is used up")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("affidavit: waiting 1,234 s, until 20")
    assert err.endswith("Z: the limit of REST requests is used up\n")


def test_the_help_names_every_section(tmp_path: Path) -> None:
    told = " ".join(ran(tmp_path, "--help").out.decode().split())
    assert ", ".join(SECTIONS) in told
