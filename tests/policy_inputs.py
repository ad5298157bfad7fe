"""Inputs of policies: a change that the default bundle allows, and what differs from it."""

from __future__ import annotations

import msgspec

from affidavit.policy.input import FORMAT, PolicyInput

CLASSES = (
    "agent_instructions",
    "auth",
    "configuration",
    "data_access",
    "dependencies",
    "documentation",
    "lfs_pointer",
    "payments",
    "secrets",
    "submodule",
    "workflow",
)
AT = "2026-11-20T12:00:00Z"
_NO_PATHS = {"files": 0, "lines": 0, "paths": [], "owned": None}
_APPROVER = {
    "party": "person:bea",
    "grade": "R3",
    "counts": True,
    "on_head": True,
    "carried": False,
    "roles": ["reviewer"],
    "teams": ["core"],
    "at": "2026-11-20T11:00:00Z",
}


def approver(**said: object) -> dict[str, object]:
    """An approval by a person, as JSON has it, with what is said otherwise."""
    return {**_APPROVER, **said}


def waiver(*items: str, **said: object) -> dict[str, object]:
    """A waiver of `items` that is in force, by somebody entitled."""
    return {
        "items": list(items),
        "until": "2026-12-01T00:00:00Z",
        "grade": "R4",
        "entitled": True,
        "beneficiary": False,
        **said,
    }


def touching(*names: str, owned: bool | None = False) -> dict[str, object]:
    """Classes of paths, of which `names` have a file each."""
    path = {"files": 1, "lines": 4, "paths": ["a/b"], "owned": owned}
    return {name: path if name in names else dict(_NO_PATHS) for name in CLASSES}


def raw(**changes: object) -> dict[str, object]:
    """The input as JSON has it; ``change__draft=True`` changes a field of a part."""
    whole = _allowed()
    for name, value in changes.items():
        part, _, field = name.partition("__")
        if field:
            own = whole[part]
            assert isinstance(own, dict)
            assert field in own
            own[field] = value
        else:
            assert part in whole
            whole[part] = value
    return whole


def policy_input(**changes: object) -> PolicyInput:
    """The same, as its type."""
    return msgspec.convert(raw(**changes), PolicyInput)


def _allowed() -> dict[str, object]:
    return {
        "format": FORMAT,
        "purpose": "merge",
        "at": AT,
        "forge": True,
        "repository": "acme/shop",
        "branch": "main",
        "paths": ["src/cart.py", "tests/test_cart.py"],
        "paths_cut": False,
        "classes": touching(),
        "labels": [],
        "waivers": [],
        "score": 92,
        "unknown": [],
        **_evidence(),
        **_change(),
    }


def _change() -> dict[str, object]:
    return {
        "change": {
            "base": "b" * 40,
            "head": "a" * 40,
            "tree": "c" * 40,
            "merge_base": "b" * 40,
            "request": 7,
            "draft": False,
            "commits": 2,
            "files": 2,
            "added": 30,
            "deleted": 4,
            "behind": False,
            "conflicts": False,
        },
        "ai": {
            "use": "none",
            "declared": "approval",
            "agents": [],
            "commits": 0,
            "share_ppm": 0,
            "agent_opened": False,
            "bound": "lower",
        },
        "authors": {"persons": 1, "agents": 0, "bots": 0, "prompter": None},
        "emergency": {"labelled": False, "by": None, "entitled": None, "at": None},
        "gate": {"touched": [], "rules_known": True, "weaknesses": []},
    }


def _evidence() -> dict[str, object]:
    return {
        "teams": {"needed": [], "approved": [], "missing": []},
        "approvals": {
            "persons": 1,
            "possible": 1,
            "needed": 1,
            "proven": 0,
            "against": 0,
            "by": [approver()],
        },
        "checklist": {
            "functional_correctness": True,
            "security": True,
            "tests": True,
            "ai_review": None,
        },
        "checks": {
            "required": ["scan", "test"],
            "passed": ["scan", "test"],
            "failed": [],
            "pending": [],
            "skipped": [],
            "missing": [],
        },
        "scan": {
            "state": "clean",
            "open": {},
            "waived": 0,
            "tool": "scanner 1.0",
            "independent": True,
        },
    }
