"""Cases of Rego, each with the answer that OPA gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.policy.bundle import bundle_of

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle

QUERY = "data.case.x"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['note']}")
    for path in sorted((Path(__file__).parent / "policy/conformance").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
_MANIFEST = b'version = 1\nname = "a case"\nallow = "data.case.x"\n'


def rego(case: dict[str, object]) -> str:
    """The module of a case."""
    return f"package case\n\n{case['rego']}\n"


def bundle(case: dict[str, object]) -> Bundle:
    """The bundle of a case."""
    files = {
        "policy.toml": _MANIFEST,
        "case.rego": rego(case).encode(),
        "data.json": json.dumps(case.get("data") or {}).encode(),
    }
    return bundle_of(files)
