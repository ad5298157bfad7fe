"""What is missing from a record's sources is unknown with its reason, never none."""

from __future__ import annotations

import msgspec
import pytest
from forge_builder import ADA as ADAS_ACCOUNT
from forge_builder import HEAD, MERGE, OLDER, commit, event, request, review
from record_builder import ADA, ORIGIN, a_claim, a_forge, a_landing, record

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.model import ChecklistItem, Checks, Missing, Push
from affidavit.changes.model import (
    Grade,
    Kind,
    Participant,
    PersonRole,
    Proof,
    PullRequest,
    Review,
)
from affidavit.changes.record.material import Kept, Tagged, Touched
from affidavit.changes.record.model import Asked, Author, Box, Size
from affidavit.changes.record.value import SourceKind, Strength
from affidavit.provenance.model import Authorship, PartyKind, Tier

CUT = (Missing("events", "truncated"), Missing("commits", "permission", needs="contents=read"))
MERGER = Participant(
    name="Ben", email="ben@firm.mail", kind=PartyKind.PERSON, roles=(PersonRole.MERGER,)
)
SIGNED = Review(grade=Grade.R2, self_merged=False, merger_proof=Proof.FORGE_SIGNED)


def test_a_landing_that_the_records_do_not_reach_may_have_a_request() -> None:
    beyond = record(forge=a_forge()).reviewers
    gap = record(forge=a_forge(absent={"pull_requests": "they were not collected"})).reviewers
    begin = "the forge's records have no request that became it: "
    assert (beyond.items, beyond.why) == (
        (),
        f"{begin}it landed outside of the time that they cover",
    )
    assert (gap.items, gap.why) == ((), f"{begin}they were not collected")


def test_what_the_forge_cut_off_makes_lists_open_and_values_unknown() -> None:
    found = record(forge=a_forge(request(missing=CUT)))
    assert found.authors.why == (
        "the forge did not tell all: commits (permission, needs contents=read)"
    )
    assert (
        found.labels.why
        == found.emergency.why
        == ("the forge did not tell all: events (truncated)")
    )


def test_a_label_without_its_event_stands_with_an_unknown_time() -> None:
    found = record(forge=a_forge(request(labels=("emergency",), missing=CUT)))
    label = found.emergency.value
    assert label is not None
    assert (label.set_at, label.set_by, label.before_merge) == (None, None, Answer.UNKNOWN)


def test_a_label_that_was_set_in_the_second_of_the_merge_may_have_come_later() -> None:
    told = event("labeled", request().merged_at or "", text="emergency")
    label = record(forge=a_forge(request(labels=("emergency",), events=(told,)))).emergency.value
    assert label is not None
    assert label.before_merge is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"merged_by": None}, "the forge does not name who merged it: the account may be deleted"),
    ],
)
def test_a_deleted_account_is_unknown(fields: dict[str, object], told: str) -> None:
    assert record(forge=a_forge(request(**fields))).merged_by.why == told


def test_a_time_of_the_merge_and_a_text_that_the_forge_does_not_tell_are_unknown() -> None:
    found = record(forge=a_forge(request(merged_at=None, body=None)))
    assert found.merged_at.why == "the forge does not say when"
    assert found.checklist.why == "the forge did not tell the request's text"


UNSEEN = "the records hold no checkboxes of some of its reviews, only digests of their texts"


@pytest.mark.parametrize(
    ("digest", "boxes", "why"),
    [
        (None, None, None),
        ("sha256:0", None, UNSEEN),
        ("sha256:0", (), None),
        ("sha256:0", (ChecklistItem(text="read\x1b it", checked=True),), None),
    ],
)
def test_checkboxes_of_a_review_are_told_with_who_ticked_them(
    digest: str | None, boxes: tuple[ChecklistItem, ...] | None, why: str | None
) -> None:
    told = msgspec.structs.replace(review(), body_digest=digest, checklist=boxes)
    asked = request(body="- [ ] docs", reviews=(told,))
    found = record(forge=a_forge(asked)).checklist
    by = Box(text="read\\u001b it", checked=True, line=None, by="ben", at=told.submitted_at)
    own = Box(text="docs", checked=False, line=1)
    assert (found.values, found.why) == ((own, by) if boxes else (own,), why)


def test_files_that_cannot_be_read_leave_all_that_rests_on_them_unknown() -> None:
    found = record(touched={})
    why = "its files are not known: trees are missing or damaged"
    assert [one.why for one in (found.component, found.critical_paths, found.flags)] == [why] * 3
    assert found.size.why == why


def test_more_files_than_are_compared_leave_the_lists_open() -> None:
    found = record(touched={MERGE: Touched(paths=("pay/a.py",), more=True)})
    assert (found.component.values, found.critical_paths.values) == (("pay",), ("pay/**",))
    assert found.component.why == "it touched more files than are compared"
    assert found.size.why == "it has more files than are compared"


def test_messages_that_cannot_be_read_may_name_issues() -> None:
    found = record(messages={})
    assert found.work_items.why == found.reverts.why == "a message of its commits could not be read"


def test_checks_of_a_commit_that_are_not_there_are_named() -> None:
    one = Kept(origin=ORIGIN, data=Checks(commit=HEAD, runs=(), statuses=(), missing=()))
    found = record(forge=a_forge(request(), checks=(one,))).checks
    assert found.why == "the forge's records hold no checks of the landing"
    neither = record(forge=a_forge(request())).checks
    assert neither.why == ("the forge's records hold no checks of the merged head and the landing")


def test_checks_that_the_forge_cut_off_may_be_more() -> None:
    lost = (Missing("runs", "retention"),)
    both = tuple(
        Kept(origin=ORIGIN, data=Checks(commit=each, runs=(), statuses=(), missing=lost))
        for each in (HEAD, MERGE)
    )
    found = record(forge=a_forge(request(), checks=both)).checks
    assert found.why == "the forge did not tell all: runs (retention)"


def test_a_merge_of_another_commit_than_the_forge_names_has_no_checks_of_its_head() -> None:
    landing = a_landing(kind=Kind.MERGE, commits=(MERGE, OLDER))
    found = record(landing, forge=a_forge(request())).checks
    assert found.why == "the forge's records hold no checks of the request's head and the landing"


def test_a_squash_whose_commits_are_not_here_may_have_other_authors() -> None:
    found = record(a_landing(unrefined=True)).authors
    assert found.why == "it is a squash, and the commits behind it are not here"


def test_a_landing_that_names_nobody_has_unknown_authors() -> None:
    assert record(a_landing(authors=())).authors.why == "no commit names an author"


def test_an_agent_beside_whom_nobody_is_named_has_an_unknown_prompter() -> None:
    landing = a_landing(authors=(), authorship=Authorship.AI, claims=(a_claim(),))
    assert record(landing).prompting.why == "no person is named beside the agent"


def test_a_push_that_the_records_do_not_hold_has_no_known_hand() -> None:
    landing = a_landing(exceptions=("outside-requests",))
    assert record(landing, forge=a_forge()).merged_by.why == (
        "the forge's records do not name who pushed it"
    )


def test_a_push_is_named_by_its_account() -> None:
    push = Push(
        id=1, ref="refs/heads/main", before=OLDER, after=MERGE, at="2026-03-01T12:00:00Z",
        kind="push", actor=ADAS_ACCOUNT,
    )  # fmt: skip
    landing = a_landing(exceptions=("outside-requests",))
    found = record(landing, forge=a_forge(push=Kept(origin=ORIGIN, data=push)))
    assert found.merged_by.value == "ada (pushed)"


@pytest.mark.parametrize(
    ("review", "strength"),
    [
        (SIGNED, Strength.SIGNED),
        (Review(grade=Grade.R2, self_merged=False), Strength.TYPED),
    ],
)
def test_a_merger_that_git_names_is_as_strong_as_its_signature(
    review: Review, strength: Strength
) -> None:
    landing = a_landing(kind=Kind.MERGE, authors=(ADA, MERGER), review=review)
    found = record(landing)
    assert (found.merged_by.value, found.merged_by.strength) == ("Ben", strength)
    assert [one.name for one in found.authors.values] == ["Ada"]


@pytest.mark.parametrize(
    ("proof", "strength"),
    [(Proof.FORGE_SIGNED, Strength.SIGNED), (Proof.CLAIMED, Strength.TYPED)],
)
def test_a_request_that_git_names_is_as_strong_as_its_signature(
    proof: Proof, strength: Strength
) -> None:
    pull = PullRequest(forge="github", number="7", proof=proof, form="squash-number")
    found = record(a_landing(pull_request=pull))
    assert (found.request.value, found.request.strength, found.landed_at.strength) == (
        Asked(forge="github", number="7"),
        strength,
        strength,
    )


def test_an_agent_of_a_note_and_one_of_a_signed_account_name_their_sources() -> None:
    noted = a_claim(source="refs/notes/ai", model="m", session="s", tier=Tier.C)
    bound = a_claim(tier=Tier.A, agent="copilot")
    landing = a_landing(authorship=Authorship.AI, claims=(noted, bound, bound))
    first, second = record(landing).agents.items
    assert (first.strength, first.value.commits if first.value else 0) == (Strength.SIGNED, 1)
    assert second.source is not None
    assert (second.source.kind, second.source.at) == (
        SourceKind.NOTE,
        f"refs/notes/ai {MERGE}",
    )
    assert record(a_landing(authorship=Authorship.AI, claims=(bound,))).authorship.strength is (
        Strength.SIGNED
    )


def test_whom_only_the_text_of_the_forge_names_is_of_an_unknown_kind() -> None:
    told = commit(author=None, message="Work\n\nCo-authored-by: Eve <eve@else.mail>")
    found = record(
        a_landing(authors=()), forge=a_forge(request(commits=(told,), author=None))
    ).authors.values
    assert found == (
        Author(name="nobody", email="nobody@firm.mail", kind="unknown", roles=("author",)),
        Author(name="Eve", email="eve@else.mail", kind="unknown", roles=("co-author",)),
    )


def test_a_size_without_the_forges_numbers_has_no_lines() -> None:
    found = record(forge=a_forge(request(changed_files=None)))
    assert (found.size.value, found.size.strength) == (Size(files=1), Strength.CONTENT)


def test_a_tag_without_a_release_is_typed() -> None:
    release = record(tagged=Tagged(tag="v1", commit=HEAD)).release
    assert release.strength is Strength.TYPED
    assert release.source is not None
    assert release.source.at == "refs/tags/v1"


def test_that_no_tag_holds_it_is_known_only_where_the_tags_are_here() -> None:
    assert record(untagged="no tags").release.why == "no tags"
    release = record().release
    assert (release.value, release.strength) == (None, Strength.CONTENT)


def test_what_git_shows_of_a_review_is_pointed_to_where_no_forge_was_asked() -> None:
    shown = Review(grade=Grade.R2, self_merged=False, evidence=("merged by Ben",))
    assert record(a_landing(review=shown)).reviewers.why == (
        "no records of a forge were given; what git shows stands under the evidence of review"
    )


def test_foreign_text_is_made_visible_everywhere() -> None:
    evil = "a\u202e\x1b[31m\nb"
    landing = a_landing(title=evil, branches=(evil,))
    labels = event("labeled", "2026-03-01T10:00:00Z", text=evil)
    found = record(landing, forge=a_forge(request(title=evil, labels=(evil,), events=(labels,))))
    told = (
        found.title.value,
        *(one.name for one in found.labels.values),
        *found.members[0].branches,
    )
    assert set(told) == {"a\\u202e\\u001b[31m\\u000ab"}
