"""What is missing is said beside every answer; what cannot be used is refused with what can."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from affidavit.app.config import config
from affidavit.base.errors import ConfigError
from affidavit.cli.collect.group import collect
from affidavit.cli.controls.group import controls
from affidavit.controls.catalogue import IDS
from change_desk import Desk
from forges import Forge
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click

ASKED = [("changes", "list"), ("changes", "metrics"), ("tools",)]
TAKES = "affidavit collect, or the folder of a ledger with such records: affidavit collect --record"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A firm whose records no test changes: who needs others writes a file beside them."""
    folder = tmp_path_factory.mktemp("desk")
    with Forge(folder / "forge") as forge:
        desk = Desk(forge, folder)
        pull = desk.approved()
        pull.commit(desk.ann, "More", {"cart.py": "x = 2\n"})
        pull.merge(desk.cleo, "squash")
        desk.opened("till.py").merge(desk.ann, "squash")
        desk.found()
        yield desk


def of_another(desk: Desk, *args: str) -> tuple[str, str]:
    """What is answered and said where the repository is called otherwise."""
    about = ("--forge", desk.export, "--name", "other/thing", "--since", "2025-01-01")
    done = ran(*args, desk.shop.git.path, *about, here=desk.folder)
    assert done.status == 0, done.err
    return done.out, done.err


@pytest.mark.parametrize("asked", ASKED)
def test_records_of_another_repository_are_told_beside_the_answer(
    desk: Desk, asked: tuple[str, ...]
) -> None:
    _, err = of_another(desk, *asked)
    assert err == (
        "affidavit: forge-of-another: Nothing shows that the forge's records are of this"
        " repository: its name differs. (firm/shop)\n"
    )


@pytest.mark.parametrize("asked", ASKED)
def test_in_json_they_are_limits(desk: Desk, asked: tuple[str, ...]) -> None:
    out, err = of_another(desk, *asked, "--json")
    assert err == ""
    assert [(one["id"], one["gap"]) for one in json.loads(out)["limits"]] == [
        ("forge-of-another", True)
    ]


@pytest.mark.parametrize("asked", ASKED)
def test_nothing_is_said_where_nothing_is_missing(desk: Desk, asked: tuple[str, ...]) -> None:
    assert desk.run(*asked).err == ""
    assert json.loads(desk.run(*asked, "--json").out)["limits"] == []


@pytest.mark.parametrize("asked", [*ASKED, ("changes", "show", "#1"), ("changes", "export")])
def test_an_export_that_was_cut_off_is_told(
    desk: Desk, asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = desk.export.read_bytes()
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(whole[: whole.index(b'{"done":{"section":"pull_requests"')])
    monkeypatch.setattr(desk, "export", cut)
    done = desk.run(*asked)
    assert done.status == 0
    assert "affidavit: forge-incomplete: The forge's records do not hold every request" in done.err


class TestShow:
    """A change is found by a commit that its request had."""

    def test_by_the_first_commit_and_by_the_head_of_a_squashed_request(self, desk: Desk) -> None:
        request = desk.found().request(desk.found().changes[1])
        assert request is not None
        commits = [one.oid for one in request.data.commits]
        assert len(commits) == 2
        for name in (*commits, commits[0][:12].upper()):
            done = desk.run("changes", "show", "--json", name)
            assert json.loads(done.out)["request"]["value"]["number"] == "1"

    def test_without_the_records_nobody_knows(self, desk: Desk) -> None:
        request = desk.found().request(desk.found().changes[1])
        assert request is not None
        done = desk.run("changes", "show", request.data.commits[0].oid, forge=False)
        assert (done.status, done.out) == (2, "")
        assert "no change of the period is called" in done.err

    @pytest.mark.parametrize("odd", ["abc", "zzzz", "#", "0" * 65])
    def test_what_is_no_commit_is_looked_for_in_no_request(self, desk: Desk, odd: str) -> None:
        assert desk.found().requested(odd) == ()


@pytest.mark.parametrize("asked", [("audit",), ("changes", "list")])
@pytest.mark.parametrize("given", ["folder", "text", "empty"])
def test_what_are_no_records_is_refused_with_what_it_takes(
    desk: Desk, asked: tuple[str, ...], given: str, tmp_path: Path
) -> None:
    place = tmp_path / given
    if given == "folder":
        place.mkdir()
    else:
        place.write_text("notes\n" if given == "text" else "")
    done = ran(*asked, desk.shop.git.path, "--forge", place, here=desk.folder)
    assert (done.status, done.out) == (4, "")
    assert TAKES in " ".join(done.err.split())
    assert "ledger init" not in done.err


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[controls]\napprovas = 1\n", "approvals, "),
        ("[audit]\nbranch = []\n", "name, branches, critical_paths, forge_keys: "),
        ("[[bot]]\nname = 'b'\naddress = []\n", "addresses, "),
        ("audits = 1\n", "version, audit, controls, gate, person, agent, bot: "),
        ("[audit]\nname = 1\n", "docs/configuration.md tells every field"),
    ],
)
def test_a_field_that_there_is_not_is_refused_with_those_that_there_are(
    text: str, names: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        config(text.encode(), "agreed.toml")
    assert names in refused.value.hint
    assert "docs/configuration.md" in refused.value.hint


def completed(group: click.Group, *args: str, typed: str) -> list[str]:
    """What a shell offers for the word that was begun."""
    shell = ShellComplete(group, {}, "affidavit", "_AFFIDAVIT_COMPLETE")
    return [one.value for one in shell.get_completions([*args], typed)]


def test_the_shell_completes_the_ids_of_tests() -> None:
    asked = ("test", "--test")
    assert completed(controls, *asked, typed="") == [*IDS]
    assert completed(controls, *asked, typed="aff-cc8.1-03") == ["AFF-CC8.1-03"]
    assert completed(controls, *asked, typed="x") == []


def test_the_shell_completes_the_last_of_several_sections() -> None:
    asked = ("github", "--sections")
    assert completed(collect, *asked, typed="re") == ["repository", "releases"]
    assert completed(collect, *asked, typed="releases,re") == ["releases,repository"]
