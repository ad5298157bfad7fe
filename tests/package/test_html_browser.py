from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from forge_report import a_forge_report
from reports import ADA, BEN, CLAUDE, a_claim, a_landing, a_report, an_id
from test_html import a_hostile_report
from test_html_landings import MERGE
from year import a_year

from affidavit.package.html import evidence as ev
from affidavit.package.html import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from affidavit.audit.model import Report

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

MUCH = a_landing(
    3,
    authors=(ADA,) * (ev.PEOPLE + 1),
    claims=tuple(a_claim(rule=f"PRV-X-{n:03}", commit=an_id(3)) for n in range(ev.CLAIMS + 2)),
    commits=tuple(an_id((3, n)) for n in range(ev.COMMITS + 5)),
)
ODD = (MERGE, MUCH, a_landing(4, authors=(CLAUDE, BEN), title="x" * 500, unrefined=True))


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report's page; no console message, error, dialog or request of it is let pass."""
    problems: list[str] = []
    contexts = []

    def page_of(
        report: Report,
        *,
        script: bool = True,
        scheme: Literal["light", "dark"] = "light",
        width: int = 1280,
    ) -> Page:
        place = tmp_path / "report.html"
        write(report, place)
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


def the_rows(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "#list tbody tr", "rows => rows.map(row => row.outerHTML)"
    )
    return found


def titles(page: Page) -> list[str]:
    return page.locator("#list tbody .title").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_has_no_barrier_that_axe_can_find(opened: Open, scheme: str, width: int) -> None:
    page = opened(a_year(16), scheme=scheme, width=width)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_page_of_nothing_has_no_barrier_either(opened: Open) -> None:
    results = Axe().run(opened(a_report()))
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    "report", [a_year(90), a_report(ODD), a_hostile_report(), a_forge_report()]
)
def test_the_script_makes_the_rows_that_stand_there_without_it(
    opened: Open, report: Report
) -> None:
    written = the_rows(opened(report))
    static = re.findall(r"<tr id=.*?</tr>", opened(report, script=False).content(), flags=re.DOTALL)
    assert written == static


def test_a_page_with_a_forges_records_has_no_barrier(opened: Open) -> None:
    results = Axe().run(opened(a_forge_report()))
    assert results.violations_count == 0, results.generate_report()


def test_foreign_text_runs_nothing(opened: Open) -> None:
    page = opened(a_hostile_report())
    page.locator("#list summary").first.click()
    assert page.locator("img").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#list")


@pytest.mark.parametrize("width", [360, 768, 1280, 1600])
def test_the_page_is_no_wider_than_the_screen(opened: Open, width: int) -> None:
    page = opened(a_hostile_report(), width=width)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_a_script_there_is_nothing_to_operate(opened: Open) -> None:
    page = opened(a_year(5), script=False)
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert page.locator("#list tbody tr").count() == 5


def test_all_landings_are_there_in_pages_of_a_hundred(opened: Open) -> None:
    page = opened(a_year(250))
    assert page.inner_text("#found") == "250 of 250 landings, showing 1 to 100"
    page.click("[data-go=last]")
    assert page.inner_text("#found") == "250 of 250 landings, showing 201 to 250"
    page.click("[data-go=back]")
    assert page.inner_text("#page-of") == "Page 2 of 3"
    page.click("[data-go=next]")
    assert page.locator("[data-go=next]").is_disabled()
    page.click("[data-go=first]")
    assert page.locator("[data-go=back]").is_disabled()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fix", ["Fix b"]),
        ("CHG-2026-03-12-001", ["Add a"]),
        ("BEN add", ["Add a"]),
        ("#77", ["Fix b"]),
        (an_id("inner"), ["Fix b"]),
        ("no-review-evidence", ["Add a"]),
        ("nothing of this", []),
    ],
)
def test_landings_are_found_by_text(opened: Open, text: str, expected: list[str]) -> None:
    request = MERGE.pull_request
    assert request is not None
    with_number = type(request)(forge="github", number="77", proof=request.proof, form="x")
    landings = (
        a_landing(0, title="Add a", authors=(BEN,), exceptions=("no-review-evidence",)),
        a_landing(1, title="Fix b", pull_request=with_number, commits=(an_id(1), an_id("inner"))),
    )
    page = opened(a_report(landings))
    page.fill("#f-text", text)
    assert titles(page) == expected


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("authorship", "ai", ".who"),
        ("grade", "R2", ".grade"),
        ("agent", "cursor", ".who"),
        ("kind", "merge", "summary"),
    ],
)
def test_landings_are_found_by_what_they_are(
    opened: Open, field: str, value: str, column: str
) -> None:
    page = opened(a_year(90))
    page.select_option(f"#f-{field}", value)
    found = page.locator(f"#list tbody {column}").all_inner_texts()
    assert 0 < len(found) < 90
    assert all(value.lower() in text.lower() for text in found)


def test_exceptions_alone_can_be_shown_and_everything_again(opened: Open) -> None:
    report = a_year(90)
    page = opened(report)
    page.check("#f-exceptions")
    wanted = sum(bool(landing.exceptions) for landing in report.landings)
    assert page.inner_text("#found").startswith(f"{wanted} of 90 landings")
    page.click("text=Clear")
    assert page.inner_text("#found").startswith("90 of 90 landings")


def test_landings_are_sorted_by_a_column_and_it_says_so(opened: Open) -> None:
    landings = tuple(a_landing(n, title=title) for n, title in enumerate("bca"))
    page = opened(a_report(landings))
    sorts = "[...document.querySelectorAll('#list thead th')].map(h => h.getAttribute('aria-sort'))"
    assert page.evaluate(sorts)[:2] == ["descending", None]
    page.click("#list thead button:text('Change')")
    assert (titles(page), page.evaluate(sorts)[:2]) == (["a", "b", "c"], [None, "ascending"])
    page.click("#list thead button:text('Change')")
    assert (titles(page), page.evaluate(sorts)[:2]) == (["c", "b", "a"], [None, "descending"])
    page.click("#list thead button:text('Landed')")
    assert titles(page) == ["b", "c", "a"]
    page.click("#list thead button:text('Landed')")
    assert titles(page) == ["a", "c", "b"]


def test_the_landings_of_two_branches_are_shown_by_time(opened: Open) -> None:
    times = ("2026-03-03T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")
    landings = (a_landing(n, title=at[:10], landed_at=at) for n, at in enumerate(times))
    page = opened(a_report(tuple(landings)))
    assert titles(page) == ["2026-03-03", "2026-03-02", "2026-03-01"]


@pytest.mark.parametrize(
    ("column", "descends"),
    [("Authorship", False), ("Review", False), ("Exceptions", True)],
)
def test_every_column_sorts(opened: Open, column: str, *, descends: bool) -> None:
    page = opened(a_year(60))
    page.click(f"#list thead button:text('{column}')")
    heading = page.locator("#list thead th", has_text=column)
    assert heading.get_attribute("aria-sort") == ("descending" if descends else "ascending")
    assert len(titles(page)) == 60


def test_an_exception_leads_to_its_landing_on_whatever_page(opened: Open) -> None:
    report = a_year(250)
    oldest = next(x for x in reversed(report.landings) if x.exceptions)
    page = opened(report)
    page.evaluate(f"location.hash = '#c-{oldest.commit}'")
    page.wait_for_selector(f"#c-{oldest.commit} details[open]")
    assert page.evaluate("document.activeElement.closest('tr').id") == f"c-{oldest.commit}"


def test_the_heading_of_the_list_stays_in_sight(opened: Open) -> None:
    page = opened(a_year(60))
    page.locator("#list tbody tr").nth(40).scroll_into_view_if_needed()
    box = page.locator("#list thead").bounding_box()
    assert box is not None
    assert round(box["y"]) == 0


def test_the_skip_link_leads_to_the_findings(opened: Open) -> None:
    page = opened(a_year(5))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "review"


def test_paper_has_no_controls_and_names_the_file_with_all(opened: Open) -> None:
    page = opened(a_year(5))
    page.emulate_media(media="print")
    assert page.locator("#filter").is_hidden()
    assert page.locator("p.paper-only").is_visible()
