"""Events of GitHub Actions: what they name, and what no event may make a gate believe."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.asking.event import LARGEST, Event, Kind, event_of
from affidavit.app.asking.live import Asking
from affidavit.base.errors import FormatError
from affidavit.sources.github.server import PUBLIC
from forges import Pull, Small, events, small
from prism import needs_octokit
from webhooks import examples

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "x\n::set-output name=a::b $(touch /tmp/x) `id` \x1b[2J"


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


@pytest.fixture
def cart(firm: Small) -> Pull:
    return firm.shop.open(firm.ann, EVIL, {"cart.py": "x = 1\n"}, body=EVIL, branch="work")


@pytest.mark.parametrize("kind", [Kind.PULL_REQUEST, Kind.PULL_REQUEST_TARGET])
def test_an_event_of_a_request_names_it(cart: Pull, kind: Kind) -> None:
    assert event_of(events.pull_request(cart, "synchronize"), kind) == Event(
        kind=kind,
        repository="firm/shop",
        action="synchronize",
        number=1,
        base=cart.base_oid,
        base_ref="main",
        head=cart.head_oid,
    )


def test_an_event_of_a_review_names_the_request_and_nothing_of_the_review(
    firm: Small, cart: Pull
) -> None:
    sent = events.review(cart, cart.review(firm.ben, body=EVIL), "dismissed")
    found = event_of(sent, "pull_request_review")
    assert (found.number, found.head, found.action) == (1, cart.head_oid, "dismissed")
    assert EVIL not in repr(found)


def test_an_event_of_a_queue_names_its_commit_and_the_request(firm: Small, cart: Pull) -> None:
    group = cart.enqueue(firm.ben)
    assert event_of(events.merge_group(cart), "merge_group") == Event(
        kind=Kind.MERGE_GROUP,
        repository="firm/shop",
        action="checks_requested",
        number=1,
        base=group.base,
        base_ref="main",
        group=group.commit,
    )


def test_an_event_of_a_run_names_its_commit_alone(cart: Pull) -> None:
    sent = json.loads(events.workflow_run(cart))
    sent["workflow_run"]["pull_requests"] = [{"number": 999}]
    assert event_of(json.dumps(sent).encode(), "workflow_run") == Event(
        kind=Kind.WORKFLOW_RUN,
        repository="firm/shop",
        action="completed",
        head=cart.head_oid,
        head_branch="firm:work",
    )


def test_an_event_of_a_push_names_what_was_there_before_and_after(firm: Small) -> None:
    done = firm.shop.push(firm.ann, "new", firm.shop.heads["main"])
    found = event_of(events.push(firm.shop, done), "push")
    assert (found.base, found.base_ref, found.head) == (None, "new", done.after)
    assert found.asking() is None


def test_what_an_event_names_is_what_the_forge_is_asked(firm: Small, cart: Pull) -> None:
    asking = partial(Asking, owner="firm", name="shop", url=PUBLIC)
    pull = event_of(events.pull_request(cart), "pull_request")
    run = event_of(events.workflow_run(cart), "workflow_run")
    group = cart.enqueue(firm.ben)
    queue = event_of(events.merge_group(cart), "merge_group")
    assert pull.asking() == asking(number=1, head=cart.head_oid, base="main")
    assert run.asking() == asking(head=cart.head_oid, branch="firm:work")
    assert queue.asking() == asking(number=1, base="main", group=group.commit)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("pull_request", "number"), "1", r"Expected `int`, got `str` - at `\$.*number`"),
        (("pull_request", "number"), -1, r"at `\$\.pull_request\.number`"),
        (("pull_request", "head", "sha"), "main; rm -rf", r"at `\$\.pull_request\.head\.sha`"),
        (("pull_request", "head", "sha"), "a" * 40 + "\n", r"at `\$\.pull_request\.head\.sha`"),
        (("pull_request", "base", "ref"), EVIL, r"at `\$\.pull_request\.base\.ref`"),
        (("pull_request", "base", "ref"), "a" * 1025, r"at `\$\.pull_request\.base\.ref`"),
        (("pull_request", "head"), None, r"at `\$\.pull_request\.head`"),
        (("pull_request",), [], r"at `\$\.pull_request`"),
        (("repository", "full_name"), "../../etc", r"at `\$\.repository\.full_name`"),
        (("repository", "full_name"), "a/b/c", r"at `\$\.repository\.full_name`"),
        (("action",), EVIL, r"at `\$\.action`"),
    ],
)
def test_a_field_of_another_form_is_named(
    cart: Pull, path: tuple[str, ...], value: object, said: str
) -> None:
    sent = json.loads(events.pull_request(cart))
    at = sent
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    with pytest.raises(FormatError, match=said) as raised:
        event_of(json.dumps(sent).encode(), "pull_request")
    assert raised.value.message.isprintable()


@pytest.mark.parametrize(
    "ref",
    [
        "refs/heads/gh-readonly-queue/next/pr-1-" + "a" * 40,
        "refs/heads/gh-readonly-queue/main/pr-0-" + "a" * 40,
        "refs/heads/gh-readonly-queue/main/pr-1-short",
        "refs/heads/work",
    ],
)
def test_a_queue_s_branch_is_one_of_its_base(firm: Small, cart: Pull, ref: str) -> None:
    cart.enqueue(firm.ben)
    sent = json.loads(events.merge_group(cart))
    sent["merge_group"]["head_ref"] = ref
    with pytest.raises(FormatError, match="head_ref"):
        event_of(json.dumps(sent).encode(), "merge_group")


def test_other_events_are_answered_by_no_gate() -> None:
    with pytest.raises(FormatError, match="no gate answers the event 'issue_comment'"):
        event_of(b"{}", "issue_comment")
    with pytest.raises(FormatError) as raised:
        event_of(b"{}", EVIL)
    assert raised.value.message.isprintable()


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"repository": 1}'])
@pytest.mark.parametrize("kind", Kind)
def test_what_is_no_event_is_an_error(raw: bytes, kind: Kind) -> None:
    with pytest.raises(FormatError):
        event_of(raw, kind)


def test_an_event_is_bounded() -> None:
    with pytest.raises(FormatError, match="more than"):
        event_of(b" " * (LARGEST + 1), "push")


@given(
    raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), kind=st.sampled_from(Kind)
)
def test_whatever_comes_is_an_event_or_an_error(raw: bytes, kind: Kind) -> None:
    with pytest.raises(FormatError):
        event_of(raw, kind)


@needs_octokit
@pytest.mark.parametrize("kind", [each for each in Kind if each is not Kind.PULL_REQUEST_TARGET])
def test_octokit_examples_are_read(kind: Kind) -> None:
    found = [event_of(json.dumps(one).encode(), kind) for one in examples(kind)]
    assert {one.kind for one in found} == {kind}
