"""Reports of real repositories fit the schema, which says neither more nor less than the types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from affidavit.app.audit import Request, audit
from affidavit.audit.rewritten import Earlier, earlier_report
from affidavit.cli.progress import Silent
from affidavit.package import json_report
from gitrepo import ALICE, BEN, GITHUB, Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from affidavit.audit.model import Report

SCHEMA = json.loads(
    (Path(json_report.__file__).parent / json_report.SCHEMA_FILE).read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
CLAUDE = "Claude Opus 4.5 <noreply@anthropic.com>"
BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
GITAI = """\
src/a.py
  s_0123456789abcd::t_0123456789abcd 1-4
---
{"schema_version": "authorship/3.0.0", "sessions": {"s_0123456789abcd": \
{"agent_id": {"tool": "claude", "id": "conversation", "model": "claude-opus-4-5"}}}}
"""


def written(report: Report, folder: Path) -> dict[str, object]:
    place = folder / "report.json"
    json_report.write(report, place)
    return cast("dict[str, object]", json.loads(place.read_bytes()))


def audited(repo: Repo, folder: Path, earlier: Earlier | None = None) -> dict[str, object]:
    compared = None if earlier is None else lambda _name: earlier
    return written(audit(Request(repository=repo.directory, earlier=compared), Silent()), folder)


def wrong(report: Mapping[str, object]) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in VALIDATOR.iter_errors(report)]


def linear(repo: Repo) -> None:
    repo.commit("First")
    repo.commit(f"Agent\n\nCo-authored-by: {CLAUDE}", files={".github/workflows/ci.yml": "on"})
    repo.commit("Bump", author=BOT)
    repo.commit("Nothing", files={})
    repo.commit('Revert "Agent"')
    repo.commit("Old", date=978_307_200)


def merges(repo: Repo) -> None:
    repo.commit("First")
    repo.commit("Side", author=BEN, branch="side", at="main")
    repo.commit(f"Agent\n\nCo-authored-by: {CLAUDE}", author=BEN, branch="side")
    repo.merge("side", message="Merge pull request #1 from ben/side\n\nReviewed-by: Ann <a@b.org>")
    repo.commit("Agent's", author=CLAUDE, branch="agent", at="main")
    repo.merge("agent", message="Merge branch 'agent'", author=BEN)
    repo.commit("Own", author=BEN, branch="own", at="main")
    repo.merge("own", message="Merge branch 'own'", author=BEN)
    repo.ref("refs/pull/1/head", "side")


def squashes(repo: Repo) -> None:
    repo.commit("First")
    repo.commit(f"Side\n\nCo-authored-by: {CLAUDE}", author=BEN, branch="side", at="main")
    repo.ref("refs/pull/2/head", "side")
    repo.squash("side", "Side (#2)", author=BEN)
    repo.commit("Other\n\nSee merge request group/project!3", committer=GITHUB)


def notes(repo: Repo) -> None:
    commit = repo.commit("First", files={"src/a.py": "1\n2\n3\n4\n"})
    repo.note("refs/notes/ai", commit, GITAI)
    change = repo.commit("Change", author=BEN)
    repo.note(
        "refs/notes/review",
        change,
        f"Code-Review+2: {ALICE}\nSubmitted-at: Tue, 11 Sep 2012 04:49:03 +0000\n",
    )


def odd(repo: Repo) -> None:
    toml = '[audit]\nname = "x"\n[[bot]]\nname = "Ben\'s"\naddresses = ["ben@example.com"]\n'
    mailmap = "Alice Other <alice@example.com>\n<broken\n"
    repo.commit(b"\x1b[31mred\x00hidden \xff", files={"affidavit.toml": toml, ".mailmap": mailmap})
    repo.commit("By a bot", author=BEN, headers=b"encoding no-such\n")
    repo.ref("refs/replace/" + "1" * 40, "main")
    repo.tag("off", repo.commit("Beside", branch="beside", at="main"))
    (repo.directory / "affidavit").write_text("")


HISTORIES = pytest.mark.parametrize("build", [linear, merges, squashes, notes, odd])


@HISTORIES
def test_a_report_fits_the_schema(
    build: Callable[[Repo], None], repo: Repo, tmp_path: Path
) -> None:
    build(repo)
    assert wrong(audited(repo, tmp_path)) == []


def test_a_report_on_a_repository_of_sha256_fits_the_schema(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", object_format="sha256")
    merges(repo)
    assert wrong(audited(repo, tmp_path)) == []


def test_a_report_on_rewritten_history_fits_the_schema(repo: Repo, tmp_path: Path) -> None:
    linear(repo)
    audited(repo, tmp_path)
    earlier = earlier_report((tmp_path / "report.json").read_bytes(), "report.json")
    repo.branch("main", repo.parents("main")[0])
    report = audited(repo, tmp_path, earlier)
    found = cast("list[dict[str, str]]", report["exceptions"])
    assert (found[0]["id"], wrong(report)) == ("history-rewritten", [])


def test_the_histories_show_every_authorship_kind_and_grade_but_the_rarest(
    tmp_path: Path,
) -> None:
    seen: set[str] = set()
    for build in (linear, merges, squashes, notes, odd):
        repo = Repo(tmp_path / build.__name__)
        build(repo)
        for one in audit(Request(repository=repo.directory), Silent()).landings:
            seen |= {one.authorship, one.kind, one.review.grade, *one.marks, *one.exceptions}
    assert {
        *("ai", "mixed", "automation", "no-signal", "initial", "merge", "squash", "linear"),
        *("R0", "R1", "R2", "R3", "revert", "empty", "no-review-evidence", "self-merged"),
        "date-out-of-order",
    } <= seen


def test_the_schema_refuses_a_report_without_any_one_of_its_fields(
    repo: Repo, tmp_path: Path
) -> None:
    merges(repo)
    report = audited(repo, tmp_path)
    accepted = [
        name for name in report if not wrong({k: v for k, v in report.items() if k != name})
    ]
    assert accepted == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("unknown", 1),
        ("schema", "affidavit/audit@2"),
        ("period.start", "2026-01-01"),
        ("period.end", "2026-01-01T00:00:00+00:00"),
        ("population.landings", -1),
        ("population.digest", "sha256:0"),
        ("metrics.ai_changes.numerator", 0.5),
        ("metrics.share", {"numerator": 0, "denominator": 0}),
        ("landings.0.kind", "octopus"),
        ("landings.0.commit", "HEAD"),
        ("landings.0.review.grade", "R5"),
        ("landings.0.authorship", "unknown"),
        ("landings.0.exceptions", ["history-rewritten"]),
        ("landings.0.reviewer", "Ann"),
        ("limits.0.id", "Not An Id"),
    ],
)
def test_the_schema_refuses_what_no_report_says(
    path: str, value: object, repo: Repo, tmp_path: Path
) -> None:
    merges(repo)
    report = audited(repo, tmp_path)
    *steps, last = path.split(".")
    place = report
    for step in steps:
        below = cast("list[object]", place)[int(step)] if step.isdigit() else place[step]
        place = cast("dict[str, object]", below)
    place[last] = value
    assert len(wrong(report)) > 0
