"""Time decisions of a policy: what `affidavit gate` and a replay spend on one.

    python bench/policy.py [--seconds 3]

The policy has about 180 lines and works on path classes that the input has, as the default one
does; the input has about 20,000 bytes. "Parsed" is the same engine with a rule that looks at
nothing: no policy can be faster with that input. With AFFIDAVIT_OPA naming a folder with OPA's
library, as `.ci/run` does, OPA is asked the same. These are seconds of the processor. A last line
is of a process of its own, as a policy of unknown origin has one, by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from affidavit.app.policy.running import engine
from affidavit.policy.bundle import Bundle, bundle_of
from affidavit.policy.deciding import decided

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 2_000
CLASSES = [f"class_{number:02}" for number in range(16)]
MANIFEST = b'version = 1\nname = "bench"\nallow = "data.bench.allow"\ndeny = "data.bench.deny"\n'
HEAD = """package bench

default allow := false

allow if count(deny) == 0

touched contains name if {
	some name, one in input.classes
	one.files > 0
}
"""
RULE = """
deny contains {{
	"id": "{name}",
	"msg": sprintf("{name}: %d of {needs}", [input.approvals.persons]),
}} if {{
	"{name}" in touched
	input.approvals.persons < {needs}
	not "team-{name}" in input.teams.approved
}}
"""
CHECK = """
deny contains {{"id": "check-{number}", "msg": "check {number} is missing"}} if {{
	"check-{number}" in input.checks.required
	input.checks.passed == null
}}
"""


def a_policy() -> str:
    rules = [RULE.format(name=name, needs=1 + number % 2) for number, name in enumerate(CLASSES)]
    return HEAD + "".join(rules) + "".join(CHECK.format(number=number) for number in range(6))


def an_input() -> bytes:
    paths = [f"src/component_{n % 16:02}/package_{n}/module_{n}.py" for n in range(200)]
    classes = {
        name: {"files": len(paths[at::16]), "lines": 40, "paths": paths[at::16]}
        for at, name in enumerate(CLASSES)
    }
    return json.dumps(
        {
            "paths": paths,
            "classes": classes,
            "teams": {"needed": CLASSES, "approved": [f"team-{name}" for name in CLASSES]},
            "approvals": {"persons": 2, "by": []},
            "checks": {"required": [f"check-{n}" for n in range(6)], "passed": ["check-1"]},
        },
        separators=(",", ":"),
    ).encode()


def a_bundle(rego: str) -> Bundle:
    return bundle_of({"policy.toml": MANIFEST, "bench.rego": rego.encode()})


def rate(
    act: Callable[[], object], seconds: float, clock: Callable[[], float] = time.process_time
) -> float:
    act()
    done, begin = 0, clock()
    while (spent := clock() - begin) < seconds:
        act()
        done += 1
    return done / spent


def decisions(rego: str, data: bytes, seconds: float, *, trusted: bool = True) -> float:
    bundle = a_bundle(rego)
    asked = engine(bundle, trusted=trusted)
    count = 0

    def act() -> None:
        nonlocal count
        count += 1
        # Each input differs from the one before, as in life: none is answered from memory.
        found = decided(asked, bundle, data[:-1] + b',"n":%d}' % count)
        assert found.allowed, found

    return rate(act, seconds, time.process_time if trusted else time.perf_counter)


def opa(rego: str, data: bytes, seconds: float) -> float:
    from opa_oracle import library  # noqa: PLC0415 - where there is one

    one, input_ = library(), json.loads(data)
    one.add_policy("bench.rego", rego)
    return rate(lambda: one.eval_document("bench.allow", input_), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds
    rego, data = a_policy(), an_input()
    ours = decisions(rego, data, seconds)
    nothing = "package bench\n\nallow := true\n\ndeny := []\n"
    parsed = decisions(nothing, data, seconds)
    lines = len(rego.splitlines())
    print(f"{lines} lines of Rego, {len(data):,} bytes of input")
    print(f"{ours:9,.0f} decisions a second, {ours / TARGET:.2f} of the target of {TARGET:,}")
    print(f"{parsed:9,.0f} with nothing but the input parsed: {ours / parsed:.2f} of that")
    if os.environ.get("AFFIDAVIT_OPA"):
        theirs = opa(rego, data, seconds)
        print(f"{theirs:9,.0f} by OPA's library: {ours / theirs:.2f} times that")
    apart = decisions(rego, data, seconds, trusted=False)
    print(f"{apart:9,.0f} in a process of its own")


if __name__ == "__main__":
    main()
