"""Write what OPA answers into the cases of the conformance suite.

    AFFIDAVIT_OPA=FOLDER python tools/opa_expectations.py tests/policy/conformance/*.json

A case is an object on a line: `note`, `rego` (what follows ``package case``; its rule ``x`` is
asked for), perhaps `input` and `data`. This adds `want`: ``{"value": …}``, ``"undefined"`` or
``"error"``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from opa_oracle import answer


def expected(case: dict[str, object]) -> dict[str, object]:
    """The case with what OPA answers."""
    modules = {"case.rego": f"package case\n\n{case['rego']}\n"}
    return case | {"want": answer(modules, "case.x", case.get("input"), case.get("data"))}


def main() -> None:
    """Write each file that is named anew."""
    for name in sys.argv[1:]:
        path = Path(name)
        cases = [expected(case) for case in json.loads(path.read_text(encoding="utf-8"))]
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
