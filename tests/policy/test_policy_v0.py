from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from affidavit.policy.deciding import decided
from affidavit.policy.regorus import Regorus
from opa_oracle import answer, needs_opa
from rego_bundles import a_bundle

PAIRS = {
    pair["note"]: ("\n".join(pair["v0"]), "\n".join(pair["v1"]))
    for pair in json.loads((Path(__file__).parent / "v0_pairs.json").read_text(encoding="utf-8"))
}
"""Policies of v0 as people copy them, and by hand in v1."""
INPUTS = [
    {"approvals": approvals, "labels": labels, "paths": paths}
    for approvals, labels, paths in itertools.product(
        (0, 1, 2, 3),
        ([], ["hotfix"], ["a", "hotfix"]),
        ([], ["a"], ["infra/x", "src/y"], ["main.tf", "infra/z.tf"]),
    )
]
PLAIN = 'version = 1\nname = "x"\n'


def decisions(rego: str, version: str) -> list[tuple[bool, list[str], str | None]]:
    entry = "allow" if "allow" in rego else "deny"
    manifest = f'{PLAIN}rego = "{version}"\n{entry} = "data.p.{entry}"\n'
    bundle = a_bundle(f"package p\n\n{rego}\n", manifest)
    engine = Regorus(bundle)
    found = (decided(engine, bundle, json.dumps(one).encode()) for one in INPUTS)
    return [
        (one.allowed, sorted(why.message for why in one.reasons), (one.error or "")[:6] or None)
        for one in found
    ]


@pytest.mark.parametrize("name", PAIRS)
def test_a_policy_of_v0_decides_as_its_rewriting_does(name: str) -> None:
    before, after = PAIRS[name]
    found = decisions(before, "v0")
    assert found == decisions(after, "v1")
    assert len({allowed for allowed, _, _ in found}) == 2


@needs_opa
@pytest.mark.parametrize("name", PAIRS)
def test_a_policy_of_v0_decides_as_its_rewriting_does_in_the_opa_library(name: str) -> None:
    before, after = PAIRS[name]
    module = {"a.rego": f"package p\n\n{after}\n"}
    entry = "allow" if "allow" in after else "deny"
    found = [answer(module, f"p.{entry}", one) for one in INPUTS]
    allowed = [one in ({"value": []}, {"value": True}) for one in found]
    assert [one[0] for one in decisions(before, "v0")] == allowed
