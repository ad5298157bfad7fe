"""Whose work a change is: every rule of the derivation, and properties that hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.authorship import Contribution, authorship
from affidavit.provenance.model import Authorship, Claim, Role, Tier


def claim(role: Role = Role.AUTHOR, tier: Tier = Tier.B) -> Claim:
    return Claim(
        commit="c", rule="PRV-X-001", tier=tier, agent="x", role=role, source="author",
        evidence="e", digest="sha256:0",
    )  # fmt: skip


AI = Contribution((claim(),))
ASSISTED = Contribution((claim(Role.ASSIST),))
SUGGESTED = Contribution((claim(Role.SUGGESTION),))
SILENT = Contribution()
BOT = Contribution(automation=True)
TYPED = Contribution(lines_human=True)
BOTH = Contribution((claim(),), lines_ai=True, lines_human=True)
NOTED = Contribution((claim(),), lines_ai=True)
WEAK = Contribution((claim(tier=Tier.D),))
COMMITTED = Contribution((claim(Role.COMMITTER_ONLY),))
WEAK_ASSIST = Contribution((claim(Role.ASSIST, Tier.D),))


@pytest.mark.parametrize(
    ("contributions", "truth"),
    [
        ([], "no-signal"),
        ([SILENT], "no-signal"),
        ([AI], "ai"),
        ([AI, AI], "ai"),
        ([AI, SILENT], "mixed"),
        ([AI, BOT], "mixed"),
        ([AI, TYPED], "mixed"),
        ([AI, ASSISTED], "mixed"),
        ([BOTH], "mixed"),
        ([NOTED], "ai"),
        ([NOTED, TYPED], "mixed"),
        ([ASSISTED], "assisted"),
        ([SUGGESTED, SILENT], "assisted"),
        ([ASSISTED, BOT], "assisted"),
        ([BOT], "automation"),
        ([BOT, SILENT], "no-signal"),
        ([BOT, TYPED], "no-signal"),
        ([TYPED], "human"),
        ([TYPED, TYPED], "human"),
        ([TYPED, SILENT], "no-signal"),
        ([WEAK], "no-signal"),
        ([WEAK_ASSIST], "no-signal"),
        ([COMMITTED], "no-signal"),
    ],
)
def test_authorship_follows_from_every_contribution(
    contributions: list[Contribution], truth: str
) -> None:
    assert authorship(contributions) == truth


@pytest.mark.parametrize(
    ("own", "contributions", "truth"),
    [
        ((claim(),), [SILENT], "mixed"),
        ((claim(),), [AI], "ai"),
        ((claim(),), [], "mixed"),
        ((claim(Role.ASSIST),), [SILENT], "assisted"),
        ((claim(tier=Tier.D),), [SILENT], "no-signal"),
        ((), [AI, SILENT], "mixed"),
    ],
)
def test_what_a_squash_says_itself_is_added(
    own: tuple[Claim, ...], contributions: list[Contribution], truth: str
) -> None:
    assert authorship(contributions, own) == truth


CLAIMS = st.builds(claim, st.sampled_from(Role), st.sampled_from(Tier))
CONTRIBUTIONS = st.lists(
    st.builds(
        Contribution,
        st.lists(CLAIMS, max_size=3).map(tuple),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=4,
)


@given(CONTRIBUTIONS)
def test_silence_is_never_called_human(contributions: list[Contribution]) -> None:
    if authorship(contributions) is Authorship.HUMAN:
        assert all(one.lines_human for one in contributions)
        assert not any(one.decides for each in contributions for one in each.claims)


@given(CONTRIBUTIONS)
def test_a_change_is_ai_or_mixed_exactly_where_a_claim_decides(
    contributions: list[Contribution],
) -> None:
    decided = any(one.decides for each in contributions for one in each.claims)
    counted = authorship(contributions) in {Authorship.AI, Authorship.MIXED}
    assert counted is decided


@given(CONTRIBUTIONS, st.randoms(use_true_random=False))
def test_the_order_of_commits_does_not_matter(
    contributions: list[Contribution], chance: object
) -> None:
    shuffled = list(contributions)
    getattr(chance, "shuffle")(shuffled)  # noqa: B009 -- hypothesis's own source of chance
    assert authorship(shuffled) == authorship(contributions)


@given(CONTRIBUTIONS)
def test_a_silent_commit_never_makes_a_change_more_of_an_agents(
    contributions: list[Contribution],
) -> None:
    assert authorship([*contributions, SILENT]) is not Authorship.AI
