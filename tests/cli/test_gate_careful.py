"""``affidavit gate`` where something is not as it should be: it says so, and takes nothing away."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from affidavit.app import clock
from affidavit.changes.gate.model import OPTIONAL
from affidavit.cli.gate import gate
from collectors import SECRET, gathered
from gates import Gates
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forges import Pull
    from histories import Ended

ESCAPE = "\x1b"


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gates]:
    made = Gates(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: (int(made.forge.clock.now) + 1) * 1_000_000)
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_API_URL", "GITHUB_REPOSITORY", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    with made.forge:
        yield made


def run(firm: Gates, *args: str | Path) -> Ended:
    return ran("gate", "--repo", firm.shop.git.path, *args, here=firm.folder)


def of_export(firm: Gates, pull: Pull, *args: str | Path) -> Ended:
    gathered(firm.forge, firm.export)
    return run(firm, "--forge", firm.export, "--change", str(pull.number), *args)


def event(firm: Gates, pull: Pull, repository: str = "firm/shop") -> Path:
    """The file of an event about a request."""
    side = {"sha": pull.head_oid, "ref": pull.head_ref}
    request = {"number": pull.number, "head": side, "base": {"sha": firm.base, "ref": "main"}}
    place = firm.folder / "event.json"
    told = {"repository": {"full_name": repository}, "pull_request": request}
    place.write_text(json.dumps(told))
    return place


def test_a_place_for_the_summary_that_cannot_be_written_is_a_warning(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(firm.folder / "gone" / "summary.md"))
    done = of_export(firm, firm.opened(), "--format", "github")
    place = firm.folder / "gone" / "summary.md"
    words = f"affidavit: warning: there is no summary: {place} cannot be written: No such file"
    assert (done.status, done.err) == (1, f"{words} or directory\n")
    assert done.out.startswith("verdict        refused")


def test_a_device_gets_the_answer_and_stays_a_device(firm: Gates) -> None:
    done = of_export(firm, firm.opened(), "--output", "/dev/full")
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("affidavit: AFF-OUTPUT: /dev/full cannot be written: No space left")
    assert stat.S_ISCHR(os.lstat("/dev/full").st_mode)


@pytest.mark.parametrize("option", ["--output", "--policy-input"])
def test_a_link_is_left_alone(firm: Gates, option: str) -> None:
    own, link = firm.folder / "own", firm.folder / "link"
    own.write_text("mine")
    link.symlink_to(own)
    done = of_export(firm, firm.opened(), option, link)
    assert (done.status, "it is a symbolic link" in done.err) == (5, True)
    assert (own.read_text(), link.readlink()) == ("mine", own)


def test_a_number_alone_says_where_the_request_can_be_looked_up(firm: Gates) -> None:
    done = run(firm, "--change", "7")
    assert (done.status, done.err.splitlines()) == (
        2,
        [
            "affidavit: AFF-USAGE: nothing here tells what request 7 is",
            "  give --forge FILE or --live, or --base and --head",
        ],
    )


def test_a_request_that_the_export_has_not_is_told_as_that(firm: Gates) -> None:
    firm.opened()
    gathered(firm.forge, firm.export)
    done = run(firm, "--forge", firm.export, "--change", "99")
    assert (done.status, "has no request 99" in done.err) == (5, True)


def test_a_forge_that_does_not_answer_is_told_as_that(firm: Gates) -> None:
    args = ("--change", "1", "--live", "--repository", "firm/gone", "--api-url", firm.forge.url)
    done = run(firm, *args)
    assert (done.status, "say what is to be judged" in done.err) == (5, False)


def test_records_of_another_repository_are_refused(firm: Gates) -> None:
    done = of_export(firm, firm.opened(), "--repository", "firm/other")
    words = "the export is of the repository firm/shop, and firm/other is meant"
    assert (done.status, done.err) == (2, f"affidavit: AFF-USAGE: {words}\n")
    assert of_export(firm, firm.opened({"b.py": "1\n"}), "--repository", "Firm/Shop").status == 1


def test_an_event_of_another_repository_is_refused(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    pull = firm.opened()
    done = run(firm, "--event", event(firm, pull), "--repository", "firm/other")
    assert (done.status, "the event is of the repository firm/shop" in done.err) == (2, True)
    gathered(firm.forge, firm.export)
    done = run(firm, "--event", event(firm, pull, "firm/other"), "--forge", firm.export)
    assert (done.status, "the export is of the repository firm/shop" in done.err) == (2, True)


def test_the_repository_of_the_job_is_no_demand(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "firm/central")
    assert of_export(firm, firm.opened()).status == 1


def test_an_event_takes_the_variable_that_says_what_it_is(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_EVENT_NAME", raising=False)
    done = run(firm, "--event", event(firm, firm.opened()))
    assert done.status == 2
    assert "--event: the variable GITHUB_EVENT_NAME does not say what event it is" in done.err


def test_json_is_asked_for_by_either_name(firm: Gates) -> None:
    pull = firm.opened()
    long, short = of_export(firm, pull, "--format", "json"), of_export(firm, pull, "--json")
    assert json.loads(short.out)["verdict"] == json.loads(long.out)["verdict"] == "refused"
    done = of_export(firm, pull, "--json", "--format", "sarif")
    assert (done.status, "--json and --format sarif: give one of them" in done.err) == (2, True)


def coloured(firm: Gates, pull: Pull, *args: str) -> str:
    """What a terminal with colours is given."""
    gathered(firm.forge, firm.export)
    given = ("--repo", firm.shop.git.path, "--forge", firm.export, "--change", pull.number, *args)
    return CliRunner().invoke(gate, [str(one) for one in given], color=True).stdout


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "gitlab", "github"])
def test_an_answer_for_a_program_has_no_colour(firm: Gates, form: str) -> None:
    assert ESCAPE not in coloured(firm, firm.opened(), "--format", form)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False)],
)
def test_who_wants_no_colours_gets_none(
    firm: Gates, monkeypatch: pytest.MonkeyPatch, name: str, value: str, *, expected: bool
) -> None:
    monkeypatch.setenv(name, value)
    assert (ESCAPE in coloured(firm, firm.opened())) is expected


def test_a_shell_can_complete_what_is_asked_for() -> None:
    (require,) = (one for one in gate.params if one.name == "require")
    with gate.make_context("gate", [], resilient_parsing=True) as context:
        told = [one.value for one in require.shell_complete(context, "check")]
        every = [one.value for one in require.shell_complete(context, "")]
    assert (told, tuple(every)) == (["checks", "checklist"], OPTIONAL)


def test_a_dash_is_the_standard_output(
    firm: Gates, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    gathered(firm.forge, firm.export)
    pull = firm.opened()
    gathered(firm.forge, firm.export)
    given = ("--repo", firm.shop.git.path, "--forge", firm.export, "--change", pull.number)
    with pytest.raises(SystemExit):
        gate.main([*map(str, given), "--json", "--output", "-"])
    assert json.loads(capfdbinary.readouterr().out)["verdict"] == "refused"
    assert not Path("-").exists()
