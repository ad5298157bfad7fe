"""Time decisions of the default policy: what `affidavit gate` and a replay spend on one.

    python bench/policy.py [--seconds 3]

The input has about 20,000 bytes: 220 paths in four classes, two approvals, six checks. A decision
is all of it: the input in its one form, its digest, the policy, the reasons. Each input differs
from the one before, so none is answered from memory. "Parsed" is the same with a rule that looks at
nothing: no policy can be faster with that input. With AFFIDAVIT_OPA naming a folder with OPA's
library, as `.ci/run` does, OPA is asked the same, for one entry point of three.

Rates are by the time of the processor that the process used, the best of ten windows: others on
the machine make a window slower and never faster. They still share its caches and cores, so the
quickest of a thousand decisions is told too. A process of its own, in which commands evaluate a
policy, is timed by the clock.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from affidavit.app.policy.running import Apart, engine
from affidavit.app.policy.starting import default_files
from affidavit.policy.bundle import Bundle, bundle_of
from affidavit.policy.deciding import decide, encoded_input
from policy_inputs import approver, policy_input, touching

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.policy.input import PolicyInput

TARGET = 2_000
WINDOWS = 10
CHECKS = ("docs", "e2e", "lint", "scan", "test", "types")
TOUCHED = ("auth", "dependencies", "documentation", "workflow")
NOTHING = {
    "policy.toml": b'version = 1\nname = "nothing"\ndeny = "data.nothing.deny"\n',
    "nothing.rego": b"package nothing\n\ndeny := []\n",
}


def an_input(**changes: object) -> PolicyInput:
    paths = [f"src/component_{n % 16:02}/package_{n:03}/module_{n:03}.py" for n in range(220)]
    classes = touching()
    for at, name in enumerate(TOUCHED):
        mine = paths[at :: len(TOUCHED)]
        classes[name] = {"files": len(mine), "lines": 40 * len(mine), "paths": mine}
    given: dict[str, object] = {
        "paths": paths,
        "classes": classes,
        "change__files": len(paths),
        "approvals__persons": 2,
        "approvals__possible": 2,
        "approvals__by": [approver(teams=["security"]), approver(party="person:cid")],
        "checks__required": list(CHECKS),
        "checks__passed": list(CHECKS),
    }
    return policy_input(**given | changes)


REFUSED = {
    "approvals__persons": 1,
    "approvals__possible": 1,
    "approvals__by": [approver()],
    "checks__passed": list(CHECKS[1:]),
    "checks__failed": list(CHECKS[:1]),
    "checklist__security": None,
}


def rate(act: Callable[[], object], seconds: float, clock: Callable[[], float]) -> float:
    """Of the best of `WINDOWS`, in each second."""
    act()
    best = 0.0
    for _ in range(WINDOWS):
        done, begin = 0, clock()
        while (spent := clock() - begin) < seconds / WINDOWS:
            act()
            done += 1
        best = max(best, done / spent)
    return best


def decisions(bundle: Bundle, asked: PolicyInput, seconds: float, *, trusted: bool = True) -> float:
    used = engine(bundle, trusted=trusted)
    inputs = [msgspec.structs.replace(asked, score=number) for number in range(100)]
    expected = decide(used, bundle, asked)
    count = 0

    def act() -> None:
        nonlocal count
        count += 1
        found = decide(used, bundle, inputs[count % 100])
        assert (found.reasons, found.error) == (expected.reasons, None), found

    found = rate(act, seconds, time.process_time if trusted else time.perf_counter)
    if isinstance(used, Apart):
        used.close()
    return found


def quickest(bundle: Bundle, asked: PolicyInput) -> float:
    """Seconds by the clock of the quickest decision of a thousand: the one nobody disturbed."""
    used = engine(bundle, trusted=True)
    best = 1.0
    for number in range(1_000):
        one = msgspec.structs.replace(asked, score=number)
        begin = time.perf_counter()
        decide(used, bundle, one)
        best = min(best, time.perf_counter() - begin)
    return best


def opa(bundle: Bundle, asked: PolicyInput, seconds: float) -> float:
    from opa_oracle import library  # noqa: PLC0415 - where there is one

    one, input_ = library(), msgspec.to_builtins(asked)
    for module in bundle.modules:
        one.add_policy(module.path, module.text)
    one.add_data(msgspec.json.decode(bundle.data))
    return rate(lambda: one.eval_document("merge.deny", input_), seconds, time.process_time)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds
    bundle, nothing = bundle_of(default_files()), bundle_of(NOTHING)
    allowed, refused = an_input(), an_input(**REFUSED)
    parsed = decisions(nothing, allowed, seconds)
    lines = sum(len(one.text.splitlines()) for one in bundle.modules)
    print(f"{lines} lines of Rego, {len(encoded_input(allowed)):,} bytes of input")
    print(f"{parsed:9,.0f} decisions a second with nothing but the input parsed")
    for name, asked in (("allowed", allowed), ("refused", refused)):
        ours = decisions(bundle, asked, seconds)
        told = f"{ours / TARGET:.2f} of the target of {TARGET:,}, {ours / parsed:.2f} of parsing"
        print(f"{ours:9,.0f} {name} by the default policy: {told}")
        print(f"{1 / quickest(bundle, asked):9,.0f} as quick as the quickest of a thousand")
    if os.environ.get("AFFIDAVIT_OPA"):
        print(f"{opa(bundle, allowed, seconds):9,.0f} by OPA's library")
    apart = decisions(bundle, allowed, seconds, trusted=False)
    print(f"{apart:9,.0f} allowed in a process of its own, by the clock")


if __name__ == "__main__":
    main()
