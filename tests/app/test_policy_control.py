"""Whether a recorded decision of the policy stands behind what was merged, as AFF-CC8.1-13 asks."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.controls.facts import MOST
from affidavit.app.ledger.kept import by, custody, keeping
from affidavit.app.policy.deciding import fact_of
from affidavit.app.policy.recording import recorded
from affidavit.app.policy.starting import default_files
from affidavit.changes.gate.model import ALWAYS
from affidavit.ledger.decided import CHANNEL
from change_desk import Desk
from collectors import gathered
from forges import Forge
from histories import ran
from policy_decisions import about, decided, keep
from policy_inputs import waiver
from receipts import ORIGIN, a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.policy.deciding import Decided
    from histories import Ended

BEFORE, LATER, LATE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2030-01-01T00:00:00Z"
NONE = (
    "deviation",
    [["no", "no decision about what was merged, before it was, is known"]],
)
REFUSED = (
    "deviation",
    [["no", "the gate refused what was merged; it was merged all the same"]],
)
SAME = ["yes", "the same bundle says the same of the same input"]


class Gated(Desk):
    """A desk whose requests were judged by the default bundle, and its ledger."""

    def __init__(self, forge: Forge, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(forge, folder)
        self.ledger = self.kept = a_ledger(folder, patch)
        policy = {f"affidavit/policy/{name}": data for name, data in default_files().items()}
        self.base = self.shop.direct(self.ann, "Begin", policy)

    def decision(self, at: str = BEFORE, commit: str = "", **changes: object) -> Decided:
        """What the gate says of a new request, which is then merged."""
        pull = self.approved(f"{len(self.shop.heads)}-{at[:4]}.py")
        head = pull.head_oid
        tree = self._git("rev-parse", f"{head}^{{tree}}")
        change = about(commit or head, tree, base=self.base, request=pull.number)
        pull.merge(self.cleo, "squash")
        return decided(at=at, change=change, **changes)

    def say(self, one: Decided, **changes: object) -> None:
        """Record the decision `one`, saying otherwise in some fields."""
        fact = fact_of(one, whole=True)
        body = {**fact.body, **changes}
        with keeping(self.kept) as keeper:
            keeper.append([msgspec.structs.replace(fact, body=body)], by(CHANNEL), {})

    def test(self) -> Ended:
        gathered(self.forge, self.export)
        test = ("controls", "test", self.shop.git.path, "--test", "AFF-CC8.1-13")
        given = ("--forge", self.export, "--ledger", self.kept.folder, "--since", "2025-01-01")
        return ran(*test, *given, "--name", "firm/shop", "--quiet", "--json", here=self.folder)

    def told(self) -> tuple[str, list[list[str]]]:
        """The result about the one change with a request, and what each attribute says."""
        (row,) = [one for one in json.loads(self.test().out)["items"] if one["request"]]
        return row["result"], [[one["answer"], one["why"]] for one in row["attributes"]]

    def _git(self, *args: str) -> str:
        command = ["git", "-C", str(self.shop.git.path), *args]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def again(one: Decided, at: str, **changes: object) -> Decided:
    """Another decision about the same commit."""
    return decided(at=at, change=msgspec.to_builtins(one.asked.change), **changes)


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
            SAME,
        ],
    )


def test_an_allowance_of_the_same_files_under_another_commit_is_none(desk: Gated) -> None:
    keep(desk.kept, desk.decision(commit="d" * 40))
    assert desk.told() == NONE


def test_what_was_refused_and_merged_deviates(desk: Gated) -> None:
    keep(desk.kept, desk.decision(scan__state="none"))
    assert desk.told() == REFUSED


def test_the_newest_decision_counts_whichever_was_recorded_last(desk: Gated) -> None:
    one = desk.decision(scan__state="none")
    keep(desk.kept, again(one, LATER))
    keep(desk.kept, one)
    assert desk.told()[0] == "pass"


def test_a_later_refusal_counts_though_an_allowance_was_recorded_last(desk: Gated) -> None:
    one = desk.decision()
    keep(desk.kept, again(one, LATER, scan__state="none"))
    keep(desk.kept, one)
    assert desk.told() == REFUSED


def test_of_two_decisions_of_one_time_the_worst_counts(desk: Gated) -> None:
    one = desk.decision(scan__state="none")
    keep(desk.kept, one)
    keep(desk.kept, again(one, BEFORE))
    assert desk.told() == REFUSED


def test_the_newest_of_very_many_decisions_counts(desk: Gated) -> None:
    one = desk.decision()
    fact = fact_of(one, whole=True)
    many = [
        msgspec.structs.replace(
            fact,
            body={**fact.body, "at": f"2025-06-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"},
        )
        for n in range(MOST + 1)
    ]
    with keeping(desk.kept) as keeper:
        keeper.append(many, by(CHANNEL), {})
    keep(desk.kept, again(one, LATER, scan__state="none"))
    assert desk.told() == REFUSED


def test_a_decision_about_a_deployment_is_none_about_a_merge(desk: Gated) -> None:
    one = desk.decision()
    desk.say(one, purpose="deploy")
    assert desk.told() == NONE


def test_an_allowance_for_another_branch_is_unknown(desk: Gated) -> None:
    one = desk.decision()
    elsewhere = {**msgspec.to_builtins(one.asked.change), "base": "b" * 40}
    keep(desk.kept, decided(at=BEFORE, change=elsewhere))
    result, attributes = desk.told()
    assert (result, attributes[0]) == ("unknown", ["unknown", "it was allowed for another branch"])


def test_an_allowance_by_another_policy_than_that_of_the_base_is_unknown(desk: Gated) -> None:
    one = desk.decision()
    desk.say(one, bundle=f"sha256:{'7' * 64}")
    assert desk.told()[1][0] == ["unknown", "it was allowed by another policy than its base has"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"allowed": False}, "the gate allowed it, and its own policy did not"),
        (
            {"requirements": {"reviewed": "unmet", "scan": "met"}},
            "the gate allowed it, and required what was not met: reviewed (unmet)",
        ),
        (
            {"requirements": {"scan": "unknown"}},
            "the gate allowed it, and required what was not met: scan (unknown)",
        ),
    ],
)
def test_an_allowance_that_contradicts_itself_deviates(
    desk: Gated, said: dict[str, object], why: str
) -> None:
    desk.say(desk.decision(), **said)
    assert desk.told() == ("deviation", [["no", f"{why}; it was merged all the same"]])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"score": 3}, "the score is 3, and that of its input 92"),
        ({"base": "merge"}, "the recorded input is of another base"),
    ],
)
def test_an_allowance_that_is_not_of_its_own_input_deviates(
    desk: Gated, said: dict[str, object], why: str
) -> None:
    desk.say(desk.decision(), **said)
    assert desk.told() == ("deviation", [["no", f"{why}; it was merged all the same"]])


def test_requirements_that_are_none_of_the_gates_are_told(desk: Gated) -> None:
    one = desk.decision()
    desk.say(one, requirements=dict.fromkeys((*ALWAYS, "reviewed", "invented"), "met"))
    passed = f"PASSED by {one.decision.bundle}; requirements that are not known here: invented"
    assert desk.told() == ("pass", [["yes", passed], SAME])


def test_what_a_waiver_lifted_is_told(desk: Gated) -> None:
    one = desk.decision(scan__state="none", waivers=[waiver("scan.clean")])
    desk.say(msgspec.structs.replace(one, waived=("scan.clean",)))
    passed = f"PASSED by {one.decision.bundle}; waived: scan.clean"
    assert desk.told() == ("pass", [["yes", passed], SAME])


def test_a_decision_that_hides_what_a_waiver_lifted_deviates(desk: Gated) -> None:
    one = desk.decision(scan__state="none", waivers=[waiver("scan.clean")])
    desk.say(msgspec.structs.replace(one, waived=()))
    why = 'it does not: waived was [] and is now ["scan.clean"]'
    assert desk.told()[1][1] == ["no", why]


def test_a_requirement_that_its_own_input_does_not_show_deviates(desk: Gated) -> None:
    one = desk.decision(checklist__security=False, waivers=[waiver("checklist.answered")])
    desk.say(one, requirements=dict.fromkeys((*ALWAYS, "checklist"), "met"))
    why = "said to be met, and not by its own input: checklist (unmet); it was merged all the same"
    assert desk.told() == ("deviation", [["no", why]])


def test_a_ledger_that_was_changed_is_not_tested(desk: Gated) -> None:
    keep(desk.kept, desk.decision())
    data = desk.kept.database.read_bytes()
    assert b'"verdict":"allowed"' in data
    changed = data.replace(b'"verdict":"allowed"', b'"verdict":"refused"')
    desk.kept.database.write_bytes(changed)
    done = desk.test()
    assert (done.status, done.out) == (1, "")
    assert "the ledger does not verify" in done.err


def test_a_ledger_that_does_not_count_as_verified_shows_nothing(desk: Gated) -> None:
    keep(desk.kept, desk.decision())
    (custody(ORIGIN).folder / "log.toml").unlink()
    why = "the ledger does not count as verified: this account has no key of the log"
    assert desk.told() == ("unknown", [["unknown", f"{why}: only its own was used"]])


def test_an_allowance_that_the_policy_does_not_give_deviates(desk: Gated) -> None:
    one = desk.decision(scan__state="none")
    decision = msgspec.structs.replace(one.decision, allowed=True, reasons=())
    keep(desk.kept, msgspec.structs.replace(one, decision=decision, verdict="allowed"))
    result, attributes = desk.told()
    assert (result, [one[0] for one in attributes]) == ("deviation", ["yes", "no"])
    assert attributes[1][1].startswith("it does not: allowed was true and is now false")


def test_a_decision_of_after_the_merge_is_none(desk: Gated) -> None:
    keep(desk.kept, desk.decision(at=LATE))
    assert desk.told() == NONE


def test_an_allowance_whose_input_is_nowhere_is_unknown(desk: Gated) -> None:
    desk.say(desk.decision(), input_text=None)
    result, attributes = desk.told()
    assert (result, attributes[1]) == ("unknown", ["unknown", "the input is not kept here"])


def test_an_allowance_whose_policy_the_base_alone_has_passes(desk: Gated) -> None:
    recorded(desk.kept, desk.decision(), {})
    assert desk.told()[0] == "pass"
