"""The token goes to the forge that was named, wherever its answers point to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import ForgeError
from collectors import SECRET, gathered, only
from forges import Forge, faults, filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forge.wire import Answer, Request

LISTS = (
    "/environments",
    "/rules/branches/",
    "/rulesets\\?",
    "/rulesets/\\d+/history\\?",
    "/collaborators\\?",
    "/deployments\\?",
    "/releases",
    "/activity",
)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge", token=SECRET) as forge:
        filled(forge)
        yield forge


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Forge]:
    """A server of somebody else's, which keeps what it is asked."""
    with Forge(tmp_path / "other") as other:
        yield other


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.mark.parametrize("path", LISTS)
def test_no_list_goes_on_at_another_host(
    forge: Forge, other: Forge, output: Path, path: str
) -> None:
    fault = forge.faults.order(path, faults.link_to(other.url))
    with pytest.raises(ForgeError, match="leads to another host"):
        gathered(forge, output)
    assert (fault.struck, other.log) == (1, [])


@pytest.mark.parametrize("path", ["/check-suites/", "/deployments/\\d+/statuses"])
def test_no_part_of_a_record_is_asked_for_at_another_host(
    forge: Forge, other: Forge, output: Path, path: str
) -> None:
    shop = forge.repositories["firm/shop"]
    head = shop.pulls[1].head_oid
    shop.checks.passes(head, *(f"run {number}" for number in range(60)))
    made = shop.deployments[0]
    for _ in range(60):
        shop.deployed(made, "pending", by=made.creator)
    fault = forge.faults.order(path, faults.link_to(other.url))
    with pytest.raises(ForgeError, match="leads to another host"):
        gathered(forge, output)
    assert (fault.struck, other.log) == (1, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", ["/releases", "/protection", "graphql"])
def test_no_redirect_leads_to_another_host(
    forge: Forge, other: Forge, output: Path, path: str, status: int
) -> None:
    fault = forge.faults.order(path, faults.redirect_to(other.url + "{target}", status))
    with pytest.raises(ForgeError, match=r"leads to another host|redirects with status 30[123]"):
        gathered(forge, output, sections=only("pull_requests", "rules", "releases"))
    assert (fault.struck, other.log) == (1, [])


def test_addresses_within_answers_are_not_asked(forge: Forge, other: Forge, output: Path) -> None:
    def elsewhere(_request: Request, answer: Answer) -> Answer:
        body = answer.body.replace(b"https://github.com", other.url.encode())
        return replace(answer, body=body.replace(forge.url.encode(), other.url.encode()))

    forge.faults.order(".", elsewhere, times=None)
    assert gathered(forge, output).whole
    assert other.url in output.read_text()
    assert other.log == []


def test_an_export_that_was_tampered_with_leads_nowhere_else(
    forge: Forge, other: Forge, output: Path
) -> None:
    gathered(forge, output, sections=only("activity"))
    cursor = f"{other.url}/repos/firm/shop/activity?after=x"
    with output.open("a") as file:
        file.write(f'{{"progress":{{"section":"activity","cursor":"{cursor}"}}}}\n')
    with pytest.raises(ForgeError, match="leads to another host"):
        gathered(forge, output, sections=only("activity"))
    assert other.log == []
