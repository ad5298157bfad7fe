"""Code owners: which rule is whose, held against git's own reading of such patterns."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.changes.record.owners import (
    LONGEST,
    MOST_PATTERNS,
    MOST_RULES,
    OwnerRules,
    Rule,
    TooManyRulesError,
)
from gitobjects import environment

DEEP = "apps/web/src/main.js"
PARTS = st.sampled_from(("a", "b", "ab", "a*", "?", "*b", "*", "**"))
PATHS = st.lists(st.sampled_from(("a", "b", "ab", "c")), min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("pattern", "owned", "others"),
    [
        ("*", ("a.js", DEEP), ()),
        ("*.js", ("a.js", DEEP), ("a.jsx", "js")),
        ("/build/logs/", ("build/logs/x", "build/logs/y/z"), ("build/logs", "x/build/logs/y")),
        ("docs/*", ("docs/start.md",), ("docs/build/start.md", "x/docs/start.md")),
        ("apps/", ("apps/a", DEEP, "x/apps/y"), ("apps", "myapps/a")),
        ("/docs/", ("docs/a", "docs/b/c"), ("x/docs/a",)),
        ("**/logs", ("logs/x", "a/b/logs/x", "logs"), ("logsx",)),
        ("apps/web", (DEEP, "apps/web"), ("x/apps/web/y", "apps/webs")),
        ("/apps/**/main.js", (DEEP, "apps/main.js"), ("main.js",)),
        ("apps/**", (DEEP,), ("apps", "x/apps/y")),
        ("/*", ("a.js",), (DEEP,)),
        ("src/?.py", ("src/a.py",), ("src/ab.py", "src//.py")),
        (r"My\ docs/", ("My docs/a",), ("My/a",)),
        ("a.c", ("a.c",), ("abc",)),
        ("Makefile", ("Makefile",), ("makefile",)),
        ("a**b", ("ab", "axb"), ("a/b",)),
    ],
)
def test_a_pattern_owns_what_the_forges_documentation_says(
    pattern: str, owned: tuple[str, ...], others: tuple[str, ...]
) -> None:
    rules = OwnerRules(f"{pattern} @ann\n")
    expected = Rule(1, pattern, ("@ann",))
    assert [rules.of(one) for one in owned] == [expected] * len(owned)
    assert [rules.of(one) for one in others] == [None] * len(others)


def test_the_last_rule_that_matches_counts_also_one_without_owners() -> None:
    rules = OwnerRules("* @all\n/apps/ @web a@b.c # the web\n/apps/web/src\n")
    found = [rules.of(one) for one in ("x", "apps/y", DEEP)]
    assert found == [
        Rule(1, "*", ("@all",)),
        Rule(2, "/apps/", ("@web", "a@b.c")),
        Rule(3, "/apps/web/src", ()),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "!a @ann", r"\#a @ann", "[ab] @ann", "a] @ann", "a ann", "a @", "a @a/b/c", "/ @ann",
        "a//b @ann", "\\", "a" * (LONGEST + 1) + " @ann", "a @ann @",
    ],
)  # fmt: skip
def test_a_line_that_is_not_understood_is_passed_over_and_told(line: str) -> None:
    rules = OwnerRules(f"\ufeff# owners\r\n\r\n  b @ben\r\n{line}\r\n")
    assert (rules.rules, rules.odd) == ((Rule(3, "b", ("@ben",)),), (4,))


@pytest.mark.parametrize("owner", ["@ann", "@app[bot]", "@firm/team", "ann.lee@firm.mail"])
def test_an_owner_is_an_account_a_team_or_an_address(owner: str) -> None:
    assert OwnerRules(f"a {owner} # {owner}").rules == (Rule(1, "a", (owner,)),)


def test_a_file_with_too_many_rules_is_not_read_half() -> None:
    assert len(OwnerRules("a @ann\n" * MOST_RULES).rules) == MOST_RULES
    with pytest.raises(TooManyRulesError):
        OwnerRules("a @ann\n" * (MOST_RULES + 1))
    with pytest.raises(TooManyRulesError):
        OwnerRules(f"{'a' * LONGEST} @ann\n" * (MOST_PATTERNS // LONGEST + 1))


@given(st.text() | st.lists(st.sampled_from("*?/\\ #@a\t\n[!.\x00(+"), max_size=40).map("".join))
def test_whatever_a_file_holds_each_line_is_a_rule_or_odd(text: str) -> None:
    rules = OwnerRules(text)
    lines = [one.strip() for one in text.removeprefix("\ufeff").split("\n")]
    numbers = sorted((*(one.line for one in rules.rules), *rules.odd))
    told = [number for number, one in enumerate(lines, 1) if one and not one.startswith("#")]
    assert numbers == told
    assert all(rules.of(path) in (None, *rules.rules) for path in ("a", "a/b", text))


def ignored(pattern: str, paths: list[str], folder: Path) -> list[str]:
    """Those of `paths` that git ignores by `pattern`."""
    rules = folder / "rules"
    rules.write_text(f"{pattern}\n")
    done = subprocess.run(
        ["git", "-c", f"core.excludesFile={rules}", "check-ignore", "--no-index", "--stdin"],
        cwd=folder / "repo",
        env=environment(),
        input="".join(f"{one}\n" for one in paths).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode < 2, done.stderr
    return done.stdout.decode().splitlines()


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(PARTS, min_size=1, max_size=4),
    begin=st.sampled_from(("", "/")),
    end=st.sampled_from(("", "/")),
    paths=st.lists(PATHS, min_size=1, max_size=12, unique=True),
)
def test_a_pattern_matches_what_git_ignores_by_it(
    parts: list[str], begin: str, end: str, paths: list[str]
) -> None:
    pattern = begin + "/".join(parts) + end
    direct = parts[-1] == "*" and not end and (len(parts) > 1 or begin)
    if direct:
        return  # Where the forge differs: it owns the files of the folder alone.
    with TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "-q", "repo"], cwd=folder, env=environment(), check=True)
        expected = ignored(pattern, paths, folder)
    rules = OwnerRules(f"{pattern} @ann\n")
    assert [one for one in paths if rules.of(one)] == expected
