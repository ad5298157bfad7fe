"""Whether a recorded decision of the policy stands behind what was merged, as AFF-CC8.1-13 asks."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.policy.recording import recorded
from change_desk import Desk
from forges import Forge
from histories import ran
from policy_decisions import about, decided, keep
from receipts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.policy.deciding import Decided

BEFORE, LATE = "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


class Gated(Desk):
    """A desk whose requests were judged by the default bundle, and its ledger."""

    def __init__(self, forge: Forge, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(forge, folder)
        self.ledger = self.kept = a_ledger(folder, patch)

    def decision(self, at: str = BEFORE, commit: str = "", **changes: object) -> Decided:
        """What the gate says of a new request, which is then merged."""
        pull = self.approved(f"{len(self.shop.heads)}-{at[:4]}.py")
        head = pull.head_oid
        tree = self._git("rev-parse", f"{head}^{{tree}}")
        change = about(commit or head, tree)
        pull.merge(self.cleo, "squash")
        return decided(at=at, change=change, **changes)

    def told(self) -> tuple[str, list[list[str]]]:
        """The result about the one change with a request, and what each attribute says."""
        self.found()
        test = ("controls", "test", self.shop.git.path, "--test", "AFF-CC8.1-13")
        given = ("--forge", self.export, "--ledger", self.kept.folder, "--since", "2025-01-01")
        done = ran(*test, *given, "--name", "firm/shop", "--quiet", "--json", here=self.folder)
        (row,) = [one for one in json.loads(done.out)["items"] if one["request"]]
        return row["result"], [[one["answer"], one["why"]] for one in row["attributes"]]

    def _git(self, *args: str) -> str:
        command = ["git", "-C", str(self.shop.git.path), *args]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gated]:
    with Forge(tmp_path / "forge") as forge:
        yield Gated(forge, tmp_path, monkeypatch)


def test_an_allowance_that_comes_out_again_passes(desk: Gated) -> None:
    one = desk.decision()
    keep(desk.kept, one)
    assert desk.told() == (
        "pass",
        [
            ["yes", f"PASSED by {one.decision.bundle}"],
            ["yes", "the same bundle says the same of the same input"],
        ],
    )


def test_an_allowance_of_the_same_files_under_another_commit_passes(desk: Gated) -> None:
    keep(desk.kept, desk.decision(commit="d" * 40))
    assert desk.told()[0] == "pass"


def test_what_was_refused_and_merged_deviates(desk: Gated) -> None:
    keep(desk.kept, desk.decision(scan__state="none"))
    assert desk.told() == (
        "deviation",
        [["no", "the decision was REFUSED, and it was merged all the same"]],
    )


def test_the_newest_decision_counts(desk: Gated) -> None:
    one = desk.decision(scan__state="none")
    keep(desk.kept, one)
    keep(desk.kept, decided(at=BEFORE, change=msgspec.to_builtins(one.asked.change)))
    assert desk.told()[0] == "pass"


def test_an_allowance_that_the_policy_does_not_give_deviates(desk: Gated) -> None:
    one = desk.decision(scan__state="none")
    decision = msgspec.structs.replace(one.decision, allowed=True, reasons=())
    keep(desk.kept, msgspec.structs.replace(one, decision=decision, verdict="allowed"))
    result, attributes = desk.told()
    assert (result, [one[0] for one in attributes]) == ("deviation", ["yes", "no"])
    assert attributes[1][1].startswith("it does not: allowed was true and is now false")


def test_a_decision_of_after_the_merge_is_none(desk: Gated) -> None:
    keep(desk.kept, desk.decision(at=LATE))
    assert desk.told() == ("deviation", [["no", "no decision of a policy is recorded"]])


def test_an_allowance_whose_policy_is_nowhere_is_unknown(desk: Gated) -> None:
    one = desk.decision()
    recorded(desk.kept, one, {})
    result, attributes = desk.told()
    assert (result, attributes[1]) == (
        "unknown",
        ["unknown", f"the bundle {one.decision.bundle} is not kept here"],
    )
