"""AFF-CC8.1-13 of what has no decision that counts: the same words as an audit's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from test_policy_control import LATE, NONE, Gated

from affidavit.changes.gated import MISSING, PUSHED
from forges import Forge
from policy_decisions import decided, keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gated]:
    with Forge(tmp_path / "forge") as forge:
        yield Gated(forge, tmp_path, monkeypatch)


def test_what_was_pushed_past_every_request_deviates_and_says_so(desk: Gated) -> None:
    desk.shop.direct(desk.ann, "Hotfix", {"fix.py": "1\n"})
    first, begun, pushed = json.loads(desk.test().out)["items"]
    for row in (first, begun, pushed):
        told = [[one["answer"], one["why"]] for one in row["attributes"]]
        assert (row["request"], row["result"], told) == (None, "deviation", [["no", PUSHED]])


def test_one_of_after_the_merge_or_of_another_purpose_is_not_called_none_at_all(
    desk: Gated,
) -> None:
    one = desk.decision(at=LATE)
    keep(desk.kept, one)
    desk.say(one, purpose="deploy")
    assert desk.told() == NONE == ("deviation", [["no", MISSING]])


def test_one_for_another_request_is_told(desk: Gated) -> None:
    one = desk.decision()
    change = {**msgspec.to_builtins(one.asked.change), "request": 99}
    keep(desk.kept, decided(at=one.asked.at, change=change))
    elsewhere = "the gate decided about the same commit for another request or branch"
    assert desk.told() == ("deviation", [["no", f"{MISSING}: {elsewhere}"]])
