"""Requirements on persons: how many approved, how it is proven, and for what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.case import SENTENCE, named
from affidavit.changes.gate.model import Requirement, Status

if TYPE_CHECKING:
    from affidavit.changes.gate.case import Case

OF_GATE = 2
"""Persons who have to approve a change to what the gate judges by."""
_HOW = (
    "somebody outside the authors has to approve this very head, in a review on the forge, or by"
    " affidavit approve with a key whose enrolment is proven"
)


def needed(case: Case) -> int | None:
    """How many persons have to approve: by who wrote it, and by what the policy says it needs."""
    own = case.input.approvals.needed
    by_policy = case.decision.needs if case.decision else None
    return None if own is None else max(own, by_policy or 0)


def reviewed(case: Case) -> Requirement:
    """Whether enough persons outside the authors approved the head, and nobody is against it."""
    given, wanted = case.input.approvals, needed(case)
    status = _enough(given.persons, given.possible, wanted)
    if given.against is None and status is Status.MET:
        status = Status.UNKNOWN
    status = Status.UNMET if given.against else status
    many = "" if wanted == 1 else "s"
    asked = f"{wanted or 'an unknown number of'} person{many}"
    return Requirement(
        id="reviewed",
        status=status,
        required=f"approvals of the head by {asked} from outside the authors",
        found=_told(case),
        where=case.place("reviewed"),
        how="" if status is Status.MET else _ANSWER if given.against else _HOW,
    )


_ANSWER = "who asked for changes has to approve, or to take it back"


def _told(case: Case) -> str:
    given = case.input.approvals
    known = "not known" if given.persons is None else f"{given.persons} that count"
    perhaps = (given.possible or 0) - (given.persons or 0)
    parts = [known, *([f"{perhaps} that may"] if perhaps > 0 else [])]
    if given.against is None:
        parts.append("whether anybody is against it is not known")
    elif given.against:
        parts.append(f"{given.against} against it")
    return "; ".join([", ".join(parts), *([named(case.said, SENTENCE)] if case.said else [])])


def _enough(persons: int | None, possible: int | None, wanted: int | None) -> Status:
    if wanted is not None and persons is not None and persons >= wanted:
        return Status.MET
    if wanted is not None and possible is not None and possible < wanted:
        return Status.UNMET
    return Status.UNKNOWN


def proven(case: Case) -> Requirement:
    """Whether an approval was signed by a key that is proven to be in a person's hands."""
    count = case.input.approvals.proven
    status = Status.UNKNOWN if count is None else Status.MET if count else Status.UNMET
    return Requirement(
        id="proven-approval",
        status=status,
        required="an approval signed by touching a key whose enrolment is proven (R4)",
        found="not known" if count is None else f"{count}",
        where=case.place("proven-approval"),
        how="" if status is Status.MET else "affidavit approve with an enrolled security key",
    )


def owners(case: Case) -> Requirement:
    """Whether the code owners and teams that the base names for these files approved."""
    teams = case.input.teams
    if not case.owned:
        return _unnamed(case)
    status = Status.UNKNOWN
    if teams.missing is not None and teams.needed is not None:
        status = Status.UNMET if teams.missing else Status.MET
    found = "not known" if teams.missing is None else f"missing: {named(teams.missing)}"
    return Requirement(
        id="owners",
        status=status,
        required=f"approvals of the code owners: {named(teams.needed)}"
        if teams.needed
        else "approvals of the code owners of the base",
        found="all of them" if status is Status.MET else found,
        where=case.place("owners"),
        how=""
        if status is Status.MET
        else "an owner outside the authors has to approve the head;"
        " who is in a team stands in [gate.teams] of the base",
    )


def _unnamed(case: Case) -> Requirement:
    """Nobody can have approved as an owner where nobody is one."""
    return Requirement(
        id="owners",
        status=Status.UNMET,
        required="approvals of the code owners of the base",
        found="no code owners are named",
        where=case.place("owners"),
        how="add a CODEOWNERS file with owners to the base; or do not ask for owners",
    )


def gate_files(case: Case) -> Requirement:
    """Whether two persons approved where the change touches what it is judged by."""
    touched, given = case.input.gate.touched, case.input.approvals
    status = Status.UNKNOWN
    if touched is not None:
        status = _enough(given.persons, given.possible, OF_GATE) if touched else Status.MET
    found = "not known" if touched is None else "it touches none of it"
    if touched:
        found = f"it touches {named(touched)}; {_told(case)}"
    return Requirement(
        id="gate-files",
        status=status,
        required=f"{OF_GATE} persons approve a change to what changes are judged by",
        found=found,
        where=case.place("gate-files"),
        how=""
        if status is Status.MET
        else f"{OF_GATE} persons outside the authors have to approve"
        " it; or leave these files to a change of their own",
    )
