from __future__ import annotations

import json
from typing import cast

import pytest

from affidavit.base.errors import PolicyError
from affidavit.policy.capabilities import ALLOWED
from affidavit.policy.regorus import Regorus
from conformance_cases import CASES, QUERY, bundle, rego
from opa_oracle import ERROR, UNDEFINED, answer, needs_opa


def answered(case: dict[str, object]) -> object:
    try:
        found = Regorus(bundle(case)).query(QUERY, json.dumps(case.get("input")).encode()).value
    except PolicyError:
        return ERROR
    return UNDEFINED if found is None else {"value": json.loads(found)}


@pytest.mark.parametrize("case", CASES)
def test_our_engine_answers_as_opa_did(case: dict[str, object]) -> None:
    assert answered(case) == case["want"]


@needs_opa
@pytest.mark.parametrize("case", CASES)
def test_the_opa_library_answers_as_the_case_says(case: dict[str, object]) -> None:
    found = answer({"case.rego": rego(case)}, "case.x", case.get("input"), case.get("data"))
    assert found == case["want"]


def test_every_builtin_that_is_allowed_has_a_case() -> None:
    text = "\n".join(rego(cast("dict[str, object]", one.values[0])) for one in CASES)
    assert sorted(name for name in ALLOWED if f"{name}(" not in text) == []
