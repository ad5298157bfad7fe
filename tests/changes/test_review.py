"""What a merge or a vote is worth, judged on hands made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.commit import Ident
from affidavit.changes.model import Grade, Kind, Proof, PullRequest, ReviewNote, Vote
from affidavit.changes.people import People, Who
from affidavit.changes.review import NOBODY, Evidence, Hands, review
from affidavit.provenance.model import Party, PartyKind

if TYPE_CHECKING:
    from affidavit.changes.model import Review


def party(ident: Ident) -> Party:
    kinds = {"bot": PartyKind.BOT, "agent": PartyKind.AGENT}
    return Party(kinds.get(ident.name.partition(" ")[0], PartyKind.PERSON))


def who(name: str) -> Who:
    return People(party).who(ident(name))


def ident(name: str) -> Ident:
    return Ident(name, f"{name.replace(' ', '.')}@{len(name)}.mail")


ANN, BEN, CAT, BOT, AGENT = map(who, ("ann", "ben", "cat", "bot x", "agent x"))
PULL = PullRequest(forge="github", number="7", proof=Proof.CLAIMED, form="github-merge")


def judged(evidence: Evidence) -> Review:
    return review(evidence, People(party).who)


def merge(hands: Hands, *, refused: str = "", pull: PullRequest | None = None) -> Review:
    return judged(Evidence(kind=Kind.MERGE, hands=hands, pull_request=pull, refused=refused))


MERGES = [
    (Hands(authors=(ANN,), merger=BEN), Grade.R2, False),
    (Hands(authors=(ANN,), merger=ANN), Grade.R0, True),
    (Hands(authors=(ANN, BEN), merger=BEN), Grade.R0, True),
    (Hands(authors=(ANN,), committers=(BEN,), merger=BEN), Grade.R0, None),
    (Hands(authors=(ANN,), committers=(CAT,), merger=BEN), Grade.R2, False),
    (Hands(authors=(AGENT,), owners=(BEN,), merger=BEN), Grade.R0, True),
    (Hands(authors=(AGENT,), merger=BEN), Grade.R0, None),
    (Hands(authors=(BOT,), merger=BEN), Grade.R0, None),
    (Hands(authors=(ANN,), merger=BOT), Grade.R0, None),
    (Hands(authors=(ANN,), merger=AGENT), Grade.R0, None),
    (Hands(authors=(ANN, AGENT), merger=BEN), Grade.R2, False),
    (
        Hands(authors=(ANN, AGENT), merger=BEN, unanswered="who prompted it is unknown"),
        Grade.R0,
        None,
    ),
    (Hands(authors=(ANN,), merger=None), Grade.R0, None),
    (Hands(authors=(), merger=BEN), Grade.R0, None),
    (NOBODY, Grade.R0, None),
]


@pytest.mark.parametrize(("hands", "grade", "self_merged"), MERGES)
def test_a_merge_shows_a_reviewer_only_where_another_person_merged(
    hands: Hands, grade: Grade, *, self_merged: bool | None
) -> None:
    found = merge(hands)
    assert (found.grade, found.self_merged) == (grade, self_merged)


def test_a_refused_merge_keeps_its_reason_and_its_lower_grade() -> None:
    hands = Hands(authors=(ANN,), merger=BEN)
    found = merge(hands, refused="it was a pull", pull=PULL)
    assert (found.grade, found.self_merged) == (Grade.R1, False)
    assert "it was a pull" in found.evidence


def test_a_number_is_never_more_than_r1() -> None:
    found = judged(Evidence(kind=Kind.SQUASH, hands=NOBODY, pull_request=PULL))
    assert (found.grade, found.self_merged, found.evidence) == (
        Grade.R1,
        None,
        ("names github 7 (claimed); who reviewed it there is not in git",),
    )


def test_a_merger_means_nothing_where_nothing_was_merged() -> None:
    hands = Hands(authors=(ANN,), merger=BEN)
    found = judged(Evidence(kind=Kind.LINEAR, hands=hands, pull_request=None))
    assert (found.grade, found.self_merged) == (Grade.R0, None)


def note(*votes: tuple[str, int, str]) -> ReviewNote:
    return ReviewNote(
        votes=tuple(
            Vote(label=label, value=value, voter=ident(voter)) for label, value, voter in votes
        )
    )


YES = note(("Code-Review", 2, "ben"))
NOTES = [
    (YES, (), Grade.R3),
    (None, (YES, YES), Grade.R3),
    (None, (YES, None), Grade.R0),
    (None, (), Grade.R0),
    (note(("Code-Review", 1, "ben")), (), Grade.R0),
    (note(("Code-Review", 2, "ann")), (), Grade.R0),
    (note(("Code-Review", 2, "bot x")), (), Grade.R0),
    (note(("Verified", 2, "ben")), (), Grade.R0),
    (note(("Code-Review", 2, "ben"), ("Code-Review", -2, "cat")), (), Grade.R0),
    (note(("Code-Review", 2, "ben"), ("Code-Review", -1, "cat")), (), Grade.R3),
    (note(("Code-Review", 2, "ann"), ("Code-Review", 2, "ben")), (), Grade.R3),
    (note(), (YES,), Grade.R3),
]


@pytest.mark.parametrize(("own", "inner", "grade"), NOTES)
def test_votes_count_where_they_approve_all_of_it_from_outside(
    own: ReviewNote | None, inner: tuple[ReviewNote | None, ...], grade: Grade
) -> None:
    hands = Hands(authors=(ANN,))
    found = judged(
        Evidence(kind=Kind.LINEAR, hands=hands, pull_request=None, landing_note=own, notes=inner)
    )
    assert found.grade is grade


def test_a_veto_on_the_landing_outweighs_votes_on_its_commits() -> None:
    veto = note(("Code-Review", -2, "cat"))
    evidence = Evidence(
        kind=Kind.MERGE,
        hands=Hands(authors=(ANN,)),
        pull_request=None,
        landing_note=veto,
        notes=(YES,),
    )
    assert judged(evidence).grade is Grade.R0


def test_a_voter_of_an_agents_work_may_be_its_prompter() -> None:
    evidence = Evidence(
        kind=Kind.LINEAR, hands=Hands(authors=(AGENT,)), pull_request=None, landing_note=YES
    )
    assert judged(evidence).grade is Grade.R0


def test_names_in_evidence_are_short_and_without_controls() -> None:
    hostile = who("\x1b[2J" + "x" * 5_000)
    found = merge(Hands(authors=(ANN,), merger=hostile))
    assert max(map(len, found.evidence)) < 400
    assert "\x1b" not in "".join(found.evidence)


def test_somebody_without_a_name_is_called_that() -> None:
    nobody = People(party).who(Ident("", ""))
    assert "somebody without a name" in merge(Hands(authors=(ANN,), merger=nobody)).evidence[0]
