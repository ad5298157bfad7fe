"""The files that a set-up writes: what pipelines may do, and that what they say is understood."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from affidavit.app.config import config
from affidavit.app.ledger.importing import signers_in
from affidavit.app.setup.proposing import WORKFLOWS, proposed
from affidavit.app.setup.source import Source
from affidavit.base.errors import UsageError
from affidavit.changes.checklist import tasks
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.model import ChecklistItem, Ruleset
from affidavit.changes.gate.answers import answered, used
from affidavit.changes.record.material import Kept
from affidavit.controls.cc8.rules import History, weaker
from affidavit.controls.criteria import STATEMENT
from affidavit.identity.ssh.allowed import parse_allowed
from affidavit.identity.ssh.revoked import parse_revoked
from affidavit.policy.input import Checklist
from forgelines import line
from workflows import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.setup.model import Ci
    from workflows import Node

DAY = date(2026, 11, 21)
URL = Source(kind="url", address="https://example.com/affidavit-0.1.0.whl", digest="ab" * 32)
WHEEL = Source(kind="wheel", address="tools/affidavit-0.1.0.whl", digest="ab" * 32)
SOURCES = [None, URL, WHEEL]
PINNED = re.compile(r"actions/[a-z-]+@[0-9a-f]{40}")
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
WRITES = {"affidavit-gate": {"gate": ["statuses"], "notes": ["contents"]}}


def files(ci: Ci | None, source: Source | None = URL, owner: str | None = None) -> dict[str, str]:
    return {one.path: one.text for one in proposed(ci, source, owner, DAY, hooks=True)}


def workflow(name: str, source: Source | None = URL) -> dict[str, Node]:
    return parsed(files("github", source)[f".github/workflows/{name}.yml"])


def table(node: Node) -> dict[str, Node]:
    assert isinstance(node, dict)
    return node


def steps(found: dict[str, Node]) -> Iterator[dict[str, Node]]:
    for job in table(found["jobs"]).values():
        listed = table(job)["steps"]
        assert isinstance(listed, list)
        yield from map(table, listed)


def scripts(found: dict[str, Node]) -> list[str]:
    return [str(step["run"]) for step in steps(found) if "run" in step]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_text_of_an_event_gets_into_a_script(name: str, source: Source | None) -> None:
    assert [one for one in scripts(workflow(name, source)) if "${{" in one] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_only_known_values_are_handed_to_scripts(name: str) -> None:
    found = files("github")[f".github/workflows/{name}.yml"]
    named = {part.strip() for one in EXPRESSION.findall(found) for part in one.split("||")}
    pull, group = "github.event.pull_request", "github.event.merge_group"
    known = {
        *("github.token", "github.repository", "github.server_url", "github.ref_name"),
        *(f"{pull}.number", f"{pull}.head.sha", f"{pull}.base.ref"),
        *(f"{group}.head_sha", f"{group}.head_ref", f"{group}.base_ref"),
        *("github.event.workflow_run.head_sha", "github.event.repository.default_branch"),
    }
    assert named - known == set()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_its_commit_and_none_checks_anything_out(name: str) -> None:
    used = [str(step["uses"]) for step in steps(workflow(name)) if "uses" in step]
    assert [one for one in used if not PINNED.fullmatch(one)] == []
    assert [one for one in used if "checkout" in one] == []
    assert [
        one for one in scripts(workflow(name)) if re.search(r"git [^\n]*\bcheckout\b", one)
    ] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_job_says_what_it_may_do_and_nothing_is_allowed_by_default(name: str) -> None:
    found = workflow(name)
    assert found["permissions"] == {}
    writes = {
        job: [what for what, how in table(table(body)["permissions"]).items() if how == "write"]
        for job, body in table(found["jobs"]).items()
    }
    expected = WRITES | {"affidavit-rejudge": {"gate": ["statuses"]}}
    assert writes == expected.get(name, {job: [] for job in writes})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_secret_but_the_token_of_the_run_is_used(name: str) -> None:
    assert "secrets." not in files("github")[f".github/workflows/{name}.yml"]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_script_is_one_that_a_shell_understands(name: str, source: Source | None) -> None:
    for script in scripts(workflow(name, source)):
        subprocess.run(["bash", "-n"], input=script.encode(), check=True)


@pytest.mark.parametrize("source", SOURCES)
def test_the_job_of_gitlab_is_one_that_a_shell_understands(source: Source | None) -> None:
    found = parsed(files("gitlab", source)[".gitlab/affidavit.gitlab-ci.yml"])
    job = table(found["affidavit-gate"])
    (script,) = job["script"] if isinstance(job["script"], list) else []
    subprocess.run(["bash", "-n"], input=str(script).encode(), check=True)
    assert job["image"] == "$AFFIDAVIT_IMAGE"
    assert "checkout" not in str(script)


def test_the_gate_runs_where_a_request_cannot_edit_it_and_in_the_queue() -> None:
    told = table(workflow("affidavit-gate")["on"])
    assert sorted(told) == ["merge_group", "pull_request_target"]
    assert table(told["pull_request_target"])["types"] == [
        *("opened", "reopened", "synchronize", "edited", "ready_for_review"),
        *("converted_to_draft", "labeled", "unlabeled", "enqueued"),
    ]


def test_the_stub_of_reviews_can_do_nothing_and_wakes_what_judges_again() -> None:
    stub = workflow("affidavit-review")
    assert scripts(stub) == ["true"]
    again = table(table(workflow("affidavit-rejudge")["on"])["workflow_run"])
    assert again == {"workflows": [stub["name"]], "types": ["completed"]}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_affidavit_is_never_installed_by_its_name_alone(name: str) -> None:
    for source in (URL, WHEEL):
        for script in scripts(workflow(name, source)):
            assert not re.search(r"pip install [^\n]*affidavit(?! @ )", script)
    installs = [one for one in scripts(workflow("affidavit-gate")) if "pip install" in one]
    assert len(installs) == 1
    assert "#sha256=$DIGEST" in installs[0]


def test_without_a_source_the_install_step_fails_and_says_so() -> None:
    (script,) = (one for one in scripts(workflow("affidavit-gate", None)) if "--source" in one)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    told = "affidavit init was not told where Affidavit comes from: run it again with --source"
    assert (done.returncode, done.stdout) == (1, f"::error::{told} and --digest\n")


def test_the_configuration_is_understood_and_asks_for_the_gate() -> None:
    found = config(files(None)["affidavit.toml"].encode(), "affidavit.toml")
    assert found.gate is not None
    assert found.controls is not None
    assert (found.gate.policy, found.gate.checks) == ("affidavit/policy", ("tests", "scan"))
    assert found.controls.gate_checks == ("affidavit/gate",)


def test_the_rule_holds_everything_that_the_configuration_asks_of_the_branch() -> None:
    found = config(files(None)["affidavit.toml"].encode(), "affidavit.toml")
    state = json.loads(files("github")["affidavit/ruleset.json"])
    at = "2026-11-21T00:00:00Z"
    now = Ruleset(id=1, at="2026-11-22T00:00:00Z", version=None, actor=None, state=state)
    first = Ruleset(id=1, at=at, version=1, actor=None, state=state)
    history = History(
        branch="main",
        default=True,
        snapshots=(),
        rulesets=tuple(_kept(one) for one in (first, now)),
        pushes=(),
        rules_absent=None,
        activity_absent=None,
    )
    (version,) = history.versions
    assert version.layer is not None
    assert found.controls is not None
    assert version.layer.binding is Answer.YES
    assert weaker([version.layer], found.controls) == {}


def test_the_lists_of_signers_are_empty_and_without_fault() -> None:
    found = files(None)
    allowed = parse_allowed(found["affidavit/allowed_signers"])
    assert (allowed.entries, allowed.problems) == ((), ())
    assert parse_revoked(found["affidavit/revoked_signers.toml"]).entries == ()
    assert signers_in(found["affidavit/signers.toml"].encode(), "signers.toml") == {}


def test_the_line_that_the_list_of_signers_shows_is_one_that_it_takes() -> None:
    shown = files(None)["affidavit/allowed_signers"].splitlines()
    (example,) = (one.lstrip("# ") for one in shown if "ssh-ed25519" in one)
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIPTVyyjqzaapNF9mD0OfBkgXZC0VnHiLFO0CYIGUuvjY"
    allowed = parse_allowed(example.replace("AAAA…", key))
    assert ([one.principals for one in allowed.entries], allowed.problems) == (
        [("ada@firm.mail",)],
        (),
    )


@pytest.mark.parametrize(
    ("ci", "path"),
    [
        ("github", ".github/pull_request_template.md"),
        ("gitlab", ".gitlab/merge_request_templates/Default.md"),
    ],
)
def test_the_template_asks_for_each_answer_and_how_ai_was_used(ci: Ci, path: str) -> None:
    asked = [(one.text.split(":")[0], one.checked) for one in tasks(files(ci)[path], 100)]
    uses = ["AI use"] * 3
    names = [*uses, "Functional correctness", "Security", "Tests", STATEMENT]
    assert asked == [(name, False) for name in names]
    boxes = [one.text for one in tasks(files(ci)[path], 100)][:3]
    assert boxes == ["AI use: none", "AI use: assisted", "AI use: generated"]


@pytest.mark.parametrize("use", ["none", "assisted", "generated"])
def test_the_gate_understands_the_answers_of_the_template(use: str) -> None:
    text = files("github")[".github/pull_request_template.md"]
    for words in (f"AI use: {use}", "Functional", "Security", "Tests", STATEMENT):
        text = text.replace(f"- [ ] {words}", f"- [x] {words}")
    boxes = [ChecklistItem(text=one.text, checked=one.checked) for one in tasks(text, 100)]
    yes = Checklist(functional_correctness=True, security=True, tests=True, ai_review=True)
    assert (answered(boxes, STATEMENT), used(boxes)) == (yes, use)


@pytest.mark.parametrize("name", ["code-review-policy", "security-checklist", "exception-log"])
def test_a_document_has_its_owner_and_its_dates(name: str) -> None:
    text = files(None, owner="Ada Lovelace")[f"docs/security/{name}.md"]
    assert re.findall(r"^\| (Owner|In force from|Next review) \| (.+) \|$", text, re.MULTILINE) == [
        ("Owner", "Ada Lovelace"),
        ("In force from", "2026-11-21"),
        ("Next review", "2027-11-21"),
    ]


def test_a_document_written_on_a_leap_day_is_reviewed_a_year_later() -> None:
    (text,) = (
        one.text
        for one in proposed(None, None, None, date(2028, 2, 29), hooks=False)
        if one.path.endswith("exception-log.md")
    )
    assert "| Next review | 2029-02-28 |" in text


def test_owners_are_only_remarks_until_somebody_is_named_by_a_handle() -> None:
    named = files("github", owner="@example/security")[".github/CODEOWNERS"].splitlines()
    assert [one for one in named if not one.startswith("#")][:2] == [
        "/affidavit.toml @example/security",
        "/affidavit/ @example/security",
    ]
    unnamed = files("github", owner="Ada")[".github/CODEOWNERS"].splitlines()
    assert [one for one in unnamed if not one.startswith("#")] == []


@pytest.mark.parametrize("owner", ["", " ", "a|b", "two\nlines", "x" * 101, "a\x1b[2J"])
def test_an_owner_that_cannot_stand_in_a_document_is_refused(owner: str) -> None:
    with pytest.raises(UsageError, match="--owner is a name"):
        files(None, owner=owner)


def test_nothing_is_left_blank_in_a_file() -> None:
    for ci in (None, "github", "gitlab"):
        for source in SOURCES:
            found = files(ci, source)
            assert [path for path, text in found.items() if "@@" in text] == []


def test_the_hook_is_one_that_a_shell_understands_and_stops_nothing() -> None:
    hook = files(None)[".githooks/pre-push"]
    done = subprocess.run(
        ["/bin/sh", "-c", hook, "pre-push", "origin"], env={"PATH": "/nowhere"}, check=False
    )
    subprocess.run(["sh", "-n"], input=hook.encode(), check=True)
    assert done.returncode == 0


def _kept(found: Ruleset) -> Kept[Ruleset]:
    one = line(found)
    return Kept(origin=one.origin, data=found)
