"""A line that the gate does not use is told once, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gates import STRANGER, Gates

if TYPE_CHECKING:
    from pathlib import Path


def test_the_place_of_a_line_that_is_not_used_is_said_once(tmp_path: Path) -> None:
    firm = Gates(tmp_path)
    with firm.forge:
        pull = firm.ready()
        firm.facts.write_bytes(b"no statement\n")
        firm.report(pull.head_oid, STRANGER)
        told = [one for one in firm.answer(pull).noticed if one.startswith("not used")]
    who = f"no known signer signed it; it says to be by {str(STRANGER.key)!r}"
    assert told == [
        "not used: facts.jsonl line 1 is not JSON in UTF-8 with each key once",
        f"not used: facts.jsonl line 2: {who}",
        f"not used: facts.jsonl line 3: {who}",
    ]
