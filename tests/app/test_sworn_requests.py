"""An allowance covers the request and branch that it was for, and nothing else of the same head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import PUSHED, GateState
from affidavit.policy.deciding import encoded_input, input_digest
from gates import ALL, CONFIG
from policy_inputs import policy_input
from sworn_desk import Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull

ALLOWED, NONE, UNKNOWN = GateState.ALLOWED, GateState.NONE, GateState.UNKNOWN


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def allowed(sworn: Sworn) -> Pull:
    """A request that the gate allowed."""
    pull = sworn.firm.opened()
    sworn.decide(pull)
    return pull


def why(sworn: Sworn, commit: str, **how: object) -> tuple[GateState, str]:
    """What became of a landing at the gate, and why."""
    every = sworn.report(**how).landings  # type: ignore[arg-type]
    landing = next(one for one in every if one.commit == commit)
    assert landing.sworn
    assert landing.sworn.gate
    assert (landing.sworn.gate.state is ALLOWED) is (UNGATED not in landing.exceptions)
    return landing.sworn.gate.state, landing.sworn.gate.why


def test_an_allowance_is_none_for_another_request_of_the_same_head(sworn: Sworn) -> None:
    first = allowed(sworn)
    first.close(sworn.firm.ann)
    second = sworn.firm.shop.open(sworn.firm.ann, "Again", {}, head=first.head_oid)
    told = why(sworn, second.merge(sworn.firm.ann, "squash"))
    assert told[0] is NONE
    assert told[1].endswith("the gate decided about the same commit for another request or branch")


def test_an_allowance_is_none_for_another_branch_of_the_same_request(sworn: Sworn) -> None:
    firm = sworn.firm
    firm.shop.push(firm.ann, "release", sworn.enrolled)
    pull = allowed(sworn)
    pull.change_base(firm.ann, "release")
    landed = pull.merge(firm.ann, "squash")
    assert why(sworn, landed, branches=("main", "release"))[0] is NONE


def test_an_allowance_is_none_for_a_merge_that_is_pushed_past_the_request(sworn: Sworn) -> None:
    firm, pull = sworn.firm, allowed(sworn)
    pull.close(firm.ann)
    who = ("-c", "user.name=Ann Lee", "-c", "user.email=ann@firm.mail")
    tree, on = sworn.tree(pull.head_oid), firm.shop.heads["main"]
    above = ("-p", on, "-p", pull.head_oid)
    said = firm.shop.git.run(*who, "commit-tree", "-m", "Merge", *above, tree)
    merge = said.decode().strip()
    firm.shop.push(firm.ann, "main", merge)
    assert why(sworn, merge) == (NONE, PUSHED)


def test_an_allowance_is_none_for_what_was_taken_back_and_merged_again(sworn: Sworn) -> None:
    firm, pull = sworn.firm, allowed(sworn)
    landed = pull.merge(firm.ben, "squash")
    firm.shop.direct(firm.ben, "Take it back", {"cart.py": None})
    again = firm.shop.open(firm.ann, "Again", {}, head=pull.head_oid, branch="again")
    twice = again.merge(firm.ann, "squash")
    assert why(sworn, landed)[0] is ALLOWED
    assert why(sworn, twice)[0] is NONE


def test_an_allowance_that_names_no_request_is_unknown(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull, change=None)
    expected = "it was allowed, and does not say for which request and branch"
    assert why(sworn, pull.merge(sworn.firm.ben, "squash")) == (UNKNOWN, expected)


def input_of(sworn: Sworn, pull: Pull, **changed: object) -> dict[str, object]:
    """The fields of a decision that keeps its own input, changed in fields of its change."""
    head = pull.head_oid
    change = msgspec.to_builtins(policy_input().change)
    own = {"head": head, "tree": sworn.tree(head), "base": sworn.enrolled, "request": pull.number}
    at = sworn.firm.forge.clock.text()
    asked = policy_input(change={**change, **own, **changed}, at=at, checklist__ai_review=True)
    text = encoded_input(asked).decode()
    said = {"branch": None, "change": None, "input_text": text, "score": asked.score}
    return {**said, "input": input_digest(asked)}


def test_the_request_of_an_older_decision_is_told_by_its_input(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull, **input_of(sworn, pull))  # type: ignore[arg-type]  # fields of it
    assert why(sworn, pull.merge(sworn.firm.ben, "squash"))[0] is ALLOWED


@pytest.mark.parametrize(
    ("changed", "said", "expected"),
    [
        ({"head": "d" * 40}, {}, "the recorded input is of another commit"),
        ({"tree": "d" * 40}, {}, "the recorded input is of another commit"),
        ({"base": "d" * 40}, {}, "the recorded input is of another base"),
        ({}, {"at": "2026-01-01T00:00:00Z"}, "the recorded input is of another time or purpose"),
        ({}, {"score": 3}, "the score is 3, and that of its input 92"),
        ({"request": 99}, {"change": 1}, "the recorded input is of another request"),
        ({}, {"input": f"sha256:{'2' * 64}"}, "the recorded input is none that is known here"),
        ({}, {"input_text": "{}"}, "the recorded input is none that is known here"),
    ],
)
def test_an_allowance_that_is_not_of_its_own_input_is_none(
    sworn: Sworn, changed: dict[str, object], said: dict[str, object], expected: str
) -> None:
    pull = sworn.firm.opened()
    own = {**input_of(sworn, pull, **changed), **said}
    sworn.decide(pull, **own)  # type: ignore[arg-type]  # fields of it
    told = why(sworn, pull.merge(sworn.firm.ben, "squash"))
    assert told == (GateState.UNDECIDED, expected)


def test_an_allowance_from_before_the_base_asked_for_more_is_unknown(sworn: Sworn) -> None:
    firm, pull = sworn.firm, allowed(sworn)
    more = CONFIG.replace("[gate]", '[gate]\nrequire = ["reviewed", "proven-approval"]')
    firm.shop.direct(firm.ben, "Ask for more", {"affidavit.toml": more})
    expected = "it was allowed without what its base requires: proven-approval"
    assert why(sworn, pull.merge(firm.ben, "squash")) == (UNKNOWN, expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('["test"]', '["test", "audit"]', "by other settings of the gate than its base has"),
        ("[gate]", "[gate]\nuser_verification = true", "by other settings of the gate"),
        ("version = 1", "version = 1 # one", None),
    ],
)
def test_an_allowance_by_other_settings_of_the_gate_is_unknown(
    sworn: Sworn, old: str, new: str, expected: str | None
) -> None:
    firm, pull = sworn.firm, allowed(sworn)
    firm.shop.direct(firm.ben, "Set it", {"affidavit.toml": CONFIG.replace(old, new)})
    told = why(sworn, pull.merge(firm.ben, "squash"))
    assert told[0] is (ALLOWED if expected is None else UNKNOWN)
    assert (expected or "the gate allowed") in told[1]


def test_an_allowance_that_required_nothing_is_unknown(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull, requirements={})
    told = why(sworn, pull.merge(sworn.firm.ben, "squash"))
    assert told[0] is UNKNOWN
    assert told[1].startswith("it was allowed without what its base requires: base, history, ")


def test_all_landings_of_a_rebase_are_held_against_where_it_begins(sworn: Sworn) -> None:
    firm = sworn.firm
    pull = firm.opened({"affidavit/policy/all.rego": f"{ALL}# another\n"})
    pull.commit(firm.ann, "More", {"more.py": "y = 2\n"})
    sworn.decide(pull)
    pull.merge(firm.ben, "rebase")
    newest, before, *_ = sworn.report().landings
    assert (newest.members, before.members) == ((newest.commit, before.commit),) * 2
    assert [state(one) for one in (newest, before)] == [ALLOWED, ALLOWED]
