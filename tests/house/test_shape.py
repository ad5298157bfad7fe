"""What keeps the house readable: short files, short functions, no leftovers."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "tests", "tools", "bench", "docs", "changes.d", ".ci")
TEXTS = [
    *(
        path
        for path in ROOT.glob("*")
        if path.suffix in {".md", ".toml"} or path.name == "Makefile"
    ),
    *(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ),
]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
CODE = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
# Spelled so that this file does not find itself.
LEFTOVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def identity(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blank_or_comment(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


class Module(NamedTuple):
    """What a module says of itself, and its functions."""

    docstring: str | None
    functions: tuple[tuple[str, int], ...]


@cache
def module(path: Path) -> Module:
    """The module in a file, which is parsed once for all that is asked of it."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    return Module(ast.get_docstring(tree), tuple(functions(tree, text.splitlines())))


def functions(tree: ast.Module, lines: list[str]) -> Iterator[tuple[str, int]]:
    """Each function's name and its lines of code: not blank, no comment, no docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            spans = [range(each.lineno - 1, each.end_lineno or each.lineno) for each in body]
            code = [at for span in spans for at in span if not blank_or_comment(lines[at])]
            signature = node.body[0].lineno - node.lineno
            yield node.name, signature + len(code)


def words(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("path", CODE, ids=identity)
def test_a_file_fits_on_four_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_a_function_fits_on_one_screen() -> None:
    long = {
        f"{identity(path)}:{name}": length
        for path in SOURCES
        for name, length in module(path).functions
        if length > 40
    }
    assert long == {}


def test_most_functions_are_short() -> None:
    lengths = sorted(length for path in SOURCES for _, length in module(path).functions)
    assert lengths[len(lengths) * 95 // 100] <= 25


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    places = "|".join(re.escape(str(place)) for place in (ROOT, Path.home()))
    machine = re.compile(rf"(?<![\w.~-])(?:{places})/")
    assert [identity(path) for path in TEXTS if machine.search(words(path))] == []


def test_what_is_left_to_do_is_not_left_in_a_file() -> None:
    assert [identity(path) for path in TEXTS if LEFTOVER.search(words(path))] == []


@pytest.mark.parametrize("path", SOURCES, ids=identity)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert module(path).docstring


def test_a_news_fragment_is_named_so_that_it_gets_into_the_changelog() -> None:
    kinds = "feature|bugfix|doc|removal|misc"
    named = re.compile(rf"[+\w-]+\.(?:{kinds})(?:\.\d+)?\.md|\.gitignore|\.gitkeep")
    fragments = [path.name for path in (ROOT / "changes.d").iterdir()]
    assert [name for name in fragments if not named.fullmatch(name)] == []
