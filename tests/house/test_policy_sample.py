"""The rule that the page on policies shows can be pasted into the default bundle."""

from __future__ import annotations

import re
from pathlib import Path

from affidavit.app.policy import testing
from affidavit.app.policy.starting import default_files
from affidavit.policy.bundle import bundle_of
from affidavit.policy.deciding import decide
from affidavit.policy.regorus import Regorus
from policy_inputs import policy_input

PAGE = (Path(__file__).parents[2] / "docs/policy.md").read_text(encoding="utf-8")
SAMPLE = re.search(r"```rego\n(.*?)```", PAGE, re.DOTALL)


def test_the_sample_passes_the_bundles_own_tests_and_refuses_what_it_says() -> None:
    assert SAMPLE is not None
    own = bundle_of({**default_files(), "own.rego": SAMPLE[1].encode()})
    assert [one.name for one in testing.tested(own).failed] == []
    ids = [
        [one.id for one in decide(Regorus(own), own, policy_input(change__commits=number)).reasons]
        for number in (50, 51, None)
    ]
    assert ids == [[], ["shop.commits"], ["shop.known"]]
