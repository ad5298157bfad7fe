"""Time decisions of the default policy: what `affidavit gate` and a replay spend on one.

    python bench/policy.py [--seconds 3]

The input has about 20,000 bytes: 220 paths in four classes, two approvals, six checks; a large one
has 3,000 paths. A decision is all of it: the input in its one form, its digest, the policy, the
reasons. Each input differs from the one before in what rules read, so none is answered from memory.
"Whole" is the same with an engine that is handed all of the input, also what no rule reads. A rule
that looks at nothing shows what is left without a policy. With AFFIDAVIT_OPA naming a folder with
OPA's library, as `.ci/run` does, OPA is asked the same, for one entry point of three.

Rates are by the time of the processor that the process used, the best of ten windows: others on
the machine make a window slower and never faster. Windows of what is compared take turns, so that
others slow all of it alike. They still share its caches and cores, so the quickest of a thousand
decisions is told too. A process of its own, in which commands evaluate a policy, is timed by the
clock.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from affidavit.app.policy.running import Apart, engine
from affidavit.app.policy.starting import default_files
from affidavit.policy.bundle import Bundle, bundle_of
from affidavit.policy.deciding import decide, encoded_input
from affidavit.policy.regorus import Regorus
from policy_inputs import approver, policy_input, touching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.policy.input import PolicyInput
    from affidavit.policy.model import Engine

TARGET = 2_000
WINDOWS = 10
LISTED = 55
"""Paths of a class; the gate lists 50."""
CHECKS = ("docs", "e2e", "lint", "scan", "test", "types")
TOUCHED = ("auth", "dependencies", "documentation", "workflow")
NOTHING = {
    "policy.toml": b'version = 1\nname = "nothing"\ndeny = "data.nothing.deny"\n',
    "nothing.rego": b"package nothing\n\ndeny := []\n",
}


def an_input(changes: dict[str, object], most: int = 220) -> PolicyInput:
    paths = [f"src/component_{n % 16:02}/package_{n:03}/module_{n:03}.py" for n in range(most)]
    classes = touching()
    for at, name in enumerate(TOUCHED):
        mine = paths[at :: len(TOUCHED)]
        classes[name] = {"files": len(mine), "lines": 40 * len(mine), "paths": mine[:LISTED]}
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


REFUSED: dict[str, object] = {
    "approvals__persons": 1,
    "approvals__possible": 1,
    "approvals__by": [approver()],
    "checks__passed": list(CHECKS[1:]),
    "checks__failed": list(CHECKS[:1]),
    "checklist__security": None,
}


def rates(
    acts: list[Callable[[], object]], seconds: float, clock: Callable[[], float]
) -> list[float]:
    """Of each act in the best of its `WINDOWS`, in each second; their windows take turns."""
    best = [0.0] * len(acts)
    for _ in range(WINDOWS):
        for number, act in enumerate(acts):
            act()
            done, begin = 0, clock()
            while (spent := clock() - begin) < seconds / WINDOWS:
                act()
                done += 1
            best[number] = max(best[number], done / spent)
    return best


def inputs(asked: PolicyInput) -> Iterator[PolicyInput]:
    """The same over and over, with another number of lines each time."""
    changes = [msgspec.structs.replace(asked.change, added=number) for number in range(100)]
    return cycle(msgspec.structs.replace(asked, change=one) for one in changes)


def deciding(used: Engine, bundle: Bundle, asked: PolicyInput) -> Callable[[], object]:
    """What makes a decision about the next input, always for the same reasons."""
    expected, ahead = decide(used, bundle, asked), inputs(asked)

    def act() -> None:
        found = decide(used, bundle, next(ahead))
        assert (found.reasons, found.error) == (expected.reasons, None), found

    return act


def decisions(bundle: Bundle, asked: PolicyInput, seconds: float) -> list[tuple[float, float]]:
    """Decisions a second, and as the quickest: as they are made, and from the whole input."""
    engines = engine(bundle, trusted=True), Regorus(bundle, whole=True)
    acts = [deciding(used, bundle, asked) for used in engines]
    found = rates(acts, seconds, time.process_time)
    return [(rate, 1 / quickest(act)) for rate, act in zip(found, acts, strict=True)]


def apart(bundle: Bundle, asked: PolicyInput, seconds: float) -> float:
    """Decisions a second in a process of its own."""
    used = Apart(bundle)
    (found,) = rates([deciding(used, bundle, asked)], seconds, time.perf_counter)
    used.close()
    return found


def quickest(act: Callable[[], object]) -> float:
    """Seconds by the clock of the quickest of a thousand: the one nobody disturbed."""
    best = 1.0
    for _ in range(1_000):
        begin = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - begin)
    return best


def opa(bundle: Bundle, asked: PolicyInput, seconds: float) -> float:
    from opa_oracle import library  # noqa: PLC0415 - where there is one

    one, input_ = library(), msgspec.to_builtins(asked)
    for module in bundle.modules:
        one.add_policy(module.path, module.text)
    one.add_data(msgspec.json.decode(bundle.data))
    (found,) = rates([lambda: one.eval_document("merge.deny", input_)], seconds, time.process_time)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds
    bundle, nothing = bundle_of(default_files()), bundle_of(NOTHING)
    allowed, refused, large = an_input({}), an_input(REFUSED), an_input({}, 3_000)
    lines = sum(len(one.text.splitlines()) for one in bundle.modules)
    print(f"{lines} lines of Rego, {len(encoded_input(allowed)):,} bytes of input")
    for name, asked in (("allowed", allowed), ("refused", refused), ("large", large)):
        (ours, best), (whole, before) = decisions(bundle, asked, seconds)
        print(f"{ours:9,.0f} {name}, {best:,.0f} as the quickest of a thousand")
        print(
            f"{ours / TARGET:9.2f} of the target of {TARGET:,}; {best / TARGET:.2f} as the quickest"
        )
        print(f"{whole:9,.0f} from the whole input, {before:,.0f} as the quickest")
    print(f"{decisions(nothing, allowed, seconds)[0][0]:9,.0f} by a rule that looks at nothing")
    if os.environ.get("AFFIDAVIT_OPA"):
        print(f"{opa(bundle, allowed, seconds):9,.0f} by OPA's library")
    print(f"{apart(bundle, allowed, seconds):9,.0f} allowed in a process of its own, by the clock")


if __name__ == "__main__":
    main()
