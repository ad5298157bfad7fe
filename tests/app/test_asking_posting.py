"""Setting a status: on which commit, in whose name, and what is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest

from affidavit.app.asking.live import Asking
from affidavit.app.asking.posting import post_status
from affidavit.base.errors import ForgeError, UsageError
from affidavit.changes.forge.model import Account, AccountKind
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.statuses import NewStatus, Posted, posted
from affidavit.sources.github.token import Token
from affidavit.sources.github.transport import RefusedError
from asking import asked
from collectors import SECRET, Nobody, Script, Waits, transport
from forges import Pull, Small, faults, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOT = Account(login="github-actions", kind=AccountKind.BOT, id=41898282)
OID = "a" * 40
NEW = NewStatus(commit=OID, state="failure", context="affidavit/gate", description="2 of 5 unmet")
REPLY: dict[str, object] = {
    "id": 7,
    "state": "failure",
    "context": "affidavit/gate",
    "created_at": "2026-01-05T09:00:00Z",
    "creator": {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"},
}


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Small]:
    made = small(tmp_path)
    with made.forge:
        yield made


@pytest.fixture
def cart(firm: Small) -> Pull:
    return firm.shop.open(firm.ann, "Add a cart", {"cart.py": "x = 1\n"})


def post(firm: Small, oid: str, **fields: object) -> Posted:
    at = Asking(owner="firm", name="shop", url=firm.forge.url)
    status = msgspec.structs.replace(NEW, **{"commit": oid, **fields})
    return post_status(at, status, Token(SECRET), told=Nobody(), waiting=Waits(firm.forge))


def sent(*answers: httpx.Response) -> tuple[Posted, list[httpx.Request]]:
    script = Script(*answers)
    return posted(Rest(transport(script), "firm", "shop"), NEW), script.asked


def test_a_status_is_set_on_the_head_in_the_name_of_the_token(firm: Small, cart: Pull) -> None:
    done = post(firm, cart.head_oid, url="https://example.com/1")
    [made] = firm.shop.checks.statuses[cart.head_oid]
    assert (made.state, made.context, made.description) == (
        *("failure", "affidavit/gate", "2 of 5 unmet"),
    )
    assert (made.url, done) == ("https://example.com/1", Posted(id=made.id, at=done.at, by=BOT))
    [told] = asked(firm.forge, number=1).checks[cart.head_oid].statuses
    assert (told.context, told.state, told.creator) == ("affidavit/gate", "failure", BOT)


def test_the_newest_status_counts_also_on_the_commit_of_a_queue(firm: Small, cart: Pull) -> None:
    group = cart.enqueue(firm.ben)
    post(firm, group.commit)
    post(firm, group.commit, state="success")
    found = asked(firm.forge, number=1, group=group.commit).checks[group.commit]
    assert [one.state for one in found.statuses] == ["success"]


def test_a_description_is_shown_safely_and_cut(firm: Small, cart: Pull) -> None:
    post(firm, cart.head_oid, description="\x1b[2J" + "x" * 200)
    [made] = firm.shop.checks.statuses[cart.head_oid]
    assert made.description == "\\u001b[2J" + "x" * 130 + "…"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"commit": "main"}, "a full commit id, not on 'main'"),
        ({"commit": OID + "\n"}, "a full commit id"),
        ({"context": ""}, "1 to 255 letters"),
        ({"context": "a\nb"}, "1 to 255 letters"),
        ({"url": "http://example.com"}, "begins with https"),
    ],
)
def test_what_cannot_be_set_is_not_sent(firm: Small, fields: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        post(firm, OID, **fields)
    assert firm.forge.asked() == []


def test_a_token_that_may_not_is_told_what_it_lacks(firm: Small, cart: Pull) -> None:
    firm.forge.router.granted = {"metadata": "read", "statuses": "read"}
    with pytest.raises(RefusedError, match=r"does not set the status .*it needs statuses=write"):
        post(firm, cart.head_oid)
    assert not firm.shop.checks.statuses[cart.head_oid]


def test_a_commit_that_is_not_there_is_an_error(firm: Small) -> None:
    with pytest.raises(RefusedError, match="No commit found"):
        post(firm, OID)


def test_a_failure_is_tried_again(firm: Small, cart: Pull) -> None:
    firm.forge.faults.order("/statuses/", faults.server_error(502))
    post(firm, cart.head_oid)
    assert len(firm.forge.asked("/statuses/")) == 2


def test_the_limit_of_graphql_does_not_hold_up_a_status() -> None:
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767603600"}
    script = Script(
        httpx.Response(200, json={"data": {}}, headers=used_up),
        httpx.Response(201, json=REPLY),
    )
    waits = Waits()
    asking = transport(script, waits)
    asking.post(b"{}")
    posted(Rest(asking, "firm", "shop"), NEW)
    assert waits.waited == []


def test_it_goes_to_the_repository_and_nowhere_else() -> None:
    _, [request] = sent(httpx.Response(201, json=REPLY))
    assert str(request.url) == f"https://api.github.com/repos/firm/shop/statuses/{OID}"
    assert request.method == "POST"
    elsewhere = httpx.Response(307, headers={"location": "https://evil.example/x"})
    with pytest.raises(ForgeError, match="leads to another host"):
        sent(elsewhere)
    with pytest.raises(ForgeError, match="redirects with status 302"):
        sent(httpx.Response(302, headers={"location": "https://api.github.com/x"}))


@pytest.mark.parametrize("wrong", [{"state": "success"}, {"context": "other"}, {"id": None}])
def test_an_answer_of_another_status_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ForgeError):
        sent(httpx.Response(201, json={**REPLY, **wrong}))
