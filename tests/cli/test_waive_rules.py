"""``affidavit waive`` says before it signs what of its items nothing lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.deciding import Asked, prepared
from affidavit.app.clock import now, written
from affidavit.app.policy.starting import default_files
from authenticator import plain_key
from gitrepo import Repo
from terminals import environment

if TYPE_CHECKING:
    from pathlib import Path

KEY = plain_key(seed=12)
DAY = 86_400
FIXED = "is a requirement or a control test, which no waiver lifts: name rules of the policy"


def here(folder: Path, files: dict[str, bytes | str]) -> Path:
    """A repository with a change on a side branch, and a person's key in their home."""
    repo = Repo(folder / "work")
    repo.commit("First", files=files)
    repo.commit("Work", branch="side", at="main")
    keys = folder / "work" / "home" / ".ssh"
    keys.mkdir(parents=True)
    (keys / "id_ed25519").write_bytes(KEY.openssh)
    (keys / "id_ed25519.pub").write_text(f"{KEY.line} ann\n")
    return repo.path


def notes(folder: Path, *items: str) -> list[str]:
    """What is noted of the items before anything is signed."""
    until = written(now() + 5 * DAY * 1_000_000)[:10]
    asked = Asked(
        command="waive", revision="side", repository=folder, reason="r", until=until, items=items
    )
    marker = "  note          "
    words = prepared(asked, environment(folder)).words
    return [one.removeprefix(marker) for one in words if one.startswith(marker)]


@pytest.mark.parametrize("folder", ["affidavit/policy", "rules"])
def test_what_is_no_rule_of_the_policy_of_the_base_is_told(tmp_path: Path, folder: str) -> None:
    files: dict[str, bytes | str] = {f"{folder}/{k}": v for k, v in default_files().items()}
    files["affidavit.toml"] = f'version = 1\n[gate]\npolicy = "{folder}"\n'
    asked = ("scan.clean", "bogus.rule", "scan.claen", "reviewed", "AFF-CC8.1-03", "CVE-2026-1")
    assert notes(here(tmp_path, files), *asked) == [
        "bogus.rule is no rule of the policy of the base: only a finding of that id is waived",
        "scan.claen is no rule of the policy of the base: did you mean scan.clean?",
        f"reviewed {FIXED}",
        f"AFF-CC8.1-03 {FIXED}",
        "CVE-2026-1 is no rule of the policy: only a finding of that id is waived",
    ]


@pytest.mark.parametrize("files", [{}, {"affidavit/policy/policy.toml": "version = 9\n"}])
def test_a_rule_of_no_policy_is_told_as_that(tmp_path: Path, files: dict[str, bytes | str]) -> None:
    told = "the base has no policy that can be read, and so no such rule is known"
    assert notes(here(tmp_path, files), "scan.clean") == [f"scan.clean: {told}"]


def test_a_waiver_that_names_nothing_has_nothing_to_be_looked_up(tmp_path: Path) -> None:
    assert notes(here(tmp_path, {})) == []
