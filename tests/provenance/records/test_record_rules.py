"""Each rule by which a record claims has a page, and the page's samples are as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.provenance.records import agent_trace, entire, gitai

ROOT = Path(__file__).parents[3]
SIGNALS = ROOT / "docs" / "signals"
READERS = sorted((ROOT / "src/affidavit/provenance/records").glob("*.py"))
RULES = sorted(
    {rule for path in READERS for rule in re.findall(r'"(PRV-[A-Z]+-\d{3})"', path.read_text())}
)
COMMIT = "a1" * 20
BLOCK = re.compile(r"```text\n(.*?)```", re.DOTALL)


def claimed(rule: str, sample: str) -> list[str]:
    """The rules by which `sample` claims, read as the records that `rule` is for."""
    data = sample.replace("<whole id of the commit>", COMMIT).encode()
    if rule.startswith("PRV-AGENTTRACE-"):
        records = agent_trace.read(data, place="x")
    elif rule.startswith("PRV-CHECKPOINT-"):
        records = entire.read(data, place="x", checkpoint="0c1a2b3d4e5f", commits=[COMMIT])
    else:
        records = (gitai.read(COMMIT, data, place="x"),)
    assert not any(one.problems for one in records)
    return [claim.rule for one in records for claim in one.claims]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_a_record_has_a_page(rule: str) -> None:
    assert (SIGNALS / f"{rule}.md").read_text(encoding="utf-8").startswith(f"# {rule}: ")


@pytest.mark.parametrize(
    "rule",
    [
        "PRV-AGENTTRACE-001",
        "PRV-AGENTTRACE-002",
        "PRV-CHECKPOINT-001",
        "PRV-CHECKPOINT-002",
        "PRV-GITAI-004",
    ],
)
def test_the_samples_of_a_page_are_found_and_not_found(rule: str) -> None:
    found, missed = BLOCK.findall((SIGNALS / f"{rule}.md").read_text(encoding="utf-8"))
    assert claimed(rule, found) == [rule]
    assert rule not in claimed(rule, missed)
