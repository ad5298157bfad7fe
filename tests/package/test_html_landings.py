from __future__ import annotations

import json

import pytest
from reports import ADA, BEN, CLAUDE, a_claim, a_landing, a_report, an_id
from year import a_year

from affidavit.changes.model import Grade, Inner, Kind, Landing, Mark, Proof, PullRequest, Review
from affidavit.package.html import evidence as ev
from affidavit.package.html import rows
from affidavit.package.html.data import IDS, encoded
from affidavit.provenance.model import Authorship, Role, Tier

MERGE = a_landing(
    1,
    kind=Kind.MERGE,
    marks=(Mark.BACK_MERGE, Mark.REVERT),
    committed_at="2026-01-01T00:00:00Z",
    commits=(an_id(1), an_id(2)),
    authors=(CLAUDE, ADA, BEN),
    authorship=Authorship.AI,
    claims=(a_claim(commit=an_id(2), model="claude-opus-4.6", session="s_1"),),
    pull_request=PullRequest(
        forge="github",
        number="12",
        proof=Proof.CLAIMED,
        form="github-merge",
        corroborated_by="refs/pull/12/head",
    ),
    review=Review(grade=Grade.R2, self_merged=False, evidence=("Ben merged.",)),
    critical_paths=("billing/**",),
    exceptions=("date-out-of-order",),
)


def a_row(landing: Landing, reasons: ev.Reasons | None = None) -> str:
    return rows.row(landing, reasons or {})


def the_data(
    *landings: Landing, reasons: ev.Reasons | None = None
) -> dict[str, dict[str, list[object]]]:
    found: dict[str, dict[str, list[object]]] = json.loads(encoded(landings, reasons or {}))
    return found


def test_a_row_states_all_its_evidence() -> None:
    row = a_row(MERGE, {MERGE.commit: [("date-out-of-order", "Its own date is off.")]})
    for expected in (
        "<b>CHG-2026-03-12-002</b>",
        "merge back-merge revert",
        "github 12",
        "<b>date-out-of-order</b> Its own date is off.",
        "<b>PRV-CLAUDE-001</b> tier B · claude-code · co-author · model claude-opus-4.6 · from",
        f" co-author · of <code>{an_id(2)}</code> · session s_1",
        "<q>Co-authored-by: Claude &lt;noreply@anthropic.com&gt;</q>",
        "docs/signals/PRV-CLAUDE-001.md",
        "<b>R2</b> merged by another person. Merged by somebody who is not among its authors.",
        "<dd>Ben merged.</dd>",
        "<small>claimed · form github-merge · corroborated by refs/pull/12/head</small>",
        "Ada Lovelace &lt;ada@example.org&gt; <small>person, author, committer</small>",
        "<code>billing/**</code>",
        "the commit's own date is 2026-01-01T00:00:00Z; on main",
        f"and 1 commit it brought in: <code>{an_id(2)}</code>",
    ):
        assert expected in row


def test_a_landing_that_says_little_has_a_short_row() -> None:
    row = a_row(a_landing(authors=(), committed_at=None))
    assert "nobody named" in row
    assert "the commit's own date is unusable" in row
    for absent in ("Claims", "Pull request", "Critical", "Exceptions", "brought in", "squashed"):
        assert absent not in row


def test_an_unrefined_squash_says_so_and_a_refined_one_names_what_it_was_made_of() -> None:
    inner = Inner(ref="refs/pull/9/head", head=an_id(5), commits=(an_id(5), an_id(6)))
    assert "unrefined: the squashed commits are not here, or do not agree" in a_row(
        a_landing(unrefined=True)
    )
    assert "squashed from 2 commits of refs/pull/9/head" in a_row(a_landing(inner=inner))


def test_a_row_is_cut_where_a_landing_holds_too_much_and_says_so() -> None:
    row = a_row(
        a_landing(
            commits=tuple(an_id(n) for n in range(ev.COMMITS + 4)),
            claims=tuple(a_claim(rule=f"PRV-X-{n:03}") for n in range(ev.CLAIMS + 1)),
            authors=(ADA,) * (ev.PEOPLE + 2),
        )
    )
    assert [row.count(f"and {n} more, in report.json") for n in (1, 2, 3)] == [1, 1, 1]


def test_an_exception_without_a_reason_is_named() -> None:
    landing = a_landing(exceptions=("self-merged", "no-review-evidence"))
    known = {landing.commit: [("self-merged", "why")]}
    assert ev.exceptions_of(landing, known) == [("self-merged", "why"), ("no-review-evidence", "")]


@pytest.mark.parametrize(
    ("authorship", "role", "tier", "expected"),
    [
        (Authorship.AI, Role.AUTHOR, Tier.C, ("claude-code",)),
        (Authorship.MIXED, Role.ASSIST, Tier.B, ()),
        (Authorship.ASSISTED, Role.SUGGESTION, Tier.B, ("claude-code",)),
        (Authorship.NO_SIGNAL, Role.COMMITTER_ONLY, Tier.B, ()),
        (Authorship.NO_SIGNAL, Role.AUTHOR, Tier.D, ()),
    ],
)
def test_a_row_names_the_agents_that_count(
    authorship: Authorship, role: Role, tier: Tier, expected: tuple[str, ...]
) -> None:
    landing = a_landing(authorship=authorship, claims=(a_claim(role=role, tier=tier),))
    assert ev.agents_of(landing) == expected


def test_the_first_person_stands_for_a_landing_and_else_the_first_party() -> None:
    assert ev.first_person(a_landing(authors=(CLAUDE, BEN))) == "Ben Okafor"
    assert ev.first_person(a_landing(authors=(CLAUDE,))) == "Claude"


def test_commands_show_the_landing_its_merge_and_its_notes() -> None:
    commit, other = an_id(0), an_id(1)
    landing = a_landing(
        kind=Kind.MERGE,
        review=Review(grade=Grade.R3, self_merged=None),
        claims=(
            a_claim(source="refs/notes/ai", commit=other),
            a_claim(source="refs/notes/a;b", commit=commit),
        ),
    )
    assert ev.commands(landing) == [
        f"git show --no-patch --format=fuller {commit}",
        f"git log --format=fuller {commit}^1..{commit}",
        f"git notes --ref='a;b' show {commit}",
        f"git notes --ref=ai show {other}",
        f"git notes --ref=review show {commit}",
    ]


def test_the_data_holds_what_repeats_once() -> None:
    landings = (MERGE, a_landing(7, authors=MERGE.authors, claims=MERGE.claims))
    data = the_data(*landings)
    sizes = {name: len(data[name]) for name in ("casts", "people", "rules", "texts")}
    assert sizes == {"casts": 1, "people": 3, "rules": 1, "texts": 1}


def test_the_data_says_what_was_cut_and_of_which_landing() -> None:
    much = a_landing(1, claims=tuple(a_claim(rule=f"PRV-X-{n:03}") for n in range(ev.CLAIMS + 3)))
    assert the_data(a_landing(0), much)["cut"] == {"1": [3, 0, 0]}


def test_the_data_holds_no_more_ids_than_a_page_can_bear() -> None:
    commits = tuple(an_id(n) for n in range(ev.COMMITS + 1))
    size = IDS // ev.COMMITS + 1
    landings = tuple(a_landing(commits=commits) for _ in range(size))
    columns = the_data(*landings)["columns"]
    full = [ev.COMMITS, list(commits[1:])]
    assert columns["commits"] == [full] * (size - 1) + [[ev.COMMITS, []]]


def test_the_data_cannot_end_its_element_and_hides_nothing() -> None:
    text = encoded((a_landing(title="</script><script>\u2028\u202e\x00"),), {})
    assert not set(text) & set("<\u2028\u202e\x00")
    columns = json.loads(text)["columns"]
    assert columns["title"] == ["</script><script>\\u2028\\u202e\\u0000"]


def test_twenty_thousand_landings_fit_into_twenty_five_megabytes() -> None:
    landings = [
        a_landing(
            n,
            authors=(ADA, BEN, CLAUDE),
            claims=tuple(
                a_claim(
                    commit=an_id((n, at)),
                    evidence=f"Claude-Session: {an_id((n, at))}",
                    session=f"session-{n}",
                )
                for at in range(3)
            ),
            commits=tuple(an_id((n, at)) for at in range(5)),
        )
        for n in range(2_000)
    ]
    assert len(encoded(landings, {})) * 10 < 25_000_000


def test_a_year_of_landings_is_encoded_in_full() -> None:
    report = a_year(50)
    columns = the_data(*report.landings, reasons=ev.reasons(report.exceptions))["columns"]
    assert {name: len(column) for name, column in columns.items()} == dict.fromkeys(columns, 50)
    assert a_report().landings == ()
