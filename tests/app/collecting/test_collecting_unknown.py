"""What a forge does not show, or only in part, is unknown and never taken for absent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import ForgeError, InputError
from affidavit.changes.forge.model import (
    BranchRules,
    Checks,
    Missing,
    Permission,
    PullRequest,
    Ruleset,
    Unavailable,
)
from affidavit.sources.forge.reading import Export, Unknown
from collectors import SECRET, Waits, gathered, only, records
from forges import Forge, Protection, Repository, faults, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PULLS = only("pull_requests")
NODES = ("repository", "pullRequests", "nodes")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def shop(forge: Forge) -> Repository:
    """A repository with three pull requests that Ben approved and Ann merged."""
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop = forge.repository("firm/shop")
    shop.roles[ann] = "admin"
    for number in range(3):
        pull = shop.open(ann, f"Number {number}", {f"{number}.py": "1\n"})
        shop.checks.passes(pull.head_oid, "test")
        pull.review(ben)
        pull.merge(ann, "squash")
    return shop


def pulls(output: Path) -> dict[int, PullRequest]:
    return {one.number: one for one in records(output, PullRequest)}


@pytest.mark.parametrize("status", [403, 404])
def test_protection_that_is_refused_is_not_taken_for_none(
    forge: Forge, shop: Repository, output: Path, status: int
) -> None:
    shop.protect("main", Protection(reviews=1))
    fault = faults.forbidden("administration=read", status)
    forge.faults.order("/protection", fault, times=None)
    done = gathered(forge, output, sections=only("rules"))
    (found,) = records(output, BranchRules)
    lost = Missing("protection", "permission", needs="administration=read")
    assert (found.protection, found.missing, done.whole) == (None, (lost,), False)


def test_a_token_that_may_little_learns_what_it_lacks(
    forge: Forge, shop: Repository, output: Path
) -> None:
    ann = next(iter(shop.roles))
    shop.ruleset(ann, "main", [reviews_rule(1)])
    forge.router.granted = {"metadata": "read", "pull_requests": "read"}
    gathered(forge, output)
    needed = {(one.record, one.what): one.needs for one in Export(output).unknowns}
    assert needed[("branch_rules", "protection")] == "administration=read"
    assert needed[("ruleset", "history")] == "administration=write"
    assert needed[("ruleset", "bypass_actors")] == "administration=write"
    assert needed[("unavailable", "deployments")] == "deployments=read"
    assert all(one.reason in {"permission", "hidden"} for one in Export(output).unknowns)
    assert {one.what for one in records(output, Unavailable)} == {
        name for record, name in needed if record == "unavailable"
    }


def test_a_hidden_list_of_bypasses_is_not_an_empty_one(
    forge: Forge, shop: Repository, output: Path
) -> None:
    shop.ruleset(next(iter(shop.roles)), "main", [reviews_rule(1)])
    forge.router.granted = {"metadata": "read"}
    gathered(forge, output, sections=only("rulesets"))
    (found,) = [one for one in records(output, Ruleset) if one.version is None]
    assert "bypass_actors" not in found.state
    assert Missing("bypass_actors", "hidden", needs="administration=write") in found.missing


@pytest.mark.parametrize("status", [403, 404])
def test_permissions_that_are_not_listed_are_asked_for_one_by_one(
    forge: Forge, shop: Repository, output: Path, status: int
) -> None:
    assert shop.roles
    fault = faults.forbidden("administration=read", status)
    forge.faults.order(r"/collaborators\?", fault, times=None)
    forge.faults.order(r"/collaborators/ben/", fault, times=None)
    gathered(forge, output, sections=only("pull_requests", "permissions"))
    found = {one.account.login: one for one in records(output, Permission)}
    assert (found["ann"].permission, found["ann"].missing) == ("admin", ())
    lost = Missing("permission", "permission", needs="administration=read")
    assert (found["ben"].permission, found["ben"].missing) == (None, (lost,))


@pytest.mark.usefixtures("shop")
def test_a_part_that_is_an_error_is_asked_for_again_and_then_marked(
    forge: Forge, output: Path
) -> None:
    fault = faults.partial_error(*NODES, 0, "reviews")
    forge.faults.order("graphql", fault, times=None)
    done = gathered(forge, output, sections=PULLS)
    # Asked for alone, the complaint is about another path: about anything.
    assert {one.missing for one in pulls(output).values()} == {(Missing("record", "error"),)}
    assert not done.whole
    forge.faults.clear()
    assert gathered(forge, output, sections=PULLS).whole
    assert {len(one.reviews) for one in pulls(output).values()} == {1}


@pytest.mark.usefixtures("shop")
def test_an_error_that_passes_leaves_no_trace(forge: Forge, output: Path) -> None:
    forge.faults.order("graphql", faults.partial_error(*NODES, 1, "commits"))
    assert gathered(forge, output, sections=PULLS).whole
    assert [len(one.commits) for one in pulls(output).values()] == [1, 1, 1]


@pytest.mark.usefixtures("shop")
def test_a_part_that_is_refused_is_not_asked_for_again(forge: Forge, output: Path) -> None:
    fault = faults.partial_error(*NODES, 1, "reviews", kind="FORBIDDEN")
    forge.faults.order("graphql", fault)
    gathered(forge, output, sections=PULLS)
    missing = Counter(one.missing for one in pulls(output).values())
    assert missing == {(): 2, (Missing("reviews", "permission"),): 1}
    assert len(forge.asked("graphql")) == 1


@pytest.mark.usefixtures("shop")
def test_a_pull_request_that_is_not_shown_leaves_the_list_incomplete(
    forge: Forge, output: Path
) -> None:
    forge.faults.order("graphql", faults.nothing_at(*NODES, 1, kind="FORBIDDEN", message="no"))
    done = gathered(forge, output, sections=PULLS)
    assert (len(pulls(output)), done.whole, done.export.whole("pull_requests")) == (
        2,
        False,
        False,
    )
    assert Unknown("unavailable", "pull_requests", "hidden", None) in done.export.unknowns
    assert gathered(forge, output, sections=PULLS).whole
    assert len(pulls(output)) == 3


@pytest.mark.usefixtures("shop")
def test_a_page_that_is_too_much_is_asked_for_in_halves(forge: Forge, output: Path) -> None:
    forge.faults.order("graphql", faults.page_over(1), times=None)
    waits = Waits(forge)
    assert gathered(forge, output, sections=PULLS, waits=waits).whole
    assert (len(pulls(output)), waits.waited) == (3, [])


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_an_answer_that_is_cut_off_is_asked_for_again(
    forge: Forge, output: Path, share: float
) -> None:
    forge.faults.order("graphql", faults.truncated(share))
    assert gathered(forge, output, sections=PULLS).whole
    assert len(pulls(output)) == 3


@pytest.mark.usefixtures("shop")
def test_a_commit_that_the_forge_does_not_have_is_unknown(forge: Forge, output: Path) -> None:
    forge.faults.order("graphql", faults.nothing_at("repository", "c0"), after=1)
    gathered(forge, output, sections=only("pull_requests", "checks"))
    missing = Counter(one.missing for one in records(output, Checks))
    assert len(missing) == 2
    assert missing[()] == 5


@pytest.mark.usefixtures("shop")
def test_checks_that_are_refused_are_unknown(forge: Forge, output: Path) -> None:
    fault = faults.partial_error("repository", "c0", "checkSuites", kind="FORBIDDEN")
    forge.faults.order("graphql", fault, after=1)
    gathered(forge, output, sections=only("pull_requests", "checks"))
    missing = Counter(one.missing for one in records(output, Checks))
    assert missing == {(): 5, (Missing("runs", "permission"),): 1}


@pytest.mark.usefixtures("shop")
def test_a_repository_that_is_not_shown_is_an_error(forge: Forge, output: Path) -> None:
    forge.faults.order("GET /repos/firm/shop$", faults.forbidden("metadata=read", 404))
    with pytest.raises(ForgeError, match="answers with status 404"):
        gathered(forge, output)
    assert not output.exists()


@pytest.mark.usefixtures("shop")
def test_a_link_to_another_host_is_not_followed(forge: Forge, output: Path, tmp_path: Path) -> None:
    with Forge(tmp_path / "other") as other:
        forge.faults.order("/activity", faults.link_to(other.url))
        with pytest.raises(ForgeError, match="leads to another host"):
            gathered(forge, output, sections=only("activity"))
        forge.faults.order("GET /repos/firm/shop$", faults.redirect_to(other.url + "{target}"))
        with pytest.raises(ForgeError, match="leads to another host"):
            gathered(forge, output, sections=only("activity"))
        assert other.log == []
    assert SECRET not in output.read_text()


@pytest.mark.usefixtures("shop")
def test_an_export_of_another_repository_is_not_gone_on_with(forge: Forge, output: Path) -> None:
    gathered(forge, output, sections=only("releases"))
    forged = output.read_text().replace("firm/shop", "firm/mall", 1)
    output.write_text(forged)
    with pytest.raises(InputError, match="is of firm/mall at 127"):
        gathered(forge, output, sections=only("releases"))
    assert output.read_text() == forged
