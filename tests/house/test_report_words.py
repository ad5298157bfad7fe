"""Every word that a report uses for something has its line in the documentation."""

from __future__ import annotations

import ast
import json
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.config import (
    DEFAULT_CRITICAL,
    AuditTable,
    Config,
    IdentitiesFile,
    config,
    identities_file,
)
from affidavit.app.gate.table import GateTable
from affidavit.audit import exceptions
from affidavit.audit.metrics import metrics
from affidavit.base.text import decode
from affidavit.changes.model import Grade, Kind, Mark
from affidavit.cli.progress import Silent
from affidavit.identity.entries import PersonEntry, ServiceEntry
from affidavit.package import json_report
from affidavit.package.csv_report import (
    COUNTED_COLUMNS,
    DEPLOYMENT_COLUMNS,
    EXCEPTION_COLUMNS,
    LANDING_COLUMNS,
    SWORN_COLUMNS,
)
from affidavit.provenance.model import Authorship, Role, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

    from gitrepo import Repo

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MODULES = sorted((ROOT / "src").rglob("*.py"))
# How a limit is made: by these calls, or from the sentences in these tables.
MAKERS = frozenset({"Limit", "limit", "Finding", "_findings", "_Notice"})
TABLES = frozenset({"_TEXTS", "ODDITIES", "_LIMITS"})
ID = re.compile(r"[a-z]+(?:-[a-z]+)*")


def page(name: str) -> str:
    return decode((DOCS / f"{name}.md").read_bytes())


def rows(text: str) -> list[str]:
    """What each row of the tables in `text` is about, where that is a word of the report's."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def section(text: str, heading: str) -> str:
    found = re.search(
        rf"^##+ {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    return found[1] if found else ""


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def assigned(node: ast.AST) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    return target.id if isinstance(target, ast.Name) else ""


def limit_ids(tree: ast.AST) -> Iterator[str]:
    """Every id of a limit that a module states."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in MAKERS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
        elif isinstance(node, ast.Assign) and assigned(node) in TABLES:
            yield from table_ids(node)


def table_ids(table: ast.AST) -> Iterator[str]:
    """The ids in a table: its keys, or the first part of its values where keys are no text."""
    for node in ast.walk(table):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                told = value.elts[0] if isinstance(value, ast.Tuple) else key
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    yield told.value


def made_elsewhere(tree: ast.Module) -> bool:
    """Whether a module makes limits whose ids this test would not find in it."""
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    varying = [
        one
        for one in calls
        if called(one) in {"Limit", "limit"}
        and one.args
        and not isinstance(one.args[0], ast.Constant)
    ]
    tables = {assigned(node) for node in ast.walk(tree)} & TABLES
    notices = any(called(one) == "_Notice" for one in calls)
    return bool(varying) and not tables and not notices


MADE = re.compile(rf"\b(?:{'|'.join(MAKERS)})\(|\b(?:{'|'.join(TABLES)})\b")
# To parse every module would take longer than all of the tests below.
TREES = {
    path: ast.parse(text) for path in MODULES if MADE.search(text := decode(path.read_bytes()))
}
LIMITS = {
    id_: path.name for path, tree in TREES.items() for id_ in limit_ids(tree) if ID.fullmatch(id_)
}


def test_the_ids_of_limits_are_found_where_they_are_made() -> None:
    found = {"replace-refs", "grafts", "missing-commits", "missing-objects", "unknown-encoding"}
    assert found | {"shallow", "names-are-typed", "many-paths"} <= LIMITS.keys()


def test_no_module_makes_limits_from_ids_that_stand_elsewhere() -> None:
    hidden = [path.name for path, tree in TREES.items() if made_elsewhere(tree)]
    assert hidden == ["limit.py"]


def test_every_limit_has_its_line_and_every_line_its_limit() -> None:
    documented = rows(page("limits"))
    assert sorted(documented) == sorted(LIMITS)


def test_every_metric_has_its_line_in_order_and_every_line_its_metric() -> None:
    assert sorted(rows(page("metrics"))) == sorted(metrics([], forge=True, sworn=True))


def test_every_exception_has_its_section_and_every_section_its_exception() -> None:
    sections = re.findall(r"^## `([^`]+)`$", page("exceptions"), re.MULTILINE)
    assert sections == [*exceptions._ORDER]


def test_every_kind_and_mark_has_its_line() -> None:
    text = page("population")
    assert rows(section(text, "Landings")) == [*Kind, *Mark]


def test_every_authorship_role_and_tier_has_its_line() -> None:
    text = page("attribution")
    assert rows(section(text, "Authorship of a landing")) == [*Authorship]
    assert set(Role) <= set(rows(section(text, "Claims")))
    assert [line[2] for line in text.splitlines() if re.match(r"\| [A-D] \|", line)] == [*Tier]


def test_every_grade_has_its_line() -> None:
    found = re.findall(r"^\| (R\d) \|", page("review-grades"), re.MULTILINE)
    assert sorted(found) == sorted(Grade)


def test_every_column_of_the_csv_files_has_its_line_in_order() -> None:
    landings = (LANDING_COLUMNS, COUNTED_COLUMNS, SWORN_COLUMNS)
    columns = chain(*landings, EXCEPTION_COLUMNS, DEPLOYMENT_COLUMNS)
    assert rows(page("csv-report")) == [*columns]


def test_every_part_of_the_json_report_has_its_line() -> None:
    schema = json.loads(
        (Path(json_report.__file__).parent / json_report.SCHEMA_FILE).read_text(encoding="utf-8")
    )
    parts = "|".join(re.findall(r"^\| (`.*?) \|", page("json-report"), re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", parts)) == set(schema["properties"])


def test_the_examples_of_configuration_are_read_by_the_program(tmp_path: Path) -> None:
    whole, people = fenced(page("configuration"), "toml")
    place = tmp_path / "identities.toml"
    place.write_text(people)
    assert config(whole.encode(), "affidavit.toml").audit.branches == ("main", "release/2.x")
    assert identities_file(place).person[0].name == "Claude Monet"


def test_the_example_of_configuration_shows_every_field() -> None:
    (whole, _) = fenced(page("configuration"), "toml")
    found = config(whole.encode(), "affidavit.toml")
    assert found.gate is not None
    shown = (found, found.audit, found.gate, *found.person, *found.agent, *found.bot)
    empty = [
        f"{one} {name}" for one in shown for name in one.__struct_fields__ if not getattr(one, name)
    ]
    assert empty == []


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("`[audit]`", AuditTable),
        ("`[gate]`", GateTable),
        ("`[[person]]`", PersonEntry),
        ("`[[agent]]` and `[[bot]]`", ServiceEntry),
    ],
)
def test_every_field_of_configuration_has_its_line(
    heading: str, struct: type[msgspec.Struct]
) -> None:
    text = page("configuration")
    part = text.partition(f"### {heading}\n")[2].partition("\n##")[0]
    assert rows(part) == [*struct.__struct_fields__]


def test_every_table_of_configuration_is_documented() -> None:
    tables = {*Config.__struct_fields__, *IdentitiesFile.__struct_fields__} - {"version"}
    assert "### `version`\n" in page("configuration")
    assert [name for name in tables if f"[{name}]" not in page("configuration")] == []


def test_the_critical_paths_that_are_built_in_are_listed() -> None:
    (listed,) = fenced(section(page("configuration"), "Critical paths"), "text")
    assert tuple(listed.split()) == DEFAULT_CRITICAL


def test_the_check_of_the_digest_works_as_it_is_printed(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        repo.commit(f"Work {number}", files={})
    report = audit(Request(repository=repo.directory), Silent())
    json_report.write(report, tmp_path / "report.json")
    monkeypatch.chdir(tmp_path)
    (recipe,) = fenced(page("population"), "python")
    exec(recipe, {})  # noqa: S102 -- our own page
    assert capsys.readouterr().out == "True\n"
