"""Cases by hand: played on a forge with state, collected from it, and tested."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from change_desk import Desk
from collectors import gathered
from forges import Forge, checks_rule, queue_rule, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Account, Pull

HOST = "127.0.0.1"
CONTROLS = """
[controls]
checks = { test = ["test"], scan = ["scan"] }
"""
COPILOT = "copilot-swe-agent"
TICKED = "- [x] I have reviewed the AI-generated code"


class Firm(Desk):
    """The desk of Ann, Ben and Cleo, with Ann's other account, an agent, and their roles."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        super().__init__(forge, folder)
        self.home = forge.account("quillfox", "A.", "quillfox@home.mail")
        self.copilot = forge.bot(COPILOT, number=198982749)
        self.shop.roles.update(
            {self.ann: "admin", self.ben: "write", self.cleo: "write", self.home: "write"}
        )
        self.shop.roles[self.copilot] = "write"
        self.shop.direct(self.ann, "People", {"affidavit.toml": self.people()})
        self.config = folder / "engagement.toml"
        self.config.write_text(self.people() + CONTROLS)

    def people(self) -> str:
        """Who is who: Ann has two accounts, Ben may declare an emergency."""
        told = ["version = 1"]
        for one, others, roles in (
            (self.ann, [self.home], []),
            (self.ben, [], ["change-authority"]),
            (self.cleo, [], []),
        ):
            accounts = [f"{HOST}:{each}" for who in (one, *others) for each in (who.login, who.id)]
            told += ["[[person]]", f'name = "{one.name}"', f"addresses = {json.dumps(one.emails)}"]
            told += [f"accounts = {json.dumps(accounts)}", f"roles = {json.dumps(roles)}"]
        return "\n".join(told) + "\n"

    def checked(self, pull: Pull) -> Pull:
        """`pull`, with its checks run on the head."""
        self.shop.checks.passes(pull.head_oid, "test", "scan")
        return pull

    def by_agent(self, opener: Account) -> Pull:
        """Work that the agent committed and `opener` asked the forge to merge."""
        pull = self.shop.open(opener, "Export orders", {"export.py": "x = 1\n"},
                              commit_by=self.copilot)  # fmt: skip
        return self.checked(pull)

    def tested(self, number: int, *tests: str) -> tuple[str, ...]:
        """What came of these tests of CC8.1 for request `number`."""
        rows = self.rows(*tests)
        found = {one["test"][-2:]: one["result"] for one in rows if one["request"] == f"#{number}"}
        return tuple(found[test] for test in tests)

    def rows(self, *tests: str) -> list[dict[str, str]]:
        """The items of these tests, by the records as they are now."""
        gathered(self.forge, self.export)
        chosen = [word for test in tests for word in ("--test", f"AFF-CC8.1-{test}")]
        ended = self.run("controls", "test", "--config", self.config, "--json", *chosen)
        items: list[dict[str, str]] = json.loads(ended.out)["items"]
        return items


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with Forge(tmp_path / "forge") as forge:
        yield Firm(forge, tmp_path)


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_whoever_approved_may_merge(firm: Firm, way: str) -> None:
    pull = firm.checked(firm.approved())
    pull.merge(firm.ben, way)
    assert firm.tested(pull.number, "01", "03", "04", "05") == ("pass",) * 4


@pytest.mark.parametrize("way", ["merge", "squash"])
def test_an_approval_is_carried_over_an_update_of_the_branch(firm: Firm, way: str) -> None:
    pull = firm.approved()
    firm.shop.direct(firm.cleo, "Tax", {"tax.py": "1\n"})
    pull.update_branch(firm.ann)
    firm.checked(pull).merge(firm.cleo, way)
    assert firm.tested(pull.number, "03", "04", "05") == ("pass",) * 3


def test_a_commit_after_the_approval_is_not_approved_and_what_ran_before_it_does_not_count(
    firm: Firm,
) -> None:
    pull = firm.checked(firm.approved())
    pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    pull.merge(firm.cleo, "squash")
    assert firm.tested(pull.number, "03", "04", "05") == ("pass", "deviation", "deviation")


def test_checks_of_a_merge_queue_count_where_the_head_has_none(firm: Firm) -> None:
    firm.shop.ruleset(firm.ann, "Queue", [queue_rule(), checks_rule("test", "scan")])
    pull = firm.approved()
    group = pull.enqueue(firm.cleo)
    firm.shop.checks.passes(group.commit, "test", "scan", event="merge_group")
    pull.land()
    assert firm.tested(pull.number, "01", "03", "04", "05") == ("pass",) * 4


@pytest.mark.parametrize(("again", "expected"), [(True, "pass"), (False, "deviation")])
def test_a_dismissed_approval_counts_only_where_it_was_given_again(
    firm: Firm,
    again: bool,  # noqa: FBT001
    expected: str,
) -> None:
    pull = firm.checked(firm.opened())
    review = pull.review(firm.ben)
    pull.dismiss(review, firm.ann)
    if again:
        pull.review(firm.ben)
    pull.merge(firm.ann, "squash")
    assert firm.tested(pull.number, "03") == (expected,)


def test_where_no_check_is_asked_for_that_is_a_deviation(firm: Firm) -> None:
    firm.config.write_text(firm.people())
    pull = firm.checked(firm.approved())
    pull.merge(firm.cleo, "squash")
    assert firm.tested(pull.number, "05") == ("deviation",)


def test_a_check_that_the_rules_require_counts_beside_those_of_the_engagement(firm: Firm) -> None:
    firm.shop.ruleset(firm.ann, "Main", [reviews_rule(1), checks_rule("lint")])
    pull = firm.checked(firm.approved())
    pull.merge(firm.cleo, "squash")
    other = firm.checked(firm.approved("b.py", message="Another"))
    firm.shop.checks.passes(other.head_oid, "lint")
    other.merge(firm.cleo, "squash")
    assert firm.tested(pull.number, "05") == ("deviation",)
    assert firm.tested(other.number, "05") == ("pass",)


def test_where_all_are_emergencies_each_is_right_and_all_together_are_not(firm: Firm) -> None:
    pulls = [firm.checked(firm.opened(f"{one}.py", message=f"Mend {one}")) for one in range(3)]
    for pull in pulls:
        pull.label(firm.ben, "emergency")
        pull.merge(firm.ann, "squash")
        pull.review(firm.cleo)
    rows = [one for one in firm.rows("03", "04", "11") if one["request"] or one["of"] == "period"]
    by_test = {test: sorted(one["result"] for one in rows if one["test"][-2:] == test)
               for test in ("03", "04", "11")}  # fmt: skip
    assert by_test == {
        "03": ["pass"] * 3,
        "04": ["na"] * 3,
        "11": ["deviation", "pass", "pass", "pass"],
    }


def test_an_emergency_that_somebody_without_the_role_declared_excuses_nothing(firm: Firm) -> None:
    pull = firm.checked(firm.opened())
    pull.label(firm.cleo, "emergency")
    pull.merge(firm.ann, "squash")
    assert firm.tested(pull.number, "03", "11") == ("deviation", "deviation")


def test_whoever_opened_the_agents_work_is_its_author_and_another_persons_approval_counts(
    firm: Firm,
) -> None:
    pull = firm.by_agent(firm.ann)
    pull.review(firm.ben, body=TICKED)
    pull.merge(firm.ann, "squash")
    assert firm.tested(pull.number, "03", "04", "08") == ("pass",) * 3


def test_the_prompters_approval_does_not_count_and_another_persons_does(firm: Firm) -> None:
    pull = firm.by_agent(firm.copilot)
    pull.assign(firm.ann, firm.ann)
    pull.review(firm.ann, body=TICKED)
    pull.merge(firm.ann, "squash")
    other = firm.by_agent(firm.copilot)
    other.assign(firm.ann, firm.ann)
    other.review(firm.ben, body=TICKED)
    other.merge(firm.ann, "squash")
    assert firm.tested(pull.number, "03", "08") == ("deviation", "deviation")
    assert firm.tested(other.number, "03", "08") == ("pass", "pass")


def test_with_an_unknown_prompter_one_approval_is_too_little_and_two_are_enough(firm: Firm) -> None:
    pull = firm.by_agent(firm.copilot)
    pull.review(firm.ann)
    pull.merge(firm.ann, "squash")
    other = firm.by_agent(firm.copilot)
    other.review(firm.ann)
    other.review(firm.ben)
    other.merge(firm.ann, "squash")
    assert firm.tested(pull.number, "03") == ("unknown",)
    assert firm.tested(other.number, "03") == ("pass",)


def test_two_accounts_of_one_person_are_one_person(firm: Firm) -> None:
    pull = firm.checked(firm.opened())
    pull.review(firm.home)
    pull.merge(firm.cleo, "squash")
    assert firm.tested(pull.number, "03") == ("deviation",)


def test_a_direct_push_and_a_forced_one_are_told_apart_from_merges(firm: Firm) -> None:
    firm.checked(firm.approved()).merge(firm.ben, "squash")
    base = firm.shop.heads["main"]
    firm.shop.direct(firm.ann, "Quick", {"quick.py": "1\n"})
    made = firm.shop.make(firm.ann, "Instead", {"instead.py": "1\n"}, on=base)
    firm.shop.push(firm.ann, "main", made)
    found = sorted((one["of"], one["result"], one["request"] or "") for one in firm.rows("01"))
    assert found == [
        ("change", "deviation", ""),
        ("change", "deviation", ""),
        ("change", "deviation", ""),
        ("change", "pass", "#1"),
        ("push", "deviation", ""),
    ]
