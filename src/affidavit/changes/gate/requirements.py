"""The requirements of the gate: what each asks for, found or not, and what to do about it.

Each is a function of the evidence alone. Taking evidence away never makes one met that was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.case import SENTENCE, counted, named
from affidavit.changes.gate.model import ALWAYS, Requirement, Status
from affidavit.changes.gate.persons import gate_files, owners, proven, reviewed
from affidavit.changes.gate.results import checks, scanned, tested
from affidavit.changes.gate.ruling import ruled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from affidavit.changes.gate.case import Case

_ANSWERS = ("functional_correctness", "security", "tests", "ai_review")
THRESHOLD = "threshold"

_ANSWER = (
    "tick the checklist in an approving review, or sign the answers: affidavit approve --checklist"
)
_DECLARE = "tick it in an approving review, or affidavit approve --ai-use none|assisted|generated"
_COUNTED = (
    "answers count of somebody outside the authors whose approval of this head counts: in an"
    " approving review on the forge, or signed with a key whose enrolment is proven"
)


def requirements(
    case: Case, asked: Iterable[str], threshold: int | None = None
) -> tuple[Requirement, ...]:
    """What is asked of every change, then what is `asked`, each once; last the score, if it is."""
    names = dict.fromkeys((*ALWAYS, *asked))
    found = [_ALL[name](case) for name in names]
    return (*found, *([] if threshold is None else [_scored(case, threshold)]))


def _base(case: Case) -> Requirement:
    return Requirement(
        id="base",
        status=Status.UNKNOWN if case.problems else Status.MET,
        required="what it is judged by can be read from the base, and lies there as plain files",
        found=named(case.problems, SENTENCE) if case.problems else "it can",
        where=case.place("base"),
        how="repair it on the base, in a change of its own" if case.problems else "",
    )


def _history(case: Case) -> Requirement:
    if case.anew:
        return _begun_anew(case)
    change, lost = case.input.change, case.input.classes is None
    whole = None not in (change.merge_base, change.commits, change.files) and not lost
    return Requirement(
        id="history",
        status=Status.MET if whole else Status.UNKNOWN,
        required="every commit and file of the change can be read",
        found=f"{counted(change.commits, 'commit')}, {counted(change.files, 'file')}"
        if change.commits is not None and change.files is not None
        else "part of it could not be read: " + (named(_lost(case)) or "files"),
        where=case.place("history"),
        how=""
        if whole
        else "fetch the whole history of base and head, with --unshallow if need be"
        "; a change with too many commits or files has to be split",
    )


def _begun_anew(case: Case) -> Requirement:
    """Whoever comes after would take another history for that of the branch."""
    return Requirement(
        id="history",
        status=Status.UNKNOWN,
        required="every commit and file of the change can be read",
        found="its first parents lead to a beginning of its own, and not to the base",
        where=case.place("history"),
        how="merge the other history into a branch of the base, and not the other way round",
    )


def _lost(case: Case) -> list[str]:
    return [one for one in case.input.unknown if one.startswith(("change.", "classes", "paths"))]


def _current(case: Case) -> Requirement:
    met = case.current.status is Status.MET
    return Requirement(
        id="current",
        status=case.current.status,
        required="the head is what would be merged now",
        found=case.current.found,
        where=case.place("current"),
        how="" if met else "run the gate again on the newest head of the open request",
    )


def _checklist(case: Case) -> Requirement:
    answers = {name: getattr(case.input.checklist, name) for name in _ANSWERS}
    no = [name for name, one in answers.items() if one is False]
    open_ = [name for name, one in answers.items() if one is None]
    status = Status.UNMET if no else Status.UNKNOWN if open_ else Status.MET
    said = [f"answered no: {named(no)}"] * bool(no) + [f"unanswered: {named(open_)}"] * bool(open_)
    return Requirement(
        id="checklist",
        status=status,
        required="somebody whose approval counts answered every question of the checklist",
        found="; ".join(
            [*said, *_unheard(case)] if said else ["every question is answered with yes"]
        ),
        where=case.place("checklist"),
        how="" if status is Status.MET else _COUNTED if case.unheard else _ANSWER,
    )


def _unheard(case: Case) -> list[str]:
    return [f"not counted: {named(case.unheard, SENTENCE)}"] if case.unheard else []


def _showing(count: int | None) -> str:
    return "1 commit shows" if count == 1 else f"{count or 0:,} commits show"


def _declared(case: Case) -> Requirement:
    ai = case.input.ai
    status, found = Status.MET, f"{ai.use}, by an approval"
    if ai.use is None:
        status, found = Status.UNKNOWN, "nobody said"
    elif ai.declared != "approval":
        status, found = Status.UNKNOWN, f"{ai.use}, and only the author says it"
    elif ai.use == "none" and (ai.commits or ai.agents):
        status, found = Status.UNMET, f"none, and {_showing(ai.commits)} AI"
    return Requirement(
        id="ai-declared",
        status=status,
        required="an approver says whether AI wrote it: none, assisted or generated",
        found=found if status is Status.MET else "; ".join([found, *_unheard(case)]),
        where=case.place("ai-declared"),
        how="" if status is Status.MET else _COUNTED if case.unheard else _DECLARE,
    )


def _attributed(case: Case) -> Requirement:
    lost = case.unattributed
    status = Status.UNKNOWN if lost is None else Status.UNMET if lost else Status.MET
    found = "what the commits claim could not be read"
    if lost is not None:
        found = f"without them: {named(one[:12] for one in lost)}" if lost else "all of them do"
    return Requirement(
        id="attribution",
        status=status,
        required="every commit that shows AI names its agent, model and session",
        found=found,
        where=case.place("attribution"),
        how=""
        if status is Status.MET
        else "let the agent write its trailers or notes; what is"
        " committed can be noted afterwards: docs/trailers.md, docs/notes.md",
    )


def _yes_or_no(case: Case, id_: str) -> Requirement:
    change = case.input.change
    bad, required, how = {
        "up-to-date": (change.behind, "the head holds the newest base", "merge or rebase the base"),
        "no-conflicts": (
            change.conflicts, "it can be merged without conflicts", "merge the base, and resolve"
        ),
    }[id_]  # fmt: skip
    status = {None: Status.UNKNOWN, True: Status.UNMET, False: Status.MET}[bad]
    words = {Status.UNKNOWN: "could not be found out", Status.UNMET: "no", Status.MET: "yes"}
    return Requirement(
        id=id_,
        status=status,
        required=required,
        found=words[status],
        where=case.place(id_),
        how="" if status is Status.MET else how,
    )


def _scored(case: Case, threshold: int) -> Requirement:
    score = case.input.score
    met = score is not None and score >= threshold
    return Requirement(
        id=THRESHOLD,
        status=Status.MET if met else Status.UNKNOWN if score is None else Status.UNMET,
        required=f"a score of {threshold} or more",
        found="no score" if score is None else f"{score} of 100",
        where="the requirements above",
        how="" if met else "the parts of the score say what points are missing",
    )


_ALL: dict[str, Callable[[Case], Requirement]] = {
    "base": _base,
    "history": _history,
    "current": _current,
    "gate-files": gate_files,
    "policy": ruled,
    "reviewed": reviewed,
    "proven-approval": proven,
    "checks": checks,
    "tests": tested,
    "scan": scanned,
    "checklist": _checklist,
    "ai-declared": _declared,
    "attribution": _attributed,
    "owners": owners,
    "up-to-date": lambda case: _yes_or_no(case, "up-to-date"),
    "no-conflicts": lambda case: _yes_or_no(case, "no-conflicts"),
}
