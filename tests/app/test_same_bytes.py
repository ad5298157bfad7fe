"""The same history gives the same bytes, whoever asks, wherever and whenever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

import affidavit.package
from affidavit.package.json_report import SCHEMA_FILE
from gitrepo import BEN, GITHUB, Repo
from histories import BY_CLAUDE, CHANGE_ID, CLAUDE, DEPENDABOT, audited

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parents[1] / "golden" / "report.json"
PROGRAM = "import sys; from affidavit.cli.main import main; sys.argv[0] = 'affidavit'; main()"


def history(repo: Repo) -> None:
    """A little of everything: kinds, signals, people, requests, exceptions, settings."""
    repo.config("remote.origin.url", "https://user:secret@example.com/o/r.git")
    settings = '[[person]]\nname = "Alice"\naddresses = ["alice@home.mail"]\n'
    repo.commit("Begin", files={"affidavit.toml": settings, "auth/a.py": "1"})
    repo.commit(f"Agent's\n\n{BY_CLAUDE}", branch="side", at="main", files={"auth/a.py": "2"})
    repo.commit("Person's", author="A. <alice@home.mail>", branch="side")
    repo.merge("side", message="Merge pull request #1 from alice/side", author=BEN)
    repo.commit("Bump (#2)", author=DEPENDABOT, committer=GITHUB)
    repo.commit("J\u00f6rg's \u6f22\u5b57 =1+1", author="J\u00f6rg <joerg@firm.mail>")
    repo.commit("Back-dated", date="2025-06-01")
    repo.commit("By itself", author=CLAUDE, date="2026-02-01", files={"auth/a.py": "3"})
    change = repo.commit(f"Voted\n\nChange-Id: {CHANGE_ID}", date="2026-02-02")
    repo.note("refs/notes/review", change, "Code-Review+2: Ben Ode <ben@firm.mail>\n")


def written(repo: Repo, place: Path, **environment: str) -> dict[str, bytes]:
    """What a run in a process of its own, in the directory `place`, writes and prints."""
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "audit", str(repo.path), "--output", "out"],
        cwd=place,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        check=True,
    )
    files = {path.name: path.read_bytes() for path in sorted((place / "out").iterdir())}
    return {**files, "printed": done.stdout, "said": done.stderr}


def test_two_processes_in_different_surroundings_write_the_same_bytes(
    repo: Repo, tmp_path: Path
) -> None:
    history(repo)
    one = written(repo, tmp_path / "a", TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="1")
    other = written(
        repo, tmp_path / "b", TZ="America/St_Johns", LC_ALL="C.UTF-8", PYTHONHASHSEED="2"
    )
    assert one == other
    assert set(one) == {
        "exceptions.csv",
        "landings.csv",
        "report.html",
        "report.json",
        "printed",
        "said",
    }


def test_packing_the_repository_leaves_the_report_as_it_was(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    before = written(repo, tmp_path / "a")
    repo.pack()
    assert written(repo, tmp_path / "b") == before


def parts(report: dict[str, object]) -> Iterator[str]:
    """The report line by line, without what belongs to the version of the tool and its words."""
    report["tool"] = {**report["tool"], "version": "", "rules": "", "rules_version": ""}  # type: ignore[dict-item]
    report["limits"] = [one["id"] for one in report["limits"]]  # type: ignore[attr-defined]
    yield from json.dumps(report, indent=1, ensure_ascii=False, sort_keys=True).splitlines()


def test_the_report_is_the_golden_one(repo: Repo, tmp_path: Path) -> None:
    """To renew it after a change that is meant: ``AFFIDAVIT_GOLDEN=renew pytest`` this file."""
    history(repo)
    found = list(parts(json.loads(written(repo, tmp_path / "a")["report.json"])))
    if os.environ.get("AFFIDAVIT_GOLDEN") == "renew":
        GOLDEN.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_report_fits_its_schema(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    report = json.loads(written(repo, tmp_path / "a")["report.json"])
    place = Path(next(iter(affidavit.package.__path__))) / SCHEMA_FILE
    schema = json.loads(place.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(report)


def test_no_part_of_the_report_names_this_machine(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    for name, data in written(repo, tmp_path / "a").items():
        assert str(tmp_path).encode() not in data, name
        assert b"secret" not in data, name


@pytest.mark.parametrize("remote", [True, False])
def test_where_a_repository_lies_does_not_matter(tmp_path: Path, *, remote: bool) -> None:
    reports = []
    for name in ("one place", "another"):
        repo = Repo(tmp_path / name)
        history(repo)
        if not remote:
            repo.git("config", "--unset", "remote.origin.url")
        reports.append(audited(repo))
    assert reports[0] == reports[1]
