"""``affidavit controls``: what it prints, writes and refuses, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.controls.catalogue import IDS
from affidavit.package.controls.table import COLUMNS
from change_desk import Desk
from forges import Forge
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from histories import Ended

PAGES = Path(__file__).parents[2] / "docs" / "controls"
CLAUDE = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
PEOPLE = """
version = 1
[[person]]
name = "Ben Ode"
accounts = ["127.0.0.1:ben"]
"""
REVIEWED = ("--test", "AFF-CC8.1-03")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An AI change that Ben approved, then one that nobody did, named like a formula."""
    folder = tmp_path_factory.mktemp("desk")
    with Forge(folder / "forge") as forge:
        (folder / "people.toml").write_text(PEOPLE)
        desk = Desk(forge, folder)
        desk.approved(message=CLAUDE).merge(desk.cleo, "squash")
        desk.opened("<b>evil.py", message="=cmd|' /C calc'!A0").merge(desk.ann, "squash")
        desk.found()
        yield desk


def run(desk: Desk, *options: str | Path, forge: bool = True) -> Ended:
    people = ("--identities", desk.folder / "people.toml")
    return desk.run("controls", "test", *people, *options, forge=forge)


def told(desk: Desk, *options: str | Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(desk, "--quiet", "--json", *options).out)
    return found


def results(desk: Desk, *options: str | Path) -> dict[str, list[str]]:
    """The results of changes with a request, by test, the first change first."""
    found: dict[str, list[str]] = {}
    for one in told(desk, *options)["items"]:  # type: ignore[attr-defined]
        if one["request"]:
            found.setdefault(one["test"], []).append(one["result"])
    return found


def test_every_test_is_listed_and_has_a_page(tmp_path: Path) -> None:
    listed = json.loads(ran("controls", "list", "--json", here=tmp_path).out)
    assert [one["id"] for one in listed["tests"]] == list(IDS)
    lines = ran("controls", "list", here=tmp_path).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == list(IDS)
    for one in listed["tests"]:
        page = (PAGES / f"{one['id']}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {one['id']}: {one['title']}\n")


def test_each_change_is_judged_under_each_test(desk: Desk) -> None:
    assert results(desk) == {
        "AFF-CC8.1-01": ["pass", "pass"],
        "AFF-CC8.1-02": ["unknown", "unknown"],
        "AFF-CC8.1-03": ["pass", "deviation"],
        "AFF-CC8.1-04": ["pass", "na"],
        "AFF-CC8.1-05": ["deviation", "deviation"],
        "AFF-CC8.1-06": ["unknown", "unknown"],
        "AFF-CC8.1-07": ["unknown", "na"],
        "AFF-CC8.1-08": ["deviation", "na"],
        "AFF-CC8.1-09": ["unknown", "unknown"],
        "AFF-CC8.1-11": ["na", "na"],
        "AFF-CC8.1-13": ["unknown", "unknown"],
        "AFF-CC8.1-14": ["unknown", "unknown"],
    }


def test_without_records_of_a_forge_nothing_passes(desk: Desk) -> None:
    done = run(desk, "--quiet", "--json", forge=False)
    found = json.loads(done.out)
    assert done.status == 1  # no check is named as a test
    assert found["forge"] is None
    assert {one["result"] for one in found["items"] if one["test"] != "AFF-CC8.1-05"} <= {
        "unknown",
        "na",
    }
    assert {one["passed"] for one in found["tests"]} == {0}


def test_the_counts_of_a_test_are_those_of_its_rows(desk: Desk) -> None:
    found = told(desk)
    rows = Counter((one["test"], one["result"]) for one in found["items"])  # type: ignore[attr-defined]
    names = {
        "pass": "passed",
        "deviation": "deviations",
        "waived": "waived",
        "na": "not_applicable",
        "unknown": "unknown",
    }
    for one in found["tests"]:  # type: ignore[attr-defined]
        assert {key: one[name] for key, name in names.items()} == {
            key: rows[one["test"], key] for key in names
        }
        assert one["items"] == sum(one[name] for name in names.values())


def test_a_deviation_ends_with_one(desk: Desk) -> None:
    assert run(desk, "--quiet", *REVIEWED).status == 1


def test_what_is_unknown_ends_with_three(desk: Desk) -> None:
    assert run(desk, "--quiet", "--test", "AFF-CC8.1-06").status == 3


def test_nothing_to_test_ends_with_three(desk: Desk) -> None:
    done = run(desk, "--quiet", *REVIEWED, "--until", "2025-02-01")
    assert done.status == 3


def test_only_passes_end_with_nought(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        (tmp_path / "people.toml").write_text(PEOPLE)
        desk = Desk(forge, tmp_path)
        desk.approved().merge(desk.cleo, "squash")
        desk.found()
        merged = json.loads(run(desk, "--quiet", "--json", *REVIEWED).out)
        people = tmp_path / "people.toml"
        (_, last) = sorted(one["occurred_at"] for one in merged["items"])
        about = (
            desk.shop.git.path,
            "--forge",
            desk.export,
            "--since",
            last,
            "--identities",
            people,
        )
        done = ran("controls", "test", *REVIEWED, *about, here=desk.folder)
    assert (done.status, done.err) == (0, "")


def test_the_criteria_are_named_with_their_digest(desk: Desk) -> None:
    agreed = desk.folder / "agreed.toml"
    agreed.write_text('[controls]\nscope = ["AFF-CC8.1-03"]\napprovals = 2\n')
    found = told(desk, "--criteria", agreed)
    criteria = found["criteria"]
    assert isinstance(criteria, dict)
    assert (criteria["by"], criteria["file"]) == ("whoever ran the test", "agreed.toml")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", criteria["digest"])
    assert criteria["values"]["approvals"] == 2
    assert [one["test"] for one in found["tests"]] == ["AFF-CC8.1-03"]  # type: ignore[attr-defined]
    assert results(desk, "--criteria", agreed) == {"AFF-CC8.1-03": ["deviation", "deviation"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[audit]\n", "agreed.toml has no table [controls]"),
        ('[controls]\nscope = ["AFF-CC9.9-99"]\n', "controls.scope: there is no test"),
        ("[controls]\nnonsense = 1\n", "unknown field `nonsense`"),
        ("[controls]\napprovals = 0\n", ">= 1"),
        ('[controls]\nscan_threshold = "none"\n', "Invalid enum value 'none'"),
    ],
)
def test_criteria_that_make_no_sense_are_refused(desk: Desk, text: str, said: str) -> None:
    agreed = desk.folder / "agreed.toml"
    agreed.write_text(text)
    done = run(desk, "--quiet", "--criteria", agreed)
    assert (done.status, done.out) == (4, "")
    assert said in done.err


def test_a_test_that_there_is_none_of_is_refused(desk: Desk) -> None:
    done = run(desk, "--quiet", "--test", "AFF-CC1.1-01")
    assert (done.status, done.out) == (2, "")
    assert "there is no test 'AFF-CC1.1-01'" in done.err


def test_two_forms_at_once_are_refused(desk: Desk) -> None:
    assert run(desk, "--json", "--csv").status == 2


def test_the_worksheet_has_a_line_for_each_thing_that_was_asked(desk: Desk) -> None:
    head, *rows = csv.reader(io.StringIO(run(desk, "--quiet", "--csv").out))
    asked = [
        (one["test"], one["item"], each["name"], each["answer"])
        for one in told(desk)["items"]  # type: ignore[attr-defined]
        for each in one["attributes"] or [{"name": "", "answer": ""}]
    ]
    assert tuple(head) == COLUMNS
    assert [(row[0], row[1], row[8], row[9]) for row in rows] == asked


def test_the_files_are_written_with_the_same_rows(desk: Desk) -> None:
    folder = desk.folder / "out"
    done = run(desk, "--quiet", "--output", folder)
    page = (folder / "control-tests.html").read_text()
    data = json.loads((folder / "control-tests.json").read_text())
    sheet = (folder / "control-tests.csv").read_bytes().decode()
    assert done.err == (
        f"affidavit: wrote {folder}/control-tests.html, {folder}/control-tests.csv,"
        f" {folder}/control-tests.json\n"
    )
    assert data == told(desk)
    assert sheet == run(desk, "--quiet", "--csv").out
    assert re.findall(r'<h2 id="h-(AFF-CC8.1-\d\d)">', page) == list(IDS)
    assert "<script" not in page


def test_the_same_input_gives_the_same_bytes(desk: Desk) -> None:
    once, again = (run(desk, "--quiet", "--json").out for _ in range(2))
    assert once == again


def test_an_approval_by_an_account_that_nothing_declares_is_unknown(desk: Desk) -> None:
    done = desk.run("controls", "test", "--quiet", "--json", *REVIEWED)
    (first, second) = [one for one in json.loads(done.out)["items"] if one["request"]]
    assert (first["result"], first["attributes"][0]["lacks"]) == ("unknown", "identities")
    assert second["result"] == "deviation"
