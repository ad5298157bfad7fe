"""Facts that somebody made up: each is a record or refused, and nothing else comes of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.forge.unsealing import unsealed
from affidavit.changes.forge.model import Line
from affidavit.ledger.forge import SealedRecord
from affidavit.sources.forge.lines import BROKEN
from affidavit.store.vault import Status

if TYPE_CHECKING:
    from affidavit.store.vault import Vault

TEXT = '["7368613235363a","ann",7,"Add a cart",{"a":[{"sealed":[0,1]}]}]'
COMMITMENT = "hmac-sha256:" + "0" * 64
GONE = "hmac-sha256:" + "1" * 64
WHO = {"login": {"sealed": [0, 1]}, "kind": "person", "id": {"sealed": [0, 2]}}
EVENT = {"kind": "assigned", "at": "2026-01-01T00:00:00Z", "actor": WHO, "text": {"sealed": [1, 1]}}
DATA = {
    "record": "pull_request", "number": 1, "id": 1, "url": {"sealed": [0, 3]},
    "title": {"sealed": [1, 1]}, "body": None, "state": "merged", "draft": False,
    "created_at": "x", "updated_at": "x", "closed_at": None, "merged_at": None,
    "base_ref": "main", "base_oid": None, "head_ref": "work", "head_oid": None,
    "head_repository": None, "author": WHO, "merged_by": None, "merge_commit": None,
    "auto_merge": None, "labels": [{"sealed": [0, 3]}], "commits": [], "reviews": [],
    "events": [EVENT], "changed_files": 1, "additions": 1, "deletions": 1, "missing": [],
}  # fmt: skip
PLAIN = {
    "url": {"sealed": [0, 3]},
    "fetched_at": "2026-01-01T00:00:00Z",
    "data": DATA,
    "sealed": [
        {"subject": "account:1", "values": [COMMITMENT]},
        {"subject": "account:2", "values": [GONE]},
    ],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sealed", "login", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


class Kept:
    """A vault in which one value is kept, and every other was disposed of."""

    def reveal(self, commitment: str) -> str | None:
        return TEXT if commitment == COMMITMENT else None

    def status(self, _commitment: str) -> Status:
        return Status.DISPOSED


def read(content: object) -> Line:
    return unsealed(msgspec.convert(content, SealedRecord), cast("Vault", Kept()))


def test_the_fact_is_a_record_as_long_as_nobody_changed_it() -> None:
    found = read(PLAIN)
    assert (found.origin.url, found.origin.digest) == ("Add a cart", "disposed")


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    steps: list[tuple[object, object]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    return [path, *(one for key, each in steps for one in places(each, (*path, key)))]


PLACES = places(PLAIN)[1:]


@given(st.sampled_from(PLACES), JSON)
def test_whatever_is_changed_it_is_a_record_or_refused(
    place: tuple[object, ...], new: object
) -> None:
    content: object = copy.deepcopy(PLAIN)
    at = content
    for step in place[:-1]:
        at = at[step]  # type: ignore[index]  # a dict or a list, by the path
    at[place[-1]] = new  # type: ignore[index]
    try:
        assert isinstance(read(content), Line)
    except (*BROKEN, ValueError):
        pass
