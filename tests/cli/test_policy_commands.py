"""``affidavit policy``: what it writes, prints and refuses, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.policy.starting import default_files
from histories import ran
from policy_decisions import decided, keep
from policy_inputs import raw, touching
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from histories import Ended

REFUSED = {"classes": touching("auth")}
UNKNOWN = {"scan__state": None}
SMALL = {
    "policy.toml": 'version = 1\nname = "small"\ndeny = "data.small.deny"\n',
    "small.rego": (
        "package small\n\n"
        'deny contains {"id": "no-friday", "msg": "not on a friday"} if {\n'
        '\tinput.branch == "friday"\n}\n'
    ),
}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the default bundle, and inputs that it allows, refuses and cannot judge."""
    assert ran("policy", "init", here=tmp_path).status == 0
    for name, changes in (("good", {}), ("bad", REFUSED), ("unknown", UNKNOWN)):
        (tmp_path / f"{name}.json").write_text(json.dumps(raw(**changes)))
    return tmp_path


def policy(here: Path, *args: str | Path) -> Ended:
    return ran("policy", *args, here=here)


def small(folder: Path, **files: str) -> Path:
    """A bundle with one rule, and `files` besides; ``small_test__rego`` is a file's name."""
    folder.mkdir()
    for name, text in {**SMALL, **files}.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_init_writes_the_default_bundle_and_changes_nothing_twice(tmp_path: Path) -> None:
    first, second = policy(tmp_path, "init", "p"), policy(tmp_path, "init", "p")
    names = list(default_files())
    assert first.out.splitlines() == [f"wrote p/{name}" for name in names]
    assert second.out.splitlines() == [f"already there: p/{name}" for name in names]
    assert {one.name: one.read_bytes() for one in (tmp_path / "p").iterdir()} == default_files()


def test_init_writes_nothing_where_a_file_differs(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/data.json").write_text("{}")
    done = policy(tmp_path, "init", "p")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("affidavit: AFF-USAGE: p has another data.json: nothing was written")
    assert [one.name for one in (tmp_path / "p").iterdir()] == ["data.json"]


def test_the_default_bundle_passes_its_tests_and_they_name_every_id(here: Path) -> None:
    done = policy(here, "test")
    assert (done.status, done.err) == (0, "")
    passed, named = done.out.splitlines()
    assert passed == "26 of 26 tests passed"
    assert named.split(" of ")[0] == named.split(" of ")[1].split()[0]


@pytest.mark.parametrize(
    ("tests", "status", "line"),
    [
        pytest.param(
            'test_friday if count(data.small.deny) == 1 with input as {"branch": "friday"}',
            0,
            "1 of 1 tests passed",
            id="passed",
        ),
        pytest.param("test_no if 1 == 2", 1, "it is undefined", id="undefined"),
        pytest.param("test_no := false", 1, "it is not true", id="false"),
        pytest.param('test_no if to_number("x") == 1', 1, "small_test.rego:5", id="an error"),
        pytest.param("todo_test_later if 1 == 2", 3, "0 of 0 tests passed", id="none yet"),
    ],
)
def test_tests_of_a_bundle_have_to_be_true(
    tmp_path: Path, tests: str, status: int, line: str
) -> None:
    text = f"package small_tests\n\nimport data.small\n\n{tests}\n"
    small(tmp_path / "p", small_test__rego=text)
    done = policy(tmp_path, "test", "p")
    assert (done.status, done.err) == (status, "")
    assert line in done.out
    assert "not named: no-friday" in done.out


def test_eval_ends_as_the_decision_is(here: Path) -> None:
    names = ("good", "bad", "unknown")
    done = [policy(here, "eval", "--input", f"{name}.json") for name in names]
    assert [one.status for one in done] == [0, 1, 3]
    assert [one.out.split("\n")[0] for one in done] == ["allowed", "refused", "undecided"]


def test_eval_answers_in_json(here: Path) -> None:
    told = json.loads(policy(here, "eval", "--input", "bad.json", "--json").out)
    assert (told["format"], told["result"]) == ("affidavit/policy-decision@1", "refused")
    assert (told["tier"], told["needs"], told["error"]) == ("critical", 2, None)
    assert [one["id"] for one in told["reasons"]] == ["persons.enough", "teams.approved"]


def test_explain_names_rule_fields_and_what_to_do(here: Path) -> None:
    done = policy(here, "explain", "--input", "bad.json")
    assert done.status == 1
    reason = done.out.split("\n\n")[2].splitlines()
    assert reason[:2] == [
        "teams.approved: it touches auth, and nobody of the team security approved",
        "  to do: Ask a member of security, outside the authors, for a review.",
    ]
    assert reason[2].startswith("  rule: persons.rego:")
    assert [one.split(" = ")[0] for one in reason[3:]] == [
        "  reads approvals.by",
        "  reads classes",
        "  reads teams.approved",
    ]
    told = json.loads(policy(here, "explain", "--input", "unknown.json", "--json").out)
    assert [one["reason"]["id"] for one in told["denied"]] == ["scan.known"]


def test_diff_tells_where_two_bundles_decide_otherwise(here: Path) -> None:
    small(here / "small")
    given = ("--input", "good.json", "--input", "bad.json")
    done = policy(here, "diff", "affidavit/policy", "small", *given)
    assert done.status == 1
    assert done.out.splitlines()[3:] == [
        "good.json",
        "  before: allowed, standard",
        "  after: allowed",
        "",
        "bad.json",
        "  before: refused, critical: persons.enough, teams.approved",
        "  after: allowed",
        "",
        "2 of 2 decisions differ",
    ]
    assert policy(here, "diff", "small", "small", *given).status == 0
    assert policy(here, "diff", "small", "small").status == 3


def test_recorded_decisions_are_compared_and_made_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = a_ledger(here, monkeypatch)
    keep(place)
    ledger = ("--ledger", place.folder)
    done = policy(here, "replay", *ledger)
    assert (done.status, done.out) == (0, "1 decisions: 1 same, 0 differs, 0 unknown\n")
    keep(place, decided(**UNKNOWN))
    told = json.loads(policy(here, "replay", *ledger, "--json").out)
    assert [(one["again"], one["verdict"]) for one in told["decisions"]] == [
        ("same", "allowed"),
        ("same", "undecided"),
    ]
    small(here / "small")
    assert "entry 2\n" in policy(here, "diff", "affidavit/policy", "small", *ledger).out
    assert policy(here, "replay", *ledger, "--since", "2027-01-01").status == 3


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("{", "input.json is no JSON of an input", id="no JSON"),
        pytest.param('{"x":' + "[" * 100_000, "input.json is no JSON of an input", id="deep"),
        pytest.param("{}", "input.json: input: Object missing required field `format`", id="empty"),
        pytest.param(
            json.dumps(raw(format="x@2")),
            "input.json: input.format: it is no affidavit/policy-input@1",
            id="another format",
        ),
        pytest.param(
            json.dumps(raw(change__files="\x1b[31m")),
            "input.json: input.change.files: Expected `int | null`, got `str`",
            id="another type",
        ),
    ],
)
def test_an_input_that_is_none_is_refused_by_its_field(here: Path, text: str, error: str) -> None:
    (here / "input.json").write_text(text)
    done = policy(here, "eval", "--input", "input.json")
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"affidavit: AFF-INPUT: {error}")
    assert "Traceback" not in done.err


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    done = policy(tmp_path, "test", "p")
    assert (done.status, done.err) == (
        4,
        "affidavit: AFF-POLICY: the bundle has no policy.toml\n",
    )
