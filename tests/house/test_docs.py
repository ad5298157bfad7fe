"""Every error, decision and page is documented, and every link leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.base import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED = re.compile(r"docs/[\w./-]+\.md")


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def linked(page: str) -> str:
    """`page` without code in its lines: a pattern can look like a link."""
    return INLINE.sub("", page)


def anchors(page: Path) -> set[str]:
    """The anchors that a forge gives the headings of `page`."""
    headings = (found.lower().replace(" ", "-") for found in HEADING.findall(prose(page)))
    return {re.sub(r"[^\w-]", "", heading) for heading in headings}


def targets(page: Path) -> Iterator[tuple[Path, str]]:
    for link in LINK.findall(linked(prose(page))):
        path, _, anchor = link.partition("#")
        yield ((page.parent / path).resolve() if path else page), anchor


def error_classes(root: type[errors.AffidavitError]) -> Iterator[type[errors.AffidavitError]]:
    yield root
    for below in root.__subclasses__():
        yield from error_classes(below)


ERRORS = [
    each for each in error_classes(errors.AffidavitError) if each.__module__ == errors.__name__
]


def identity(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = [
        f"{target.name}#{anchor}"
        for target, anchor in targets(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            # A forge lists the files of a directory that is linked to.
            for target, _ in targets(page):
                waiting.extend(target.glob("*.md") if target.is_dir() else [target])
    assert [identity(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_every_error_has_a_page_that_says_what_it_is_and_what_to_do(
    error: type[errors.AffidavitError],
) -> None:
    page = (DOCS / "errors" / f"{error.code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {error.code}: ")
    assert f"[exit status](../exit-codes.md) **{error.exit_status}**" in page
    assert HEADING.findall(page)[1:] == ["Cause", "What to do", "Example"]


def test_every_page_about_an_error_has_its_error() -> None:
    documented = {page.stem for page in (DOCS / "errors").glob("AFF-*.md")}
    assert documented == {error.code for error in ERRORS}


def test_an_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in ERRORS]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_the_exit_status_of_an_error_is_in_the_one_table(
    error: type[errors.AffidavitError],
) -> None:
    table = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    (row,) = [line for line in table.splitlines() if line.startswith(f"| {error.exit_status} |")]
    assert f"[{error.code}](errors/{error.code}.md)" in row


def test_every_page_that_the_code_names_exists() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    named = {page for text in sources for page in NAMED.findall(text)}
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "adr").glob("0*.md"))]
    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("0*.md")), ids=identity)
def test_a_decision_says_its_context_itself_and_its_consequences(page: Path) -> None:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    assert headings[1:] == ["Status", "Context", "Decision", "Consequences"]


def test_the_readme_shows_what_the_commands_print() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "readme.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_every_make_command_that_is_named_exists(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^\$ )make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named - known == set()
