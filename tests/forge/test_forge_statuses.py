"""The forge lets a status be set, finds requests by their head, and sends events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forges import Answer, Pull, Request, Small, events, get, said, small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


@pytest.fixture
def cart(firm: Small) -> Pull:
    return firm.shop.open(firm.ann, "Add a cart", {"cart.py": "x = 1\n"}, branch="cart")


def put(firm: Small, oid: str, **body: object) -> Answer:
    """The answer to a status that is set on a commit."""
    path = f"/repos/firm/shop/statuses/{oid}"
    asked = json.dumps({"state": "success", "context": "gate", **body}).encode()
    return firm.forge.answer(
        Request(method="POST", target=path, headers={"user-agent": "test"}, body=asked)
    )


def test_a_status_that_is_set_is_shown(firm: Small, cart: Pull) -> None:
    answer = put(firm, cart.head_oid, description="All met", target_url="https://firm.example/1")
    shown = said(firm.forge, f"/commits/{cart.head_oid}/statuses")
    assert (answer.status, [answer.data()]) == (201, shown)
    made = answer.data()
    assert isinstance(made, dict)
    assert made["creator"]["login"] == "github-actions[bot]"
    assert (made["target_url"], made["description"]) == ("https://firm.example/1", "All met")


@pytest.mark.parametrize(
    "body", [{"state": "good"}, {"state": None}, {"description": "x" * 141}], ids=str
)
def test_what_is_no_status_is_refused(firm: Small, cart: Pull, body: dict[str, object]) -> None:
    assert put(firm, cart.head_oid, **body).status == 422
    assert put(firm, "f" * 40).status == 422


def test_a_status_has_to_be_allowed(firm: Small, cart: Pull) -> None:
    firm.forge.router.granted = {"metadata": "read", "statuses": "read"}
    answer = put(firm, cart.head_oid)
    assert (answer.status, answer.headers["X-Accepted-GitHub-Permissions"]) == (
        *(403, "statuses=write"),
    )


def test_a_status_cannot_be_read_where_it_is_set(firm: Small, cart: Pull) -> None:
    assert get(firm.forge, f"/statuses/{cart.head_oid}").status == 404


def test_one_context_has_so_many_statuses(firm: Small, cart: Pull) -> None:
    for _ in range(1_000):
        firm.shop.checks.status(firm.ann, cart.head_oid, "gate")
    answer = put(firm, cart.head_oid)
    assert (answer.status, b"maximum number of statuses" in answer.body) == (422, True)
    assert put(firm, cart.head_oid, context="other").status == 201


def test_requests_are_found_by_branch_and_by_base(firm: Small, cart: Pull) -> None:
    fork = firm.shop.open(firm.ben, "Fork", {"b.py": ""}, branch="cart", fork="mia/shop")

    def numbers(query: str) -> list[int]:
        found = said(firm.forge, f"/pulls?state=all&{query}")
        assert isinstance(found, list)
        return [one["number"] for one in found]

    assert numbers("head=firm:cart") == [cart.number]
    assert numbers("head=mia:cart") == [fork.number]
    assert numbers("base=next") == []
    assert numbers("base=main&direction=asc&sort=created") == [1, 2]


def test_the_test_merge_has_a_ref(firm: Small, cart: Pull) -> None:
    oid = cart.test_merge()
    made = firm.shop.git.get(oid)
    assert firm.shop.git.run("rev-parse", "refs/pull/1/merge").decode().strip() == oid
    assert made.parents == (firm.shop.heads["main"], cart.head_oid)


def test_an_event_of_the_queue_is_of_who_is_in_it(cart: Pull) -> None:
    with pytest.raises(ValueError, match="not in the merge queue"):
        events.merge_group(cart)
