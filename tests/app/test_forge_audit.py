"""An audit with a forge's records: real requests on a forge with state, collected, then audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.base.errors import InputError
from affidavit.changes.forge.judged import ForgeReview
from affidavit.cli.progress import Silent
from collectors import gathered
from forges import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing
    from forges import Account, Pull, Repository


class Firm:
    """A forge with one repository, two of its people and a third one."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        self.forge = forge
        self.folder = folder
        self.ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
        self.ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
        self.cleo = forge.account("cleo", "Cleo Park", "cleo@firm.mail")
        self.shop: Repository = forge.repository("firm/shop")

    def opened(self, title: str = "Add a cart", name: str = "cart.py") -> Pull:
        return self.shop.open(self.ann, title, {name: "x = 1\n"})

    def approved(self, by: Account | None = None, name: str = "cart.py") -> Pull:
        pull = self.opened(name=name)
        pull.review(by or self.ben)
        return pull

    def audited(self, **more: object) -> Report:
        export = self.folder / "shop.jsonl"
        gathered(self.forge, export)
        request = Request(
            repository=self.shop.git.path,
            name="firm/shop",
            forge=export,
            bounds=Bounds(since=0),
            **more,  # type: ignore[arg-type]
        )
        return audit(request, Silent())

    def newest(self) -> Landing:
        return self.audited().landings[0]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with Forge(tmp_path / "forge") as forge:
        yield Firm(forge, tmp_path)


def forge_review(landing: Landing) -> ForgeReview:
    assert isinstance(landing.forge, ForgeReview)
    return landing.forge


def verdict(landing: Landing) -> tuple[str, str, bool | None, int]:
    """Kind, grade, whether self-merged, and how many approvals count."""
    review = landing.review
    counting = forge_review(landing).counting
    return landing.kind, review.grade, review.self_merged, counting


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_an_approval_of_what_was_merged_is_r3_whichever_way_it_landed(firm: Firm, way: str) -> None:
    firm.approved().merge(firm.cleo, way)
    landing = firm.newest()
    assert verdict(landing) == (way, "R3", False, 1)
    assert landing.exceptions == ()
    assert landing.pull_request is not None
    assert (landing.pull_request.number, landing.pull_request.proof) == ("1", "forge-recorded")


def test_whoever_merges_what_another_approved_is_no_exception(firm: Firm) -> None:
    firm.approved().merge(firm.ann, "squash")
    landing = firm.newest()
    assert verdict(landing) == ("squash", "R3", True, 1)
    assert landing.exceptions == ()


def test_whoever_merges_what_nobody_approved_is_one(firm: Firm) -> None:
    firm.opened().merge(firm.ann, "squash")
    landing = firm.newest()
    assert verdict(landing) == ("squash", "R1", True, 0)
    assert landing.exceptions == ("unapproved", "self-merged")


def test_a_commit_pushed_after_the_approval_takes_it_back(firm: Firm) -> None:
    pull = firm.approved()
    pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    pull.merge(firm.cleo, "squash")
    landing = firm.newest()
    assert verdict(landing) == ("squash", "R2", False, 0)
    assert landing.exceptions == ("unapproved",)
    assert "other content" in landing.review.evidence[0]


class TestTheBaseMergedIn:
    """After an approval, what only brings in the base carries it over; nothing else does."""

    def test_another_file_of_the_base(self, firm: Firm) -> None:
        pull = firm.approved()
        firm.shop.direct(firm.cleo, "Tax", {"tax.py": "1\n"})
        pull.update_branch(firm.ann)
        pull.merge(firm.cleo, "merge")
        landing = firm.newest()
        assert verdict(landing) == ("merge", "R3", False, 1)
        assert forge_review(landing).carried

    def test_the_same_file_of_the_base(self, firm: Firm) -> None:
        firm.shop.direct(firm.cleo, "Lines", {"cart.py": "a\nb\nc\nd\ne\nf\n"})
        pull = firm.shop.open(firm.ann, "End", {"cart.py": "a\nb\nc\nd\ne\nF\n"})
        pull.review(firm.ben)
        firm.shop.direct(firm.cleo, "Begin", {"cart.py": "A\nb\nc\nd\ne\nf\n"})
        pull.update_branch(firm.ann)
        pull.merge(firm.cleo, "merge")
        landing = firm.newest()
        assert (landing.review.grade, forge_review(landing).counting) == ("R2", 0)
        assert "how they differ cannot be read" in landing.review.evidence[0]

    def test_a_commit_before_it(self, firm: Firm) -> None:
        pull = firm.approved()
        pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
        firm.shop.direct(firm.cleo, "Tax", {"tax.py": "1\n"})
        pull.update_branch(firm.ann)
        pull.merge(firm.cleo, "merge")
        assert forge_review(firm.newest()).counting == 0


def test_the_landings_of_a_rebased_request_are_its_members(firm: Firm) -> None:
    pull = firm.opened()
    pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    pull.review(firm.ben)
    pull.merge(firm.ben, "rebase")
    first, second, *_ = firm.audited().landings
    assert [one.kind for one in (first, second)] == ["rebase", "rebase"]
    assert first.members == second.members == (first.commit, second.commit)
    assert (first.review.grade, second.review.grade) == ("R3", "R3")


def test_what_was_pushed_directly_is_outside_of_every_request(firm: Firm) -> None:
    firm.approved().merge(firm.cleo, "squash")
    firm.shop.direct(firm.ann, "Hotfix", {"a.py": "1\n"})
    report = firm.audited()
    told = [
        (one.title.split(" (")[0], "outside-requests" in one.exceptions) for one in report.landings
    ]
    assert told[:2] == [("Hotfix", True), ("Add a cart", False)]
    assert not isinstance(report.forge, msgspec.UnsetType)
    forge = report.forge
    assert (forge.merged, forge.landed, forge.unlanded) == (1, 1, ())
    assert forge.outside == len(report.landings) - 1


def test_without_every_request_nothing_is_called_outside(firm: Firm) -> None:
    firm.shop.direct(firm.ann, "Hotfix", {"a.py": "1\n"})
    export = firm.folder / "some.jsonl"
    gathered(firm.forge, export, sections=("repository", "releases"))
    request = Request(repository=firm.shop.git.path, name="firm/shop", forge=export)
    report = audit(request, Silent())
    assert not isinstance(report.forge, msgspec.UnsetType)
    assert report.forge.outside is None
    assert [one.exceptions for one in report.landings] == [("no-review-evidence",)] * len(
        report.landings
    )
    assert "forge-incomplete" in {one.id for one in report.limits if one.gap}


def test_an_agents_work_needs_two_where_nobody_is_known_to_have_prompted_it(firm: Firm) -> None:
    bot = firm.forge.bot("copilot-swe-agent", number=198982749)
    pull = firm.shop.open(bot, "By the agent", {"b.py": "1\n"})
    pull.review(firm.ben)
    one = pull
    one.merge(firm.cleo, "squash")
    assert verdict(firm.newest())[3] == 1
    assert firm.newest().review.grade != "R3"
    second = firm.shop.open(bot, "By the agent again", {"c.py": "1\n"})
    second.review(firm.ben)
    second.review(firm.cleo)
    second.merge(firm.cleo, "squash")
    assert firm.newest().review.grade == "R3"


def test_a_file_that_is_no_export_is_refused(firm: Firm) -> None:
    bad = firm.folder / "bad.jsonl"
    bad.write_text('{"format":"other"}\n')
    request = Request(repository=firm.shop.git.path, name="firm/shop", forge=bad)
    with pytest.raises(InputError, match="is no export"):
        audit(request, Silent())
