from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.critical import CriticalPaths

MATCHES = [
    ("*.tf", "main.tf", True),
    ("*.tf", "a/main.tf", False),
    ("**/*.tf", "main.tf", True),
    ("**/*.tf", "a/b/main.tf", True),
    ("**/auth/**", "auth/x", True),
    ("**/auth/**", "src/auth/a/b", True),
    ("**/auth/**", "auth", False),
    ("**/auth/**", "src/oauth/x", False),
    ("**/auth/**", "src/authx/x", False),
    ("src/**", "src/a/b.py", True),
    ("src/**", "src", False),
    ("src/**", "srcx/a", False),
    ("**", "a/b", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "ab", False),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("a?c", "a\u6f22c", True),
    ("a***c", "abbc", True),
    ("a***c", "ab/c", False),
    ("a.c", "abc", False),
    ("[ab]", "a", False),
    ("[ab]", "[ab]", True),
    ("a|b", "a", False),
    ("Dockerfile", "dockerfile", False),
    ("", "", True),
    ("", "a", False),
    ("a b", "a b", True),
    ("a\nb", "a\nb", True),
    ("*", "a\nb", True),
    ("(?i)a", "A", False),
    ("\\E.*", "x", False),
    ("**/Dockerfile", "Dockerfile", True),
    (".github/workflows/**", ".github/workflows/ci.yml", True),
    (".github/workflows/**", "xgithub/workflows/ci.yml", False),
]


@pytest.mark.parametrize(("pattern", "path", "matches"), MATCHES)
def test_a_pattern_matches_whole_paths(pattern: str, path: str, *, matches: bool) -> None:
    assert CriticalPaths([pattern]).touched([path]) == ((pattern,) if matches else ())


def test_patterns_are_told_once_in_their_order() -> None:
    paths = CriticalPaths(["b/**", "*", "b/**", "c"])
    assert paths.patterns == ("b/**", "*", "c")
    assert paths.touched(["a", "b/x", "a"]) == ("b/**", "*")
    assert paths.touched([]) == ()


def test_without_patterns_nothing_is_critical() -> None:
    assert CriticalPaths([]).touched(["a"]) == ()


NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@given(NAMES.filter(lambda text: not set("*?") & set(text)))
def test_a_pattern_without_wildcards_matches_itself_alone(text: str) -> None:
    paths = CriticalPaths([text])
    assert paths.touched([text]) == (text,)
    assert paths.touched([text + "x"]) == ()


@given(
    st.text(st.sampled_from("ab.*?"), max_size=8).filter(lambda text: "**" not in text),
    st.text(st.sampled_from("ab."), max_size=8),
)
def test_within_one_name_wildcards_are_those_of_the_shell(pattern: str, name: str) -> None:
    touched = CriticalPaths([pattern]).touched([name])
    assert bool(touched) is fnmatch.fnmatchcase(name, pattern)
