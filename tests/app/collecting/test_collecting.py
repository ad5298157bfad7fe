"""What is collected is what the forge knows, whole."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    BranchRules,
    ChecklistItem,
    Checks,
    Deployment,
    DeploymentStatus,
    Event,
    Missing,
    Permission,
    PullRequest,
    Push,
    Release,
    Repository,
    Review,
    ReviewState,
    Ruleset,
    Status,
)
from affidavit.sources.forge.reading import Export
from collectors import Waits, gathered, only, records
from forges import App, Forge, Protection, filled, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PULLS = only("pull_requests")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


def only_pull(output: Path) -> PullRequest:
    (found,) = records(output, PullRequest)
    return found


def test_a_pull_request_is_kept_with_all_that_belongs_to_it(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Add a cart", {"cart.py": "x = 1\n"}, body="For the shop")
    old = pull.head_oid
    review = pull.review(ben, body="Good")
    pull.force_push(ann, "Again", {"cart.py": "x = 3\n"})
    pull.dismiss(review, ann, "changed since")
    pull.label(ann, "big")
    pull.review(ben)
    landed = pull.merge(ben, "squash")
    gathered(forge, output, sections=PULLS)
    found = only_pull(output)
    anna, benno = (Account(one.login, AccountKind.PERSON, one.id) for one in (ann, ben))
    assert (found.number, found.title, found.body) == (1, "Add a cart", "For the shop")
    assert (found.state, found.draft, found.labels) == ("merged", False, ("big",))
    assert (found.author, found.merged_by, found.missing) == (anna, benno, ())
    assert (found.base_ref, found.head_oid, found.merged_at) == (
        "main",
        pull.head_oid,
        pull.merged_at,
    )
    assert found.merge_commit is not None
    assert found.merge_commit.oid == landed
    assert found.merge_commit.signed is not None
    assert found.merge_commit.signed.by_forge
    (commit,) = found.commits
    assert (commit.oid, commit.message, commit.author) == (pull.head_oid, "Again", anna)
    assert (commit.author_name, commit.author_email) == ("Ann Lee", "ann@firm.mail")
    digest = f"sha256:{sha256(b'Good').hexdigest()}"
    assert [(one.state, one.author, one.commit, one.body_digest) for one in found.reviews] == [
        (ReviewState.DISMISSED, benno, old, digest),
        (ReviewState.APPROVED, benno, pull.head_oid, None),
    ]
    first, second, third, *_ = found.events
    assert (first.kind, first.actor, first.before, first.after) == (
        "head_ref_force_pushed",
        anna,
        old,
        pull.head_oid,
    )
    assert second == Event(
        kind="review_dismissed",
        at=second.at,
        actor=anna,
        review=found.reviews[0].id,
        was=ReviewState.APPROVED,
        text="changed since",
        commit=second.commit,
    )
    assert (third.kind, third.text) == ("labeled", "big")
    assert "merged" in {one.kind for one in found.events}


def test_every_section_is_whole_after_one_collection(forge: Forge, output: Path) -> None:
    filled(forge)
    done = gathered(forge, output)
    export = Export(output)
    assert all(export.whole(one) for one in done.sections)
    assert (set(export.unknowns), done.whole) == (set(), True)


def test_the_digest_is_that_of_the_bytes_that_came(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    shop.release(ann, "v1.0", shop.heads["main"])
    gathered(forge, output, sections=only("releases"))
    (found,) = [one for one in Export(output).lines() if isinstance(one.data, Release)]
    from urllib.request import Request, urlopen  # noqa: PLC0415

    request = Request(found.origin.url, headers={"User-Agent": "t"})  # noqa: S310
    raw: bytes = urlopen(request).read()  # noqa: S310
    (one,) = msgspec.json.decode(raw, type=list[msgspec.Raw])
    assert found.origin.digest == f"sha256:{sha256(bytes(one)).hexdigest()}"


def test_what_does_not_fit_a_page_is_asked_for(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Long", {"a.py": "0\n"})
    for number in range(160):
        pull.commit(ann, f"Commit {number}", {"a.py": f"{number + 1}\n"})
    for _ in range(120):
        pull.review(ben, "COMMENTED")
    for number in range(200):
        pull.label(ann, f"l{number}")
        pull.unlabel(ann, f"l{number}")
    gathered(forge, output, sections=PULLS)
    found = only_pull(output)
    assert [one.message for one in found.commits] == [
        "Long",
        *(f"Commit {number}" for number in range(160)),
    ]
    assert len({one.id for one in found.reviews}) == 120
    assert len([one for one in found.events if one.kind == "labeled"]) == 200
    assert found.missing == ()


def test_all_attempts_of_a_check_and_who_reported_them_are_kept(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    for conclusion in ("failure", "success"):
        suite = shop.checks.suite(pull.head_oid, app=App("scanner", 77), event=None)
        shop.checks.run(suite, "scan", conclusion)
    shop.checks.passes(pull.head_oid, "test")
    shop.checks.status(ann, pull.head_oid, "ci/old", "success")
    gathered(forge, output, sections=only("pull_requests", "checks"))
    (found,) = records(output, Checks)
    told = [(one.name, one.app, one.conclusion, one.event) for one in found.runs]
    assert told == [
        ("scan", "scanner", "failure", None),
        ("scan", "scanner", "success", None),
        ("test", "github-actions", "success", "pull_request"),
    ]
    anna = Account(ann.login, AccountKind.PERSON, ann.id)
    (status,) = found.statuses
    assert status == Status(
        context="ci/old", state="success", created_at=status.created_at, creator=anna
    )


def test_many_suites_and_many_runs_are_all_there(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    for number in range(45):
        shop.checks.passes(pull.head_oid, f"suite {number}")
    shop.checks.passes(pull.head_oid, *(f"run {number}" for number in range(120)))
    gathered(forge, output, sections=only("pull_requests", "checks"))
    (found,) = records(output, Checks)
    assert {one.name for one in found.runs} == {
        *(f"suite {number}" for number in range(45)),
        *(f"run {number}" for number in range(120)),
    }
    assert (len(found.runs), found.missing) == (165, ())


def test_the_checks_of_a_queue_are_on_the_commit_that_landed(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    group = pull.enqueue(ann)
    shop.checks.passes(group.commit, "test", event="merge_group")
    pull.land()
    gathered(forge, output, sections=only("pull_requests", "checks"))
    found = {one.commit: one for one in records(output, Checks)}
    assert set(found) == {pull.head_oid, group.commit}
    assert [one.event for one in found[group.commit].runs] == ["merge_group"]


def test_rules_are_those_of_now_and_rulesets_have_their_versions(
    forge: Forge, output: Path
) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    shop.protect("main", Protection(reviews=2))
    rules = shop.ruleset(ann, "main", [reviews_rule(1)])
    shop.change_ruleset(ann, rules, enforcement="disabled")
    gathered(forge, output, sections=only("rules", "rulesets"))
    (branch,) = records(output, BranchRules)
    assert branch.protection is not None
    wanted = branch.protection["required_pull_request_reviews"]
    assert isinstance(wanted, dict)
    assert (branch.branch, wanted["required_approving_review_count"]) == ("main", 2)
    assert (branch.rules, branch.missing) == ((), ())
    told = [(one.version is None, one.state["enforcement"]) for one in records(output, Ruleset)]
    assert sorted(told) == [(False, "active"), (False, "disabled"), (True, "disabled")]


def test_a_branch_without_protection_is_known_to_have_none(forge: Forge, output: Path) -> None:
    forge.repository("firm/shop")
    gathered(forge, output, sections=only("rules"))
    (found,) = records(output, BranchRules)
    expected = BranchRules(branch="main", at=found.at, protection=None, rules=())
    assert found == expected


def test_permissions_deployments_pushes_and_settings_are_kept(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    bot = forge.bot("deployer", number=99)
    shop = forge.repository("firm/shop")
    shop.roles[ann] = "maintain"
    oid = shop.direct(ann, "Hotfix", {"a.py": "1\n"})
    made = shop.deploy(bot, oid, "production", state=None)
    shop.deployed(made, "in_progress", by=bot)
    shop.deployed(made, "success", by=bot)
    gathered(forge, output)
    anna = Account(ann.login, AccountKind.PERSON, ann.id)
    (allowed,) = records(output, Permission)
    assert (allowed.account, allowed.permission, allowed.role) == (anna, "write", "maintain")
    (deployed,) = records(output, Deployment)
    by = Account("deployer", AccountKind.BOT, bot.id)
    first, second = deployed.statuses
    assert (deployed.commit, deployed.environment, deployed.creator) == (oid, "production", by)
    assert deployed.statuses == (
        DeploymentStatus(state="in_progress", at=first.at, creator=by),
        DeploymentStatus(state="success", at=second.at, creator=by),
    )
    push = records(output, Push)[0]
    assert (push.ref, push.after, push.kind, push.actor) == (
        "refs/heads/main",
        oid,
        "push",
        anna,
    )
    (repository,) = records(output, Repository)
    assert (repository.name, repository.default_branch) == ("firm/shop", "main")
    assert "environments" in repository.settings


def test_a_review_without_a_commit_and_one_by_nobody_are_kept_as_such(
    forge: Forge, output: Path
) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    gone = forge.account("gone", "Gil Gone", "gil@firm.mail")
    shop = forge.repository("firm/shop")
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    pull.review(gone, commit=None)
    forge.delete(gone)
    gathered(forge, output, sections=PULLS)
    (found,) = only_pull(output).reviews
    assert found == Review(
        id=found.id,
        state=ReviewState.APPROVED,
        author=None,
        submitted_at=found.submitted_at,
        edited_at=None,
        commit=None,
        association=found.association,
        could_push=found.could_push,
        checklist=(),
    )


def test_of_a_review_s_text_its_checkboxes_are_kept(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    pull = forge.repository("firm/shop").open(ann, "Add", {"a.py": "1\n"})
    pull.review(ann, "COMMENTED", body="Quite a surprise:\n- [x] I read it\n- [ ] Tested\n")
    pull.review(ann, "COMMENTED")
    gathered(forge, output, sections=PULLS)
    read = ChecklistItem(text="I read it", checked=True)
    tested = ChecklistItem(text="Tested", checked=False)
    assert [one.checklist for one in only_pull(output).reviews] == [(read, tested), ()]
    assert "surprise" not in output.read_text()


def test_what_ran_long_ago_may_have_been_forgotten(forge: Forge, output: Path) -> None:
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    shop = forge.repository("firm/shop")
    shop.open(ann, "Add", {"a.py": "1\n"}).merge(ann, "squash")
    forge.clock.advance(days=401)
    shop.open(ann, "More", {"b.py": "1\n"}).merge(ann, "squash")
    gathered(forge, output, sections=only("pull_requests", "checks"))
    told = [one.missing for one in records(output, Checks)]
    forgotten = (Missing("runs", "retention"),)
    assert sorted(told, key=len) == [(), (), forgotten, forgotten]


def test_a_limit_is_waited_out_and_nothing_is_lost(forge: Forge, output: Path) -> None:
    filled(forge)
    forge.core.limit = 10
    waits = Waits(forge)
    gathered(forge, output, waits=waits)
    assert [why for _, why in waits.waited] == ["the limit of REST requests is used up"]
    assert Export(output).unknowns == {}


def test_a_server_of_ones_own_is_asked_at_its_own_paths(tmp_path: Path, output: Path) -> None:
    with Forge(tmp_path / "own", server=True) as forge:
        filled(forge)
        gathered(forge, output)
        assert Export(output).unknowns == {}
        assert all(" /api/" in one for one in forge.asked())
