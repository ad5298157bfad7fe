"""From an agent's request through a refusal and a merge of every style to the audit."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.clock import chance
from affidavit.app.gate.judging import gated
from affidavit.app.gate.keeping import signed
from affidavit.app.gate.wanted import Wanted
from affidavit.app.progress import QUIET
from affidavit.app.receipts.signer import signer
from affidavit.app.sworn.asked import Asked
from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.decided import KIND
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody, gathered
from forges import events, queue_rule
from gate_desk import ALLOWED, BY_CLAUDE, REFUSED, TICKED, UNMET, Desk
from gates import ALL, COMPLETE, SIGNERS, found, statuses
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.gate.judging import Gated
    from affidavit.changes.model import Landing
    from forges import Pull

STYLES = ("squash", "merge", "rebase", "queue")


class Way(Desk):
    """The firm whose CI runs the gate, keeps every decision, and sets the status."""

    def __init__(self, folder: Path) -> None:
        key = signer(os.environ, None, chance).key.encode()
        gate = f'[[signers]]\nvkey = "{key}"\nname = "gate"\nkinds = ["{KIND}"]\n'
        super().__init__(folder, {"affidavit/signers.toml": SIGNERS + gate})
        self.decisions = folder / "decisions.jsonl"

    def kept(self, gated_: Gated) -> Gated:
        """What the gate said, after it was kept."""
        signed(gated_, self.decisions)
        return gated_

    def queued(self, pull: Pull) -> Gated:
        """What the gate says of the commit of the merge queue."""
        event = self.folder / "event.json"
        event.write_bytes(events.merge_group(pull))
        asked = Wanted(
            repository=self.shop.git.path, token=Token(SECRET), url=self.forge.url, event=event,
            event_name="merge_group", facts=(self.facts,),
        )  # fmt: skip
        return self.kept(gated(asked, int(self.forge.clock.now) + 1, Nobody()))

    def merged(self, pull: Pull, style: str) -> str:
        """The landing of a request that the gate let through."""
        if style != "queue":
            return pull.merge(self.ben, style)
        self.shop.ruleset(self.ann, "Queue", [queue_rule(method="SQUASH")])
        group = pull.enqueue(self.ben)
        self.shop.checks.passes(group.commit, "test", event="merge_group")
        judged = self.queued(pull)
        assert (judged.answer.verdict, judged.chosen.status_on) == (ALLOWED, group.commit)
        return pull.land()

    def landing(self, commit: str) -> Landing:
        """What an audit by the forge's records and the decisions says of a landing."""
        gathered(self.forge, self.export)
        repository = self.shop.git.path
        places = tuple(one for one in (self.decisions, self.facts) if one.exists())
        sworn = Asked(repository=repository, places=places)
        request = Request(repository=repository, name="shop", forge=self.export, sworn=sworn)
        return next(one for one in audit(request, QUIET).landings if one.commit == commit)

    def run(self, *args: str | Path) -> dict[str, object]:
        """What a command answers in JSON."""
        done = ran(*args, here=self.folder)
        assert (done.status, done.err) == (0, "")
        answer = json.loads(done.out)
        assert isinstance(answer, dict)
        return answer


@pytest.fixture
def way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    made = Way(tmp_path)
    with made.forge:
        yield made


def pushed_again(way: Way) -> Pull:
    """A request of the agent's that was approved, pushed to, refused, and approved again."""
    pull = way.of_agent()
    pull.review(way.ben, body=TICKED)
    assert way.kept(way.asked(pull)).answer.verdict is ALLOWED
    pull.commit(way.copilot, BY_CLAUDE, {"more.py": "y = 1\n"})
    way.passing(pull)
    answer = way.kept(way.asked(pull)).answer
    assert (answer.status, statuses(answer)["reviewed"]) == (1, UNMET)
    assert "was merged: other content" in found(answer, "reviewed")
    pull.review(way.ben, body=TICKED)
    assert way.kept(way.asked(pull)).answer.status == 0
    return pull


def verdicts(way: Way) -> list[tuple[object, str | None]]:
    """The decisions that were kept, with their commits."""
    lines = [parse_line(one, place="it").fact for one in way.decisions.read_bytes().splitlines()]
    return [(one.body["verdict"], one.subject.commit if one.subject else None) for one in lines]


@pytest.mark.parametrize("style", STYLES)
def test_an_agents_change_comes_through_refusal_and_merge_to_r3(way: Way, style: str) -> None:
    pull = pushed_again(way)
    first, head = pull.commits
    envelope = way.folder / "it.envelope.json"
    made = ran(
        "envelope", "create", "--repo", way.shop.git.path, "--base", "main", "--head", head,
        "--output", envelope, here=way.folder,
    )  # fmt: skip
    assert made.status == 0
    way.shop.direct(way.cleo, "Meanwhile", {"other.py": "z = 1\n"})
    landed = way.merged(pull, style)
    way.shop.deploy(way.ben, landed, "production")
    landing = way.landing(landed)
    assert landing.sworn
    assert landing.sworn.gate
    assert (landing.review.grade, landing.sworn.gate.state) == (Grade.R3, GateState.ALLOWED)
    assert UNGATED not in landing.exceptions
    after = [("allowed", head)] * (style == "queue")
    assert verdicts(way) == [
        ("allowed", first), ("refused", head), ("allowed", head), *after,
    ]  # fmt: skip
    own = [landed, f"{landed}~1"][: 2 if style == "rebase" else 1]
    answer = way.run(
        "envelope", "join", "--repo", way.shop.git.path, "--envelopes", envelope, "--json", *own
    )
    told = answer["landings"]
    assert isinstance(told, list)
    assert [(one["rung"], one["head"], one["carries"]) for one in told] == [
        ("replay", head, True)
    ] * len(own)  # fmt: skip


def test_the_audits_report_has_the_agents_change_with_its_deployment(way: Way) -> None:
    pull = pushed_again(way)
    landed = pull.merge(way.ben, "squash")
    way.shop.deploy(way.ben, landed, "production")
    gathered(way.forge, way.export)
    reports = way.folder / "reports"
    done = ran(
        "audit", way.shop.git.path, "--forge", way.export, "--statements", way.decisions,
        "--since", "2026-01-01", "--until", "2026-01-31", "--format", "json",
        "--output", reports, "--quiet",
        here=way.folder,
    )  # fmt: skip
    assert done.status == 0
    told = json.loads(next(reports.glob("*.json")).read_text())
    own = next(one for one in told["landings"] if one["commit"] == landed)
    assert (own["review"]["grade"], own["sworn"]["gate"]["state"]) == ("R3", "allowed")
    deployments = told["forge"]["deployments"]
    assert (deployments["made"], deployments["held"], deployments["rows"]) == (1, 1, [])


@pytest.mark.parametrize("style", ["squash", "merge", "rebase"])
def test_what_was_merged_past_a_refusal_stands_in_the_audit(way: Way, style: str) -> None:
    pull = way.of_agent()
    pull.review(way.ben, body=TICKED)
    assert way.kept(way.asked(pull)).answer.verdict is ALLOWED
    pull.commit(way.copilot, BY_CLAUDE, {"cart.py": "evil = 1\n"})
    way.passing(pull)
    assert way.kept(way.asked(pull)).answer.verdict is REFUSED
    landing = way.landing(pull.merge(way.ann, style))
    assert landing.sworn
    assert landing.sworn.gate
    assert landing.sworn.gate.state is GateState.REFUSED
    assert landing.review.grade is not Grade.R3
    assert UNGATED in landing.exceptions


def test_a_push_without_hooks_meets_the_gate_all_the_same(way: Way) -> None:
    pull = way.passing(way.opened({"evil.py": "1\n"}))
    hooks = way.shop.git.path / "hooks"
    assert not hooks.exists()
    answer = way.kept(way.asked(pull)).answer
    assert (answer.status, statuses(answer)["reviewed"]) == (1, UNMET)
    direct = way.shop.direct(way.ann, "Past it all", {"evil.py": "1\n"})
    landing = way.landing(direct)
    assert UNGATED in landing.exceptions
    pull.review(way.ben, body=TICKED)
    assert way.asked(pull).answer.verdict is ALLOWED


def test_a_leave_for_what_was_pushed_over_is_no_leave_for_what_landed(way: Way) -> None:
    pull = way.of_agent()
    pull.review(way.ben, body=TICKED)
    assert way.kept(way.asked(pull)).answer.verdict is ALLOWED
    pull.force_push(way.copilot, "Else", {"cart.py": "evil = 1\n"})
    landing = way.landing(pull.merge(way.ann, "squash"))
    assert landing.sworn
    assert landing.sworn.gate
    assert (landing.sworn.gate.state, UNGATED in landing.exceptions) == (GateState.NONE, True)


def test_a_leave_by_the_gate_of_another_branch_is_none_for_this_one(way: Way) -> None:
    way.shop.direct(way.ben, "All checks", {"affidavit.toml": COMPLETE})
    lax = way.shop.make(way.ann, "Lax", {"affidavit/policy/all.rego": f"{ALL}# lax\n"})
    way.shop.push(way.ann, "weak", lax)
    head = way.shop.make(way.copilot, BY_CLAUDE, {"cart.py": "x = 1\n"})
    pull = way.shop.open(way.copilot, "Add a cart", {}, head=head, base="weak")
    pull.assign(way.ann, way.copilot)
    way.passing(pull).review(way.ben, body=TICKED)
    assert way.kept(way.asked(pull, branches=("weak",))).answer.verdict is ALLOWED
    pull.change_base(way.ann, "main")
    landing = way.landing(pull.merge(way.ann, "squash"))
    assert landing.sworn
    assert landing.sworn.gate
    assert landing.sworn.gate.state is not GateState.ALLOWED
    assert UNGATED in landing.exceptions
