"""Taking evidence away never turns a refusal of the default bundle into an allowance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.policy.input import PolicyInput
from default_policy import decision
from policy_inputs import CLASSES, approver, raw, touching, waiver

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKS = ("lint", "scan", "test")
IDS = (
    *("persons.enough", "scan.clean", "checks.missing", "checks.failed", "teams.approved"),
    *("gate.persons", "owners.second", "checklist.answered", "approvals.against", "scan.known"),
)
GRADES = st.sampled_from(["R2", "R3", "R4"])
PERHAPS = st.sampled_from([True, False, None])
COUNT = st.sampled_from([0, 1, 2, None])
NAMES = st.lists(st.sampled_from(CHECKS), max_size=3, unique=True)
TEAMS = st.lists(st.sampled_from(["security", "core"]), max_size=2, unique=True)
APPROVERS = st.lists(st.builds(approver, counts=PERHAPS, grade=GRADES, teams=TEAMS), max_size=2)
WAIVERS = st.lists(
    st.builds(
        lambda items, **said: waiver(*items, **said),
        st.lists(st.sampled_from(IDS), max_size=3),
        grade=GRADES,
        entitled=PERHAPS,
        beneficiary=PERHAPS,
    ),
    max_size=2,
)
MOSTLY = {
    "change__draft": st.sampled_from([False, False, True, None]),
    "change__added": st.sampled_from([30, 30, 2_000, None]),
    "classes": st.one_of(
        st.none(),
        st.lists(st.sampled_from(CLASSES), max_size=2).map(lambda names: touching(*names)),
    ),
    "teams__approved": st.one_of(st.none(), TEAMS),
    "teams__missing": st.one_of(st.just([]), st.none(), TEAMS),
    "ai__use": st.sampled_from(["none", "none", "assisted", "generated", None]),
    "ai__agents": st.sampled_from([[], [], ["codex"]]),
    "ai__share_ppm": st.sampled_from([0, 0, 700_000, None]),
    "ai__agent_opened": st.sampled_from([False, False, True, None]),
    "authors__agents": st.sampled_from([0, 0, 1, None]),
    "approvals__persons": COUNT,
    "approvals__possible": COUNT,
    "approvals__needed": st.sampled_from([1, 1, 2, None]),
    "approvals__against": st.sampled_from([0, 0, 1, None]),
    "approvals__by": APPROVERS,
    "checklist__security": PERHAPS,
    "checklist__ai_review": PERHAPS,
    "checks__required": st.sampled_from([["scan", "test"], ["scan", "test"], ["test"], []]),
    "checks__passed": st.one_of(st.just(["scan", "test"]), st.none(), NAMES),
    "checks__failed": st.one_of(st.just([]), st.none(), NAMES),
    "checks__pending": st.one_of(st.just([]), st.none(), NAMES),
    "scan__state": st.sampled_from(["clean", "clean", "findings", "none", None]),
    "emergency": st.builds(
        dict, labelled=PERHAPS, entitled=PERHAPS, by=st.sampled_from(["person:a", None]),
        at=st.sampled_from(["2026-11-20T11:00:00Z", None]),
    ),
    "waivers": WAIVERS,
    "gate__touched": st.sampled_from([[], [], ["policy"], None]),
}  # fmt: skip
LISTS = ("approvals.by", "waivers", "checks.passed", "teams.approved")


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, object]:
    """A good change of which a few parts differ."""
    differing = draw(st.lists(st.sampled_from(sorted(MOSTLY)), max_size=6, unique=True))
    return raw(**{name: draw(MOSTLY[name]) for name in differing})


def lessened(whole: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Each input with one piece of evidence less: a field null, an element of a list gone."""
    for path, value in _leaves(whole):
        if value is not None and _nullable(path):
            yield f"{path} is null", _with(whole, path, None)
    for path in LISTS:
        found = _at(whole, path)
        for place in range(len(found) if isinstance(found, list) else 0):
            assert isinstance(found, list)
            yield f"{path} lost {place}", _with(whole, path, found[:place] + found[place + 1 :])


def _leaves(whole: dict[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in whole.items():
        yield name, value
        if isinstance(value, dict) and name != "classes":
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())


def _nullable(path: str) -> bool:
    try:
        msgspec.convert(_with(raw(), path, None), PolicyInput)
    except msgspec.ValidationError:
        return False
    return True


def _at(whole: dict[str, object], path: str) -> object:
    value: object = whole
    for part in path.split("."):
        assert isinstance(value, dict)
        value = value[part]
    return value


def _with(whole: dict[str, object], path: str, value: object) -> dict[str, object]:
    first, _, inner = path.partition(".")
    part = whole[first]
    if not inner:
        return {**whole, first: value}
    assert isinstance(part, dict)
    return {**whole, first: {**part, inner: value}}


def allowed(whole: dict[str, object], **settings_: object) -> bool:
    """Whether the default bundle allows it, without an error."""
    found = decision(msgspec.convert(whole, PolicyInput), **settings_)
    assert found.error is None
    return found.allowed


@settings(max_examples=40, deadline=None)
@given(inputs())
def test_less_evidence_never_makes_a_refusal_an_allowance(whole: dict[str, object]) -> None:
    if not allowed(whole):
        assert [what for what, less in lessened(whole) if allowed(less)] == []


NO_FORGE = {
    "ai__agent_opened": None, "change__draft": None, "checks__passed": None, "checks__failed": None,
    "checks__pending": None, "checks__skipped": None, "checks__missing": None,
    "checklist__ai_review": True,
}  # fmt: skip


def test_a_forge_that_was_asked_is_needed_whatever_it_did_not_tell() -> None:
    whole = raw(**NO_FORGE)
    assert not allowed(whole, forge="none")
    assert [what for what, less in lessened(whole) if allowed(less, forge="none")] == []


def test_where_there_is_no_forge_what_another_tells_is_still_needed() -> None:
    whole = raw(**NO_FORGE, forge=False)
    assert allowed(whole, forge="none")
    lost = ("approvals.persons", "approvals.against", "scan.state", "ai.use", "classes")
    assert [one for one in lost if allowed(_with(whole, one, None), forge="none")] == []


def test_the_evidence_that_is_taken_away_is_all_of_it() -> None:
    paths = {what.removesuffix(" is null") for what, _ in lessened(raw()) if "null" in what}
    assert {"classes", "approvals.persons", "checks.passed", "scan.state", "ai.use"} <= paths
    assert len(paths) > 40
