"""What the policy beside it asks for, in the words of a review policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class _Tier(msgspec.Struct, frozen=True):
    classes: tuple[str, ...] = ()
    lines: int = 0
    files: int = 0
    ai_share_ppm: int = 0


class _Tiers(msgspec.Struct, frozen=True):
    critical: _Tier
    high: _Tier
    low: _Tier


class _Gate(msgspec.Struct, frozen=True):
    persons: int


class _Emergency(msgspec.Struct, frozen=True):
    persons: int
    lifts: tuple[str, ...]
    working_days: int


class _Settings(msgspec.Struct, frozen=True):
    tiers: _Tiers
    persons: dict[str, int]
    persons_with_agent: dict[str, int]
    teams: dict[str, str]
    second_person: tuple[str, ...]
    gate: _Gate
    emergency: _Emergency


class _Data(msgspec.Struct, frozen=True):
    settings: _Settings


def agreed(data: bytes, *, forge: bool) -> dict[str, str]:
    """The blanks of a review policy, filled from the settings `data` of the policy beside it."""
    told = msgspec.json.decode(data, type=_Data).settings
    return {
        "PERSONS": "\n".join(_persons(told, forge=forge)),
        "BESIDES": "\n".join(_besides(told)),
        "COUNTS": _SEEN if forge else _SIGNED,
        "EMERGENCY": _emergency(told.emergency) if forge else _NO_LABEL,
    }


def _persons(told: _Settings, *, forge: bool) -> Iterator[str]:
    high, low = told.tiers.high, told.tiers.low
    rows = {
        "critical": f"{_named(told.tiers.critical.classes)}, or a file that the gate judges by",
        "high": f"{_named(high.classes)}; more than {high.lines:,} lines or {high.files:,} files;"
        f" {high.ai_share_ppm // 10_000} % or more of it by AI",
        "standard": "everything else",
        "low": f"{_named(low.classes)} alone, at most {low.lines:,} lines, and no agent's hand",
    }
    yield "| Risk | What it touches, or is | Persons | Where an agent had a hand in it |"
    yield "| --- | --- | --- | --- |"
    for risk, what in rows.items():
        yield f"| {risk} | {what} | {told.persons[risk]} | {told.persons_with_agent[risk]} |"
    if not forge:
        yield ""
        yield "No forge is asked: an agent is assumed to have had a hand in every change."


def _besides(told: _Settings) -> Iterator[str]:
    teams: Mapping[str, list[str]] = {one: [] for one in told.teams.values()}
    for class_, team in told.teams.items():
        teams[team].append(class_)
    for team, classes in teams.items():
        yield f"- {_named(classes)}: one of them is of the team {team}."
    second = _named(told.second_person)
    yield f"- {second}: a code owner of these files approves, or a second person."
    yield f"- The files that the gate judges by: {told.gate.persons} persons."
    yield "- What an agent wrote, and nobody is known to have prompted: two persons."


def _named(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)


_SEEN = (
    "It counts when the forge recorded it, or when it is signed with a hardware key whose\n"
    "enrolment is proven, and somebody other than its signer saw it before the merge."
)
_SIGNED = (
    "It counts when it is signed with a hardware key whose enrolment is proven, and\n"
    "somebody other than its signer saw it before the merge: no forge is asked."
)
_NO_LABEL = (
    "No forge is asked, so there is no label by which a change is an emergency: what cannot be\n"
    "met in time is [waived](#exceptions) by name."
)


def _emergency(told: _Emergency) -> str:
    who = "1 person" if told.persons == 1 else f"{told.persons} persons"
    return (
        "The label `emergency` is set by somebody entitled after the last push and before the\n"
        f"merge. Checks and the scan still have to pass, and {who} outside the authors to\n"
        "approve; lifted are\n"
        f"{_named(told.lifts)}. A person outside the authors reviews\n"
        f"the change within {told.working_days} working days."
    )
