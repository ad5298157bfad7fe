"""``affidavit changes`` and ``affidavit tools``: what they print, write and refuse."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import UsageError
from affidavit.cli.changes.options import one
from affidavit.package.records.lines import LABELS
from affidavit.package.records.table import COLUMNS
from change_desk import Desk
from forges import Forge
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLAUDE = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An AI change that Ben approved, then one that nobody did; no test changes them."""
    folder = tmp_path_factory.mktemp("desk")
    with Forge(folder / "forge") as forge:
        desk = Desk(forge, folder)
        desk.approved(message=CLAUDE).merge(desk.cleo, "squash")
        desk.opened("=evil.py", message="=cmd|' /C calc'!A0").merge(desk.ann, "squash")
        desk.found()
        yield desk


def test_changes_are_listed_the_newest_first_with_grade_and_request(desk: Desk) -> None:
    done = desk.run("changes", "list")
    assert (done.status, done.err) == (0, "")
    rows = [re.split(r" {2,}", line) for line in done.out.splitlines()]
    assert [row[2:] for row in rows[:2]] == [
        ["R1", "no-signal", "#2", "=cmd|' /C calc'!A0 (#2)", rows[0][-1]],
        ["R3", "ai", "#1", "Add a cart (#1)", "(claude-code)"],
    ]
    assert "self-merged" in rows[0][-1].split()
    assert rows[-1] == ["3 of 3 changes"]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--ai"], ["#1"]),
        (["--grade", "R1", "--grade", "R0"], ["#2", None]),
        (["--author", "ANN@firm"], ["#2", "#1"]),
        (["--author", "claude"], ["#1"]),
        (["--author", "nobody else"], []),
        (["--recent", "1"], ["#2"]),
        (["--ai", "--recent", "1"], ["#1"]),
        (["--until", "2025-01-01"], []),
    ],
)
def test_changes_are_chosen_by_filters(
    desk: Desk, options: list[str], numbers: list[str | None]
) -> None:
    done = desk.run("changes", "list", "--json", *options)
    assert (done.status, done.err) == (0, "")
    assert [one["request"] for one in json.loads(done.out)["changes"]] == numbers


def test_a_change_is_shown_as_plain_text_with_numbered_sources(desk: Desk) -> None:
    done = desk.run("changes", "show", "#1")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].endswith(": Add a cart")
    assert lines[1] == "firm/shop, grade R3: approval recorded by the forge"
    assert "  merged by      cleo  [recorded 1]" in lines
    assert "  emergency      none  [recorded 1]" in lines
    assert "  ledger         unknown: no ledger was given" in lines
    assert any(
        one.startswith("  [1] forge https://github.com/firm/shop/pull/1, fetched ") for one in lines
    )
    assert "\x1b" not in done.out


def test_every_value_is_shown_with_its_strength_and_source_or_why_it_is_unknown(desk: Desk) -> None:
    shown = desk.run("changes", "show", "#1").out.splitlines()
    values = shown[shown.index("The change") : shown.index("Evidence of review")]
    rows = [line for line in values if line.startswith("  ")]
    known = [one for one in rows if re.search(r"  \[[a-z]+ \d+\]$", one)]
    unknown = [one for one in rows if re.match(r" {2}.{15}(?:others )?unknown: \S", one)]
    assert {one[2:17].strip() for one in rows} == {"", *(label for _, label in LABELS)}
    assert sorted([*known, *unknown]) == sorted(rows)


@pytest.mark.parametrize("by", ["id", "commit", "short", "number"])
def test_a_change_is_found_by_its_id_a_commit_or_its_request(desk: Desk, by: str) -> None:
    (found, *_) = json.loads(desk.run("changes", "list", "--ai", "--json").out)["changes"]
    names = {"id": found["id"], "commit": found["commit"], "short": found["commit"][:8].upper()}
    done = desk.run("changes", "show", "--json", names.get(by, "#1"))
    shown = json.loads(done.out)
    assert (shown["format"], shown["id"]) == ("affidavit/change@1", found["id"])


@pytest.mark.parametrize("which", ["#99", "CHG-1999-01-01-001", "abcdef0123", "", "#"])
def test_a_change_that_is_not_there_is_refused_in_one_sentence(desk: Desk, which: str) -> None:
    done = desk.run("changes", "show", which)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"affidavit: AFF-USAGE: no change of the period is called {which!r}")
    assert "Traceback" not in done.err


def test_a_name_of_several_changes_names_none(desk: Desk) -> None:
    (change, *others) = desk.found().changes
    with pytest.raises(UsageError, match=f"is the name of 2 changes: {change.id}, {change.id}"):
        one(change.id, [change, change, *others])


class TestExport:
    """Files of all formats, and the auditor's folder."""

    def test_the_three_files_hold_the_same_changes(self, desk: Desk, tmp_path: Path) -> None:
        out = tmp_path / "out"
        done = desk.run("changes", "export", "--output", out)
        assert (done.status, done.err) == (0, "")
        assert done.out == (
            f"3 of 3 changes: {out}/changes.html, {out}/changes.json, {out}/changes.csv\n"
        )
        found = json.loads((out / "changes.json").read_bytes())
        with (out / "changes.csv").open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        page = (out / "changes.html").read_text(encoding="utf-8")
        ids = [one["id"] for one in found["changes"]]
        assert tuple(head) == COLUMNS
        assert [row[0] for row in rows] == ids
        assert re.findall(r'<h2 id="h-[0-9a-f]+">(CHG-[\d-]+): ', page) == ids
        assert found["scope"]["chosen"] == "all"

    def test_the_table_begins_no_cell_as_a_formula(self, desk: Desk, tmp_path: Path) -> None:
        out = tmp_path / "out"
        desk.run("changes", "export", "--output", out, "--format", "csv")
        with (out / "changes.csv").open(newline="", encoding="utf-8") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert "'=cmd|' /C calc'!A0" in cells
        assert [one for one in cells if one[:1] in {"=", "+", "-", "@"}] == []
        assert sorted(one.name for one in out.iterdir()) == ["changes.csv"]

    def test_the_page_runs_no_script_and_asks_for_nothing(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with Forge(tmp_path / "forge") as forge:
            desk = Desk(forge, tmp_path)
            desk.opened("x.py", message="<script>alert(1)</script>").merge(desk.ann, "squash")
            desk.found()
            desk.run("changes", "export", "--output", out, "--format", "html")
        page = (out / "changes.html").read_text(encoding="utf-8")
        assert "default-src 'none'; style-src 'sha256-" in page
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert re.findall(r'(?:src|href)="(?!#)', page) == []
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = hashlib.sha256(style.encode()).digest()
        (named,) = re.findall(r"style-src 'sha256-([^']+)'", page)
        assert named == base64.b64encode(digest).decode()

    def test_links_of_the_page_lead_somewhere_and_each_id_is_one(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        desk.run("changes", "export", "--output", out, "--format", "html")
        page = (out / "changes.html").read_text(encoding="utf-8")
        ids = re.findall(r' id="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)

    def test_the_auditors_folder_holds_what_records_rest_on_with_digests(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        folder = tmp_path / "evidence"
        done = desk.run("changes", "export", "--recent", "1", "--with-evidence", folder)
        assert (done.status, done.err) == (0, "")
        index = json.loads((folder / "index.json").read_bytes())
        (change,) = index["changes"]
        assert "forge/request-2.json" in change["evidence"]
        raw = (folder / "forge/request-2.json").read_text()
        assert raw in desk.export.read_text().splitlines(keepends=True)
        assert index["scope"]["chosen"] == "the newest 1"
        sums = dict(
            line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines()
        )
        files = {
            str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
            for one in folder.rglob("*")
            if one.is_file() and one.name != "SHA256SUMS"
        }
        assert sums == files
        listed = {one["path"]: one["digest"].removeprefix("sha256:") for one in index["files"]}
        assert listed | {"index.json": files["index.json"]} == files

    def test_a_folder_that_holds_something_is_refused_before_the_work(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        folder = tmp_path / "evidence"
        folder.mkdir()
        (folder / "kept.txt").write_text("mine")
        done = desk.run("changes", "export", "--with-evidence", folder)
        assert (done.status, done.out) == (5, "")
        assert done.err.startswith(f"affidavit: AFF-OUTPUT: {folder} is not empty")
        assert [one.name for one in folder.iterdir()] == ["kept.txt"]

    def test_two_runs_write_the_same_bytes(self, desk: Desk, tmp_path: Path) -> None:
        written = []
        for name in ("one", "two"):
            desk.run("changes", "export", "--output", tmp_path / name)
            folder = tmp_path / name
            written.append([one.read_bytes() for one in sorted(folder.iterdir())])
        assert written[0] == written[1]


def test_an_export_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    path = desk.shop.git.path
    done = ran("changes", "list", path, "--forge", bad, here=desk.folder)
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"affidavit: AFF-INPUT: {bad} is no export")
