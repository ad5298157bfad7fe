"""One request as the forge tells of it now: as in an export, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest

from affidavit.app.asking.in_export import request_in
from affidavit.app.asking.live import LONGEST_WAIT, Asking, Brief, request_live
from affidavit.app.asking.model import NoRequestError, SeveralRequestsError
from affidavit.base.errors import ForgeError, ForgeTokenError
from affidavit.changes.forge.model import Missing
from affidavit.sources.github.requests import MOST_PAGES, of_commit
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.token import Token
from asking import asked
from collectors import SECRET, Nobody, Script, gathered, transport
from forges import Answer, Forge, Protection, Pull, Request, Small, faults, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Small]:
    made = small(tmp_path / "forge")
    made.shop.protect("main", Protection(reviews=1))
    with made.forge:
        yield made


@pytest.fixture
def cart(firm: Small) -> Pull:
    """An open request that was approved and checked."""
    made = firm.shop.open(firm.ann, "Add a cart", {"cart.py": "x = 1\n"})
    made.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    firm.shop.checks.passes(made.head_oid, "test")
    made.review(firm.ben)
    return made


def test_it_is_what_an_export_has_of_it(firm: Small, cart: Pull, tmp_path: Path) -> None:
    output = tmp_path / "forge.jsonl"
    gathered(firm.forge, output)
    live, kept = asked(firm.forge, number=1), request_in(output, number=1)
    assert live.rules is not None
    assert kept.rules is not None
    same = msgspec.structs.replace(live, at=kept.at, host=kept.host, rules=kept.rules)
    assert same == kept
    assert live.rules.protection == kept.rules.protection
    assert (live.request.state, [*live.checks]) == ("open", [cart.head_oid])
    assert [one.after for one in live.pushes] == [*cart.commits]


def test_it_is_found_by_its_head(firm: Small, cart: Pull) -> None:
    assert asked(firm.forge, head=cart.head_oid).request.number == 1
    with pytest.raises(NoRequestError, match="no request of firm/shop has the head"):
        asked(firm.forge, head=cart.commits[0])


def test_a_request_from_a_fork_is_found_by_its_branch(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "Fork", {"a.py": ""}, fork="mia/shop", branch="work")
    firm.forge.faults.order(f"/commits/{pull.head_oid}/pulls", faults.forbidden("x", 404))
    found = asked(firm.forge, number=1)
    assert Missing("pushes", "hidden") in found.missing
    assert asked(firm.forge, head=pull.head_oid, branch="mia:work").request.number == 1
    assert "head=mia%3Awork" in " ".join(firm.forge.asked("/pulls?"))


def test_the_branch_of_another_makes_no_request_of_a_commit(firm: Small, cart: Pull) -> None:
    stranger = firm.shop.direct(firm.ben, "Else", {"b.py": ""}, "else")
    firm.shop.checks.passes(stranger, "test")
    with pytest.raises(NoRequestError):
        asked(firm.forge, head=stranger, branch=f"firm:{cart.head_ref}")


def test_of_two_open_requests_with_the_same_head_none_is_chosen(firm: Small, cart: Pull) -> None:
    firm.shop.push(firm.ann, "next", firm.shop.git.get(firm.shop.heads["main"]).oid)
    firm.shop.open(firm.ann, "Twin", {}, head=cart.head_oid, branch=cart.head_ref, base="next")
    with pytest.raises(SeveralRequestsError) as raised:
        asked(firm.forge, head=cart.head_oid)
    assert raised.value.numbers == (1, 2)
    assert asked(firm.forge, number=1).twins == (2,)


def test_a_head_or_a_base_that_is_another_by_now_is_refused(firm: Small, cart: Pull) -> None:
    before = cart.head_oid
    cart.commit(firm.ann, "Late", {"late.py": ""})
    with pytest.raises(NoRequestError, match="is not"):
        asked(firm.forge, number=1, head=before)
    with pytest.raises(NoRequestError, match="is not for next"):
        asked(firm.forge, number=1, base="next")


@pytest.mark.usefixtures("cart")
def test_a_request_that_is_not_there_is_an_error(firm: Small) -> None:
    with pytest.raises(NoRequestError, match="has no request 99"):
        asked(firm.forge, number=99)


def test_the_commit_of_a_queue_is_asked_about_while_the_request_is_in_it(
    firm: Small, cart: Pull
) -> None:
    group = cart.enqueue(firm.ben)
    firm.shop.checks.passes(group.commit, "test", event="merge_group")
    found = asked(firm.forge, number=1, group=group.commit)
    assert (found.group, [*found.checks]) == (group.commit, [cart.head_oid, group.commit])
    cart.leave_queue(firm.ben)
    with pytest.raises(NoRequestError, match="not in the merge queue"):
        asked(firm.forge, number=1, group=group.commit)


@pytest.mark.usefixtures("cart")
@pytest.mark.parametrize(
    ("path", "what"), [("/activity", "pushes"), ("/commits/", "twins")], ids=["pushes", "twins"]
)
def test_what_the_token_may_not_see_is_missing(firm: Small, path: str, what: str) -> None:
    firm.forge.faults.order(path, faults.forbidden("contents=read", 403), times=None)
    found = asked(firm.forge, number=1)
    assert found.missing == (Missing(what, "permission", needs="contents=read"),)


def test_checks_that_the_token_may_not_see_are_missing(firm: Small, cart: Pull) -> None:
    refusal = faults.forbidden("checks=read", 403)
    firm.forge.faults.order("graphql", refusal, after=1, times=None)
    found = asked(firm.forge, number=1)
    assert found.missing == (Missing("checks", "permission", needs="checks=read"),)
    assert (found.checks, found.request.head_oid) == ({}, cart.head_oid)


def test_a_request_whose_head_is_not_told_has_checks_that_are_not_known(
    firm: Small, cart: Pull
) -> None:
    def headless(_request: Request, answer: Answer) -> Answer:
        named = f'"headRefOid":"{cart.head_oid}"'.encode()
        return replace(answer, body=answer.body.replace(named, b'"headRefOid":null'))

    firm.forge.faults.order("graphql", headless)
    found = asked(firm.forge, number=1)
    assert (found.missing, found.twins) == ((Missing("checks", "hidden"),), ())


def test_pushes_are_looked_through_so_far(
    firm: Small, cart: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(100):
        firm.shop.push(firm.ann, cart.head_ref, cart.head_oid)
    assert asked(firm.forge, number=1).missing == ()
    monkeypatch.setattr("affidavit.app.asking.live.MOST_PAGES", 1)
    found = asked(firm.forge, number=1)
    assert (found.missing, len(found.pushes)) == ((Missing("pushes", "truncated"),), 100)


def test_a_commit_of_too_many_requests_is_an_error() -> None:
    links = [f'<https://api.github.com/more?page={page}>; rel="next"' for page in range(MOST_PAGES)]
    pages = [httpx.Response(200, json=[], headers={"link": link}) for link in links]
    with pytest.raises(ForgeError, match="is of more requests than are looked through"):
        of_commit(Rest(transport(Script(*pages)), "firm", "shop"), "a" * 40)


@pytest.mark.usefixtures("cart")
def test_rules_that_are_not_shown_are_missing_from_their_record(firm: Small) -> None:
    firm.forge.faults.order("/protection", faults.forbidden("administration=read", 404), times=None)
    found = asked(firm.forge, number=1)
    lost = Missing("protection", "permission", needs="administration=read")
    assert ("rules", lost) in found.unknown


@pytest.mark.usefixtures("cart")
def test_a_repository_that_has_another_name_by_now_is_called_by_it(firm: Small) -> None:
    wanted = Asking(owner="FIRM", name="SHOP", url=firm.forge.url, number=1)
    found = request_live(wanted, Token(SECRET), Nobody())
    assert (found.repository, found.missing) == ("firm/shop", ())


def test_a_wrong_token_is_an_error(tmp_path: Path) -> None:
    with Forge(tmp_path, token="another") as forge, pytest.raises(ForgeTokenError):
        asked(forge, number=1)


def test_nobody_waits_long_for_a_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    brief = Brief(Nobody())
    brief.wait(LONGEST_WAIT - 1, "slow")
    with pytest.raises(ForgeError, match="waited for 2 s longer: the limit"):
        brief.wait(2, "the limit")
    assert slept == [LONGEST_WAIT - 1]
