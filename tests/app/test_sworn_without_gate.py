"""Where the gate was taken out or put in, an audit says so, and of how many nothing was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.limit import Limit
from affidavit.package.summary import summary
from gates import CONFIG
from sworn_desk import Sworn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report

GATE = '[gate]\nchecks = ["test"]\n\n[gate.teams]\nsecurity = ["Cleo Park"]\n'
WITHOUT = CONFIG.replace(GATE, "")


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def told(report: Report) -> Limit:
    """The limit about the gate."""
    return next(one for one in report.limits if one.id == "gate-not-asked")


def expected(unasked: int, landings: int, *items: str, gap: bool) -> Limit:
    text = (
        f"There was no gate all the time: {unasked:,} of {landings:,} landings were merged into a"
        " commit that asks for none, and nothing was asked of them. Named are the landings that"
        " added or removed it."
    )
    return Limit("gate-not-asked", text, len(items), tuple(sorted(items)), gap)


def test_who_began_the_gate_is_told(sworn: Sworn) -> None:
    assert told(sworn.report()) == expected(2, 3, f"added by {sworn.firm.base}", gap=False)


def test_who_took_the_gate_out_is_told_with_what_was_not_asked(sworn: Sworn) -> None:
    firm = sworn.firm
    assert "gate" not in WITHOUT
    removed = firm.shop.direct(firm.ann, "Tidy up", {"affidavit.toml": WITHOUT})
    for name in "ab":
        firm.opened({f"{name}.py": "1\n"}).merge(firm.ann, "squash")
    report = sworn.report()
    items = (f"added by {firm.base}", f"removed by {removed}")
    assert told(report) == expected(4, 6, *items, gap=True)
    assert (
        "gate           allowed 0 of 2 (0%) of the landings whose base asks for it;"
        " 4 of 6 were not asked" in list(summary(report))
    )


def test_a_configuration_that_cannot_be_read_may_be_of_one_without_a_gate(sworn: Sworn) -> None:
    firm = sworn.firm
    broken = firm.shop.direct(firm.ann, "Break it", {"affidavit.toml": "[gate\n"})
    items = (f"added by {firm.base}", f"may have been added or removed by {broken}")
    assert told(sworn.report()) == expected(2, 4, *items, gap=True)
