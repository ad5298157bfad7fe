"""Which decision of the gate covers which landing, on decisions made by hand."""

from __future__ import annotations

import msgspec
import pytest
from test_sworn import AFTER, BEFORE, LANDED, MERGED, about, found, merged, ruling

from affidavit.changes.gated import MISSING, PUSHED, Gated, GateState, Ruling
from affidavit.changes.sworn import sworn

AT_ONCE = "it was allowed in the very second of the merge, and so perhaps after it"
OTHER = f"{MISSING}: the gate decided about the same commit for another request or branch"


def gate(*rulings: Ruling, merge: dict[str, object] | None = None, **sought: object) -> Gated:
    made = found(rulings=rulings, is_gated=True, **sought)
    told = sworn(made, about(merge=merged(**(merge or {})))).gate  # type: ignore[arg-type]
    assert told is not None
    return told


def told(*rulings: Ruling, merge: dict[str, object] | None = None, **sought: object) -> list[str]:
    one = gate(*rulings, merge=merge, **sought)
    return [one.state, one.why]


def of(one: Ruling, **changed: object) -> Ruling:
    return msgspec.structs.replace(one, **changed)


@pytest.mark.parametrize("changed", [{"request": 8}, {"branch": "release"}])
@pytest.mark.parametrize("verdict", ["allowed", "refused"])
def test_a_decision_for_another_request_or_branch_is_none_of_this_landing(
    changed: dict[str, object], verdict: str
) -> None:
    assert told(of(ruling(verdict), **changed)) == ["none", OTHER]
    assert gate(of(ruling(verdict, MERGED), **changed), ruling()).state is GateState.ALLOWED


@pytest.mark.parametrize("field", ["request", "branch"])
def test_an_allowance_that_does_not_say_for_which_request_and_branch_is_unknown(
    field: str,
) -> None:
    why = "it was allowed, and does not say for which request and branch"
    assert told(of(ruling(), **{field: None})) == ["unknown", why]
    assert gate(of(ruling("refused"), **{field: None})).state is GateState.REFUSED


def test_an_allowance_is_unknown_where_no_record_says_which_request_was_merged() -> None:
    why = "it was allowed, and no record says which request was merged"
    assert told(ruling(), merge={"request": None, "branch": None}) == ["unknown", why]


OUTSIDE: dict[str, object] = {"request": None, "branch": None, "outside": True}


def test_what_was_pushed_past_every_request_has_no_decision() -> None:
    assert told(ruling(), merge=OUTSIDE) == ["none", PUSHED]
    assert told(ruling("refused"), merge=OUTSIDE) == ["none", PUSHED]
    assert told(merge=OUTSIDE, head=None, tree=None, doubt="two match") == ["none", PUSHED]
    assert gate(merge=OUTSIDE, unread=("a file",)).state is GateState.UNKNOWN


def test_an_allowance_of_no_request_is_unknown_for_what_was_pushed() -> None:
    free = of(ruling(), request=None, branch=None)
    assert gate(free, merge=OUTSIDE).state is GateState.UNKNOWN
    assert gate(of(free, verdict="refused"), merge=OUTSIDE).state is GateState.REFUSED


def test_all_that_the_base_requires_has_to_be_met() -> None:
    need = ("base", "proven-approval")
    why = "it was allowed without what its base requires: proven-approval"
    assert told(of(ruling(), met=frozenset({"base"})), required=need) == ["unknown", why]
    assert told(ruling(), required=need)[1] == f"{why[:-15]}base, proven-approval"
    assert gate(of(ruling(), met=frozenset(need)), required=need).state is GateState.ALLOWED


@pytest.mark.parametrize(("score", "state"), [(None, "unknown"), (79, "unknown"), (80, "allowed")])
def test_the_score_that_the_base_requires_has_to_be_there(score: int | None, state: str) -> None:
    assert gate(of(ruling(), score=score), threshold=80).state == state


def test_an_allowance_in_the_second_of_the_merge_may_be_of_after_it() -> None:
    at_once = ruling(at=MERGED)
    assert told(at_once) == ["unknown", AT_ONCE]
    assert told(ruling("refused"), at_once) == ["unknown", AT_ONCE]
    assert gate(ruling(), at_once).at == BEFORE
    assert gate(ruling(), at_once).state is GateState.ALLOWED
    assert gate(ruling(), ruling("refused", MERGED), at_once).state is GateState.REFUSED
    assert gate(ruling(at=AFTER)).state is GateState.NONE


def test_a_group_of_another_request_covers_nothing_though_its_files_are_the_same() -> None:
    group = of(ruling(commit="e" * 40), tree=LANDED, parent="9" * 40)
    assert gate(group).state is GateState.ALLOWED
    assert told(of(group, request=8)) == ["none", OTHER]


def test_what_a_waiver_lifted_is_told_with_the_allowance_and_changes_nothing_else() -> None:
    many = tuple(f"rule.{number}" for number in range(7))
    assert told(of(ruling(), waived=("scan.clean",))) == ["allowed", f"{LET}scan.clean"]
    five = "rule.0, rule.1, rule.2, rule.3, rule.4 and 2 more"
    assert told(of(ruling(), waived=many)) == ["allowed", f"{LET}{five}"]


LET = "the gate allowed what was merged, by its own clock before the merge; a waiver lifted "
