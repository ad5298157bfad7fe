"""Pages of lines in a browser: no barrier, nothing run or asked for, and what the script adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from line_reports import AGAIN, EVIL, TEXT, a_blame, a_file, a_report, counts, hostile

from affidavit.package.lines import file_page
from affidavit.package.lines.page import page as lines_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

LINES = lines_page(a_report(), AGAIN)
HOSTILE = lines_page(hostile(), EVIL)
FILE = file_page.page(a_blame(), TEXT, AGAIN)
EVIL_FILE = file_page.page(a_blame(path=EVIL * 9), (EVIL.encode() * 30,) * 4, EVIL)
NESTED = lines_page(
    a_report(
        tuple(
            a_file(f"{top}/{part}/f{n}.py", counts(ai=10 * n + 1, undetermined=n, no_signal=5))
            for top in ("src", "tests")
            for part in ("app", "web")
            for n in range(9)
        )
    ),
    AGAIN,
)


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page; no console message, error, dialog or request of it is let pass."""
    problems: list[str] = []
    contexts = []

    def page_of(
        text: str,
        *,
        script: bool = True,
        scheme: Literal["light", "dark"] = "light",
        width: int = 1280,
    ) -> Page:
        place = tmp_path / "lines.html"
        place.write_text(text, encoding="utf-8")
        context = chromium.new_context(
            java_script_enabled=script,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.on("request", lambda request: problems.append(request.url))
        page.goto(place.as_uri())
        problems.remove(place.as_uri())
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert problems == []


def column(page: Page, table: str, number: int) -> list[str]:
    return page.locator(f"#{table} tbody tr:visible > :nth-child({number})").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("text", [LINES, FILE], ids=["lines", "file"])
def test_the_page_has_no_barrier_that_axe_can_find(
    opened: Open, text: str, scheme: str, width: int
) -> None:
    page = opened(text, scheme=scheme, width=width)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("text", [HOSTILE, EVIL_FILE], ids=["lines", "file"])
def test_foreign_text_runs_nothing_and_makes_no_page_wider(
    opened: Open, text: str, width: int
) -> None:
    page = opened(text, width=width)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
    assert (page.locator("img").count(), page.title().startswith("</title>")) == (0, True)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_a_script_all_is_told_and_there_is_nothing_to_operate(opened: Open) -> None:
    page = opened(NESTED, script=False)
    assert page.locator("button:visible, input:visible").count() == 0
    assert page.locator(".map rect.d1").count() == 2
    page.locator("#map summary").click()
    assert len(column(page, "folders", 1)) == 7


def test_a_table_is_sorted_by_a_column_and_it_says_so(opened: Open) -> None:
    page = opened(LINES)
    head = page.locator("#by-file thead th").nth(4)
    page.click("#by-file thead button:text-is('Lines')")
    assert (head.get_attribute("aria-sort"), column(page, "by-file", 5)) == (
        "descending", ["100", "100", "40", "10", "0"])  # fmt: skip
    page.click("#by-file thead button:text-is('Lines')")
    assert (head.get_attribute("aria-sort"), column(page, "by-file", 5)) == (
        "ascending", ["0", "10", "40", "100", "100"])  # fmt: skip
    page.click("#by-file thead button:text-is('File')")
    assert column(page, "by-file", 1) == [
        "docs/guide.md", "empty.txt", "README.md", "src/app.py", "src/auth/key.py"]  # fmt: skip
    assert head.get_attribute("aria-sort") is None


def test_shares_are_sorted_by_what_they_are_and_not_by_their_words(opened: Open) -> None:
    numbers = {"a": counts(ai=1, no_signal=99_999), "b": counts(no_signal=5), "c": counts(),
               "d": counts(ai=9, no_signal=1), "e": counts(ai=3)}  # fmt: skip
    page = opened(lines_page(a_report(tuple(a_file(*one) for one in numbers.items())), AGAIN))
    page.click("#by-file thead button:text-is('Label')")
    assert column(page, "by-file", 10) == ["100%", "90.0%", "under 0.1%", "0%", "no lines"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SRC", ["src/auth/key.py", "src/app.py"]),
        ("@ada", ["src/app.py"]),
        ("markdown guide", ["docs/guide.md"]),
        ("none of these", []),
    ],
)
def test_files_are_found_by_text(opened: Open, text: str, found: list[str]) -> None:
    page = opened(LINES)
    page.fill("#find-text", text)
    assert column(page, "by-file", 1) == found
    assert page.inner_text("#find-said") == f"{len(found)} of 5 files"


def test_the_map_leads_into_folders_and_back(opened: Open) -> None:
    page = opened(NESTED)
    page.locator("#treemap").scroll_into_view_if_needed()
    box = page.locator("#treemap svg").bounding_box()
    assert box is not None
    said = page.locator(".zoom span")
    for where in ("src", "src/app"):
        page.mouse.click(box["x"] + 9, box["y"] + 9)
        assert said.inner_text() == f"Shown: {where}"
    shown = page.locator("#treemap rect:has(title):visible")
    assert shown.count() == 9
    assert page.locator("#treemap text.f:visible").count() > 0
    for where in ("src", "all files"):
        page.click("text=One folder up")
        assert said.inner_text() == f"Shown: {where}"
    assert shown.count() == 36
    assert page.locator(".zoom button").is_disabled()


def test_a_folder_is_shown_in_the_map_from_the_table_by_keys_alone(opened: Open) -> None:
    page = opened(NESTED)
    page.locator("#map summary").focus()
    page.keyboard.press("Enter")
    names = page.locator("#folders .folder-name").all_inner_texts()
    page.locator("#folders button.show").nth(2).focus()
    page.keyboard.press("Enter")
    assert page.inner_text(".zoom span") == f"Shown: {names[2]}"


def test_a_line_is_found_by_its_anchor(opened: Open) -> None:
    page = opened(FILE)
    page.click("a[href='#L3']")
    assert page.evaluate("document.querySelector(':target').id") == "L3"
    page.click("a[href^='#c-'] >> nth=0")
    assert page.evaluate("document.querySelector(':target').textContent") == "cccccccccc"


def test_the_skip_link_leads_to_the_summary(opened: Open) -> None:
    page = opened(LINES)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "summary"
