"""Which approvals of a forge count: five attributes, each of which can be missing."""

from __future__ import annotations

import msgspec
import pytest
from forge_builder import (
    ADA,
    BEN,
    COPILOT,
    CY,
    HEAD,
    HOST,
    MERGED,
    OLDER,
    commit,
    dismissal,
    event,
    request,
    review,
)

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import Answer, Setting, approvals
from affidavit.changes.forge.hands import joined
from affidavit.changes.forge.judged import ForgeReview, judged, sentences
from affidavit.changes.forge.model import Account, AccountKind, Missing, PullRequest, ReviewState
from affidavit.changes.identities import Identities, identities
from affidavit.changes.people import People
from affidavit.changes.review import Hands
from affidavit.identity.entries import PersonEntry, ServiceEntry
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals

SIGNALS = Signals(load())
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
EARLY, BEFORE, AFTER = "2026-03-01T10:00:00Z", "2026-03-01T11:30:00Z", "2026-03-01T13:00:00Z"
GHOST_BOT = Account("reviewer", AccountKind.BOT, 9)
MANNEQUIN = Account("old-ben", AccountKind.OTHER, 10)


def found(
    pull: PullRequest,
    *,
    head: str | None = HEAD,
    content: Answer = NO,
    arrivals: dict[str, str] | None = None,
    whole: bool = True,
    declared: Identities | None = None,
    pushers: tuple[Account, ...] = (),
    clean: Answer = YES,
) -> ForgeReview:
    people = People(
        SIGNALS.party,
        agent=SIGNALS.agent,
        met=[Ident("Ada", "ada@firm.mail")],
        declared=declared,
    )
    known = joined(pull, Hands(authors=()), people, host=HOST, pushers=pushers)
    setting = Setting(
        hands=known.hands,
        head=head,
        who=people.who,
        host=HOST,
        content=lambda _: content,
        arrivals=arrivals or {},
        whole=whole,
        clean=lambda: clean,
    )
    return judged(pull, setting, approvals(pull, setting), joined=known)


def answers(pull: PullRequest, **setting: object) -> list[str]:
    """Of the first approval, the first letters of person, outside, head, standing, before."""
    first = found(pull, **setting).approvals[0]  # type: ignore[arg-type]
    return [one.answer[0] for one in first.attributes]


def test_an_approval_of_the_merged_head_by_another_person_counts() -> None:
    result = found(request())
    assert (result.counting, result.needed, result.reviewed) == (1, 1, True)
    assert (result.self_merged, result.merged_by, result.carried) == (False, "cy", False)
    assert sentences(result) == (
        "approved by ben at 2026-03-01T11:00:00Z: approved cccccccccccc, which was merged",
        "merged by cy, by the forge's record: outside the authors",
    )


@pytest.mark.parametrize(
    ("pull", "expected"),
    [
        pytest.param(request(), "yyyyy", id="all of it"),
        pytest.param(request(reviews=(review(GHOST_BOT),)), "nuyyy", id="a bot"),
        pytest.param(request(reviews=(review(MANNEQUIN),)), "nyyyy", id="no person's account"),
        pytest.param(request(reviews=(review(None),)), "uuyyy", id="a deleted account"),
        pytest.param(request(reviews=(review(ADA),)), "ynyyy", id="the opener and author"),
        pytest.param(
            request(commits=(commit(), commit(OLDER, BEN))), "ynyyy", id="who wrote a commit of it"
        ),
        pytest.param(
            request(commits=(commit(message="Work\n\nCo-authored-by: ben <ben@firm.mail>"),)),
            "ynyyy",
            id="a co-author by name",
        ),
        pytest.param(request(reviews=(review(commit=None),)), "yyuyy", id="of no known commit"),
        pytest.param(request(reviews=(review(commit=OLDER),)), "yynyy", id="of an older head"),
        pytest.param(
            request(reviews=(review(state=ReviewState.DISMISSED),)),
            "yyyuy",
            id="dismissed, nothing tells when",
        ),
        pytest.param(
            request(reviews=(review(state=ReviewState.DISMISSED),), events=(dismissal(BEFORE),)),
            "yyyny",
            id="dismissed before the merge",
        ),
        pytest.param(
            request(reviews=(review(state=ReviewState.DISMISSED),), events=(dismissal(AFTER),)),
            "yyyyy",
            id="dismissed after the merge",
        ),
        pytest.param(
            request(
                reviews=(
                    review(),
                    review(state=ReviewState.CHANGES_REQUESTED, at=BEFORE, number=12),
                )
            ),
            "yyyny",
            id="taken back before the merge",
        ),
        pytest.param(
            request(
                reviews=(
                    review(),
                    review(state=ReviewState.CHANGES_REQUESTED, at=AFTER, number=12),
                )
            ),
            "yyyyy",
            id="taken back after the merge",
        ),
        pytest.param(
            request(
                reviews=(
                    review(),
                    review(state=ReviewState.CHANGES_REQUESTED, at=None, number=12),
                )
            ),
            "yyyuy",
            id="taken back at no known time",
        ),
        pytest.param(
            request(missing=(Missing("reviews", "truncated"),)), "yyyuy", id="reviews cut off"
        ),
        pytest.param(request(reviews=(review(at=AFTER),)), "yyyyn", id="after the merge"),
        pytest.param(request(reviews=(review(at=None),)), "yyyyu", id="at no known time"),
        pytest.param(request(reviews=(review(at=MERGED),)), "yyyyu", id="in the merge's second"),
        pytest.param(
            request(
                reviews=(review(at=MERGED),),
                events=(event("auto_merge_enabled", EARLY),),
            ),
            "yyyyy",
            id="in the merge's second, which waited for it",
        ),
        pytest.param(
            request(events=(event("head_ref_force_pushed", BEFORE, after=HEAD),)),
            "yynyy",
            id="of a head that came later",
        ),
        pytest.param(
            request(events=(event("base_ref_changed", BEFORE, before="side", after="main"),)),
            "yyuyy",
            id="against another base",
        ),
        pytest.param(
            request(events=(event("base_ref_force_pushed", BEFORE, before=OLDER, after=HEAD),)),
            "yyuyy",
            id="against a base that was replaced",
        ),
        pytest.param(
            request(events=(event("base_ref_changed", EARLY),)),
            "yyyyy",
            id="against a base that was chosen before",
        ),
        pytest.param(
            request(events=(event("base_ref_changed", AFTER),)), "yyyyy", id="base changed later"
        ),
        pytest.param(
            request(events=(event("head_ref_force_pushed", EARLY, BEN, after=HEAD),)),
            "ynyyy",
            id="by who pushed the head by force",
        ),
        pytest.param(
            request(events=(event("head_ref_force_pushed", EARLY, BEN, after=OLDER),)),
            "yyyyy",
            id="by who pushed by force what was not merged",
        ),
        pytest.param(request(merged_at=None, state="open"), "yyyuu", id="of what was not merged"),
    ],
)
def test_each_attribute_is_answered(pull: PullRequest, expected: str) -> None:
    assert "".join(answers(pull)) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"head": None}, "yyuyy"),
        ({"whole": False}, "yuyyy"),
        ({"pushers": (BEN,)}, "ynyyy"),
        ({"pushers": (CY,)}, "yyyyy"),
        ({"clean": UNKNOWN}, "yyuyy"),
        ({"clean": NO}, "yyuyy"),
        ({"arrivals": {HEAD: BEFORE}}, "yynyy"),
        ({"arrivals": {HEAD: EARLY}}, "yyyyy"),
    ],
)
def test_what_is_not_known_of_the_change_is_unknown(
    setting: dict[str, object], expected: str
) -> None:
    assert "".join(answers(request(), **setting)) == expected


@pytest.mark.parametrize(
    ("content", "expected", "carried"),
    [(YES, "yyyyy", True), (NO, "yynyy", False), (UNKNOWN, "yyuyy", False)],
)
def test_an_earlier_head_counts_only_with_the_same_content(
    content: Answer, expected: str, *, carried: bool
) -> None:
    pull = request(reviews=(review(commit=OLDER),))
    assert "".join(answers(pull, content=content)) == expected
    assert found(pull, content=content).carried is carried


def test_the_second_of_two_approvals_stands_where_the_first_was_dismissed() -> None:
    again = review(at=BEFORE, number=12)
    pull = request(
        reviews=(review(state=ReviewState.DISMISSED, commit=OLDER), again),
        events=(dismissal("2026-03-01T11:15:00Z"),),
    )
    result = found(pull)
    assert [one.counts for one in result.approvals] == [False, True]
    assert result.reviewed


@pytest.mark.parametrize(
    ("pull", "unapproved"),
    [
        (request(), False),
        (request(reviews=()), True),
        (request(reviews=(), missing=(Missing("reviews", "truncated"),)), False),
        (request(reviews=(review(ADA),)), True),
        (request(reviews=(review(commit=None),)), False),
        (request(author=COPILOT, commits=(commit(author=COPILOT),)), True),
    ],
)
def test_it_is_known_to_lack_approval_where_nothing_unknown_could_help(
    pull: PullRequest, *, unapproved: bool
) -> None:
    assert found(pull).unapproved is unapproved


def test_an_approval_by_the_merger_counts() -> None:
    assert found(request(merged_by=BEN)).reviewed


def test_whoever_merges_their_own_work_is_told() -> None:
    assert found(request(merged_by=ADA)).self_merged is True
    assert found(request(merged_by=None)).self_merged is None


class TestAnAgentsWork:
    """Whoever prompted an agent is an author; where nobody is known, two persons must approve."""

    def pull(self, **fields: object) -> PullRequest:
        return request(author=COPILOT, commits=(commit(author=COPILOT),), **fields)

    def test_whoever_assigned_it_is_an_author(self) -> None:
        assigned = event("assigned", "2026-03-01T09:10:00Z", BEN, subject=COPILOT)
        result = found(self.pull(events=(assigned,)))
        assert (result.needed, result.counting) == (1, 0)
        assert result.prompters == ("ben (assigned at 2026-03-01T09:10:00Z)",)

    def test_whom_the_agent_asked_to_review_is_an_author(self) -> None:
        asked = event("review_requested", EARLY, COPILOT, subject=BEN)
        assert not found(self.pull(events=(asked,))).reviewed

    def test_a_co_author_is_the_prompter_of_what_a_person_opened(self) -> None:
        wrote = commit(author=COPILOT, message="Work\n\nCo-authored-by: Ada <ada@firm.mail>")
        result = found(request(author=None, commits=(wrote,)))
        assert (result.needed, result.counting, result.reviewed) == (1, 1, True)

    def test_a_co_author_whom_nobody_ever_met_may_be_made_up(self) -> None:
        wrote = commit(author=COPILOT, message="Work\n\nCo-authored-by: Eve <eve@firm.mail>")
        result = found(request(author=COPILOT, commits=(wrote,)))
        assert (result.needed, result.counting, result.reviewed) == (2, 1, False)

    def test_one_approval_is_too_few_where_nobody_is_known_to_have_prompted(self) -> None:
        result = found(self.pull())
        assert (result.needed, result.counting, result.reviewed) == (2, 1, False)
        assert sentences(result)[-1] == (
            "who prompted the agent is unknown: two persons have to approve"
        )

    def test_two_persons_are_enough(self) -> None:
        both = (review(), review(CY, number=12))
        assert found(self.pull(reviews=both)).reviewed

    def test_two_accounts_that_may_be_one_person_are_one(self) -> None:
        second = Account("ben", AccountKind.PERSON, 22)
        both = (review(), review(second, number=12))
        result = found(self.pull(reviews=both))
        assert (result.counting, result.reviewed) == (1, False)


class TestABotsWork:
    """A bot may be anybody's own, unless the caller's file says whose it is."""

    BUMPER = Account("bumper[bot]", AccountKind.BOT, 77)

    def pull(self, author: Account = BUMPER, **fields: object) -> PullRequest:
        wrote = commit(author=author)
        return request(author=author, commits=(wrote,), **fields)

    def owned(self, account: str = "bumper[bot]", *, agent: bool = False) -> Identities:
        ben = PersonEntry(name="Ben", accounts=(f"{HOST}:ben",))
        cy = PersonEntry(name="Cy", accounts=(f"{HOST}:cy",))
        bot = ServiceEntry(name="It", accounts=(f"{HOST}:{account}",), owner=f"{HOST}:cy")
        return identities((ben, cy), (bot,) if agent else (), () if agent else (bot,))

    def test_two_persons_are_asked_for_where_nobody_says_whose_it_is(self) -> None:
        assert found(self.pull()).needed == 2

    def test_one_is_enough_where_the_callers_file_names_its_owner(self) -> None:
        result = found(self.pull(), declared=self.owned())
        assert (result.needed, result.counting, result.reviewed) == (1, 1, True)

    def test_the_owners_own_approval_does_not_count(self) -> None:
        result = found(self.pull(reviews=(review(CY),)), declared=self.owned())
        assert (result.needed, result.counting, result.reviewed) == (1, 0, False)

    def test_who_owns_an_agent_need_not_have_prompted_it(self) -> None:
        owned = self.owned(COPILOT.login, agent=True)
        assert found(self.pull(COPILOT), declared=owned).needed == 2


def test_approvals_that_may_be_of_one_person_have_one_hand() -> None:
    second = Account("ben", AccountKind.PERSON, 22)
    three = (review(), review(CY, number=12), review(second, number=13))
    assert [one.hand for one in found(request(reviews=three)).approvals] == [0, 1, 0]


def test_a_request_that_nobody_approved_says_so() -> None:
    asked = review(state=ReviewState.CHANGES_REQUESTED)
    result = found(request(reviews=(asked, review(state=ReviewState.COMMENTED, number=12))))
    assert (result.reviewed, sentences(result)) == (
        False,
        (
            "nobody approved #7",
            "merged by cy, by the forge's record: outside the authors",
        ),
    )


def test_whoever_only_committed_counts_among_the_authors() -> None:
    pull = request(commits=(msgspec.structs.replace(commit(), committer=BEN),))
    assert "".join(answers(pull)) == "ynyyy"


def test_a_login_that_ends_as_a_bots_is_one_whatever_its_type() -> None:
    assert answers(request(reviews=(review(Account("app[bot]", AccountKind.PERSON, 5)),)))[0] == "n"


def test_the_forge_that_commits_for_people_is_no_author() -> None:
    web_flow = Account("web-flow", AccountKind.PERSON, 19864447)
    update = msgspec.structs.replace(
        commit(OLDER),
        committer=web_flow,
        committer_name="GitHub",
        committer_email="noreply@github.com",
    )
    known = joined(request(commits=(update,)), Hands(authors=()), People(SIGNALS.party), host=HOST)
    assert [one.login for one in known.hands.authors] == ["github.com/ada", ""]


@pytest.mark.parametrize("host", ["git.firm.internal", "localhost:8080", "ghe"])
def test_accounts_of_a_forge_in_a_local_network_are_somebodys_own(host: str) -> None:
    people = People(SIGNALS.party, agent=SIGNALS.agent)
    known = joined(request(), Hands(authors=()), people, host=host)
    setting = Setting(hands=known.hands, head=HEAD, who=people.who, host=host, content=lambda _: NO)
    assert [one.counts for one in approvals(request(), setting)] == [True]


def test_an_agents_name_on_a_persons_account_is_no_person() -> None:
    claude = Account("claude", AccountKind.PERSON, 209825114)
    assert answers(request(reviews=(review(claude),)))[0] == "n"
