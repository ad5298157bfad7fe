"""The grade of a landing's review evidence, as far as git alone can show it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.judged import ForgeReview, sentences
from affidavit.changes.model import Grade, Kind, Proof, PullRequest, Review, ReviewNote, Vote
from affidavit.changes.people import Who, by_join
from affidavit.changes.same_hand import first_alike, likeness, same_hand
from affidavit.changes.sworn import Sworn
from affidavit.changes.sworn import sentences as sworn_sentences
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.base.commit import Ident

REVIEW_LABEL = "Code-Review"
VOTES = 200
"""Votes of one note that are looked at."""
APPROVING = 2
"""Gerrit's value of `REVIEW_LABEL` that lets a change be submitted; +1 is an opinion."""

_NO_PERSON = (
    "no author is a person under an address of their own: who wrote or prompted it is unknown"
)


class Hands(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Whose hands a change went through.

    `authors` wrote it (author, co-author); `committers` committed what was brought in, and count as
    authors because they could alter it; `owners` own the agents among them. `merger` is ``None``
    where git does not name who merged.
    """

    authors: tuple[Who, ...]
    committers: tuple[Who, ...] = ()
    owners: tuple[Who, ...] = ()
    merger: Who | None = None
    unanswered: str = ""
    """Why it cannot be told of some commit which person it is of, where it cannot."""
    wrote: tuple[Who, ...] = ()
    """The authors under the names and addresses alone that they wrote under."""
    two_persons: bool = False
    """Whether nobody is known to have prompted it, and two persons are asked for instead of one."""

    @cached_property
    def of_merger(self) -> tuple[bool | None, str]:
        """`outside` of the merger, where there is one."""
        return self.outside(self.merger) if self.merger else (None, "")

    def outside(self, who: Who) -> tuple[bool | None, str]:
        """Whether `who` is a person outside the authors, and the sentence that says why (not).

        ``None`` where it cannot be known.
        """
        name = shown_name(who)
        if not who.personal:
            return None, f"{name} is no person but {_KINDS[who.kind]}"
        inside = self._inside(who)
        if inside is not None:
            return inside[0], f"{name} {inside[1]}"
        doubt = self._doubt(who, name)
        return (None, doubt) if doubt else (True, f"{name} is not among the authors")

    def _doubt(self, who: Who, name: str) -> str:
        """Why it cannot be known that `who` is another person; empty where it can."""
        if who.agent or who.relabelled:
            return f"{name} is called as an agent is, or is declared to be no person"
        if not who.owned:
            return f"{name} has an address that is nobody's own"
        if self.unanswered:
            return self.unanswered
        known = any(one.nameable or one.vouched for one in self.authors)
        if not (known or self.two_persons):
            return _NO_PERSON
        return ""

    def _inside(self, who: Who) -> tuple[bool | None, str] | None:
        """How `who` belongs to the authors, or may belong to them; ``None`` if not at all."""
        author = first_alike(self.authors, who, sure=True)
        if author:
            return False, f"is among the authors{self._known_as(who, author)}"
        if first_alike(self.owners, who, sure=True):
            return False, "owns an agent among the authors"
        if first_alike(self.committers, who, sure=True):
            return None, "also committed what was brought in"
        for group, what in (
            (self.authors, "one of the authors"),
            (self.committers, "who committed what was brought in"),
            (self.owners, "who owns an agent among the authors"),
        ):
            alike = first_alike(group, who, sure=False)
            if alike:
                return None, f"may be {shown_name(alike)}, {what}: {likeness(who, alike)}"
        return None

    def _known_as(self, who: Who, author: Who) -> str:
        """Under which name `who` is an author, where it is another."""
        wrote = [one for one in self.wrote if same_hand(who, one)]
        if wrote and all(by_join(who, one) for one in wrote):
            two = " and ".join(visible(shortened(str(one.raw), 200)) for one in (wrote[0], who))
            return f", but only as a file inside the repository joins {two}"
        names = {shown_name(one) for one in self.authors if one.key == author.key}
        return "" if shown_name(who) in names else f" as {shown_name(author)}"


UNPROMPTED = "a commit is an agent's without a person: who prompted it is unknown"
_KINDS = {
    PartyKind.AGENT: "an agent",
    PartyKind.BOT: "a bot",
    PartyKind.FORGE: "a forge",
    PartyKind.PERSON: "a person",
}
NOBODY = Hands(authors=())
"""For landings whose grade depends on nobody's hands: git names no merger, nobody voted."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a landing's grade is judged on.

    `notes` has, for each contributing commit, the forge's review note or ``None``; `landing_note`
    is the landing's own. `refused` says why a merge by another person shows nothing here;
    `forge_signed` whether the forge that is typed as the landing's committer signed it.
    """

    kind: Kind
    hands: Hands
    pull_request: PullRequest | None
    asserted: tuple[str, ...] = ()
    landing_note: ReviewNote | None = None
    notes: tuple[ReviewNote | None, ...] = ()
    refused: str = ""
    forge_signed: bool = False
    pull: bool = False
    """Whether it is a pull of the branch into itself, which is nobody's change."""
    unvouched: str = ""
    """Why the name of whoever merged shows nobody, where it does not."""
    forge: ForgeReview | None = None
    """What the forge's own records show."""
    sworn: Sworn | None = None
    """What signed statements show."""


def review(evidence: Evidence, who: Callable[[Ident], Who]) -> Review:
    """The strongest grade the evidence shows; `who` joins a voter's identity."""
    self_merged, merged = _merged(evidence)
    votes, forge = _votes(evidence, who), evidence.forge
    if forge is not None:
        self_merged = self_merged if forge.self_merged is None else forge.self_merged
    grade = _grade(evidence, reviewed=bool(votes), self_merged=self_merged)
    told = [*votes, *(sentences(forge) if forge else ()), *merged]
    told = [*(sworn_sentences(evidence.sworn) if evidence.sworn else ()), *told]
    pull_request = evidence.pull_request
    if pull_request and forge is None:
        told.append(
            f"names {pull_request.forge} {pull_request.number} ({pull_request.proof});"
            " who reviewed it there is not in git"
        )
    told += [f"asserted, proves nothing: {line}" for line in evidence.asserted]
    return Review(
        grade=grade,
        self_merged=self_merged,
        merger_proof=_merger_proof(evidence),
        evidence=tuple(told),
    )


def _grade(evidence: Evidence, *, reviewed: bool, self_merged: bool | None) -> Grade:
    if evidence.sworn is not None and evidence.sworn.reviewed:
        return Grade.R4
    if reviewed or (evidence.forge is not None and evidence.forge.reviewed):
        return Grade.R3
    if self_merged is False and not evidence.refused:
        return Grade.R2
    return Grade.R1 if evidence.pull_request else Grade.R0


def _merger_proof(evidence: Evidence) -> Proof | None:
    if evidence.forge is not None and evidence.forge.merged_by:
        return Proof.RECORDED
    if evidence.kind is not Kind.MERGE or evidence.hands.merger is None:
        return None
    return Proof.FORGE_SIGNED if evidence.forge_signed else Proof.CLAIMED


def _merged(evidence: Evidence) -> tuple[bool | None, list[str]]:
    """Whether the merger merged their own work, and what is to be said of the merge."""
    merger = evidence.hands.merger
    if evidence.kind is not Kind.MERGE or merger is None:
        return None, []
    outside, why = evidence.hands.of_merger
    proof = "the forge signed the merge" if evidence.forge_signed else "as typed"
    sentence = f"merged by {shown_name(merger)} ({proof}): {why}"
    if evidence.pull:
        return None, [f"{sentence}; {evidence.unvouched}"]
    sentences = [sentence]
    if evidence.unvouched:
        # What is bad news stays: a missing proof must not make an exception vanish.
        self_merged = True if outside is False else None
        return self_merged, [*sentences, evidence.unvouched]
    if outside and evidence.refused:
        sentences.append(evidence.refused)
    return (None if outside is None else not outside), sentences


def _votes(evidence: Evidence, who: Callable[[Ident], Who]) -> list[str]:
    """Sentences on the approving votes, if they cover the landing; else nothing."""
    note = evidence.landing_note
    if note is None and not evidence.notes:
        return []
    if note is not None and any(map(_vetoes, note.votes)):
        return []
    own = _approval(note, evidence.hands, who)
    if own:
        return [own]
    found = [_approval(note, evidence.hands, who) for note in evidence.notes]
    return list(dict.fromkeys(one for one in found if one)) if found and all(found) else []


def _approval(note: ReviewNote | None, hands: Hands, who: Callable[[Ident], Who]) -> str:
    if note is None or any(_vetoes(vote) for vote in note.votes):
        return ""
    for vote in note.votes[:VOTES]:
        if vote.label != REVIEW_LABEL or vote.value < APPROVING:
            continue
        voter = who(vote.voter)
        if hands.outside(voter)[0]:
            when = f", submitted {note.submitted_at}" if note.submitted_at else ""
            return f"{REVIEW_LABEL}+{vote.value} by {shown_name(voter)} (refs/notes/review{when})"
    return ""


def _vetoes(vote: Vote) -> bool:
    return vote.label == REVIEW_LABEL and vote.value <= -APPROVING


def shown_name(who: Who) -> str:
    """What `who` is called in a sentence."""
    return visible(shortened(who.name or who.email or "somebody without a name", 100))
