"""The examples of inputs say what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from affidavit.app.policy.evaluating import input_at
from affidavit.package.policy.text import word
from default_policy import decision

PLACE = Path(__file__).parents[2] / "examples" / "policy"


@pytest.mark.parametrize(
    ("name", "said"), [("allowed", "allowed"), ("refused", "refused"), ("unknown", "undecided")]
)
def test_an_example_is_decided_as_it_is_called(name: str, said: str) -> None:
    assert word(decision(input_at(PLACE / f"{name}.json"))) == said


def test_there_is_no_other_example() -> None:
    assert sorted(one.stem for one in PLACE.iterdir()) == ["allowed", "refused", "unknown"]
