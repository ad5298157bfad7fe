"""Values of a change record cannot be blank: they are known with a source, or unknown and why."""

from __future__ import annotations

import pytest

from affidavit.changes.record.flags import PATTERNS, SHOWN, Flags
from affidavit.changes.record.model import Flag
from affidavit.changes.record.value import (
    Listed,
    Stated,
    Strength,
    commit_source,
    content,
    unknown,
)

SOURCE = commit_source("a" * 40)


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None, "strength": Strength.UNKNOWN},
        {"value": "a", "strength": Strength.UNKNOWN, "why": "b"},
        {"value": "a", "strength": Strength.TYPED, "source": SOURCE, "why": "b"},
        {"value": "a", "strength": Strength.TYPED},
    ],
)
def test_a_value_without_a_source_or_a_reason_cannot_be_made(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a value"):
        Stated(**fields)  # type: ignore[arg-type]


def test_an_empty_list_says_where_that_is_seen_or_why_it_is_not_known() -> None:
    with pytest.raises(ValueError, match="that there is none has a source"):
        Listed()
    assert Listed(why="no").values == Listed(source=SOURCE).values == ()


def test_the_values_of_a_list_are_those_that_there_are() -> None:
    lost: Stated[str] = unknown("b")
    items = (content("a", "a" * 40), lost)
    assert Listed(items=items).values == ("a",)


@pytest.mark.parametrize(
    ("path", "flags"),
    [
        ("CLAUDE.md", ["agent-instructions"]),
        ("a/.cursor/rules/x.mdc", ["agent-instructions"]),
        (".github/workflows/ci.yml", ["deployment", "configuration"]),
        ("app/Dockerfile.dev", ["deployment"]),
        ("infra/main.tf", ["deployment"]),
        (".env.production", ["environment"]),
        ("pyproject.toml", ["configuration"]),
        ("src/app.py", []),
        ("docs/claude.md.txt", []),
    ],
)
def test_a_path_has_the_flags_of_its_patterns(path: str, flags: list[str]) -> None:
    assert [one.flag for one in Flags().of([path])] == flags


def test_the_first_paths_of_a_flag_are_named_and_all_are_counted() -> None:
    paths = [f"{number:03}.toml" for number in range(SHOWN + 5)]
    assert Flags().of(paths) == (
        Flag(flag="configuration", paths=tuple(paths[:SHOWN]), count=SHOWN + 5),
    )


def test_every_pattern_is_one_that_can_match() -> None:
    assert all(pattern.strip("*/") for patterns in PATTERNS.values() for pattern in patterns)
