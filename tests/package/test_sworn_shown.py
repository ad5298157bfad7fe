"""What the gate decided and what was signed, as the page, the summary and the table show it."""

from __future__ import annotations

import csv
import html
import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from reports import a_landing, a_report, the_metrics

from affidavit.audit.metrics import metrics
from affidavit.audit.model import PlaceKind, StatementSource
from affidavit.changes.gated import Gated, GateState
from affidavit.changes.model import Grade, Review
from affidavit.changes.sworn import Sworn, sentences
from affidavit.package.csv_report import LANDING_COLUMNS, SWORN_COLUMNS, write_landings
from affidavit.package.html import render

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing

DIGEST = "sha256:" + "7" * 64
STATES = (GateState.ALLOWED, GateState.ALLOWED, GateState.REFUSED, GateState.NONE)
FILE = StatementSource(kind=PlaceKind.FILE, name="facts.jsonl", size=1, digest=DIGEST)
LEDGER = StatementSource(
    kind=PlaceKind.LEDGER, name="ledger.example", size=12, digest="rfc6962:" + "8" * 64
)


def gate(state: GateState) -> Gated:
    if state is GateState.NONE:
        return Gated(state=state, why="none is known")
    return Gated(
        state=state, why="the gate spoke", at="2026-03-12T09:00:00Z", source="facts.jsonl, line 2",
        digest=DIGEST, by="=ci.example+5f2c6f1d",
    )  # fmt: skip


def a_sworn_landing(number: int, state: GateState | None) -> Landing:
    """A landing with what was signed about it; its base asks for no gate where `state` is None."""
    sworn = Sworn(
        head=None, rung="none", needed=1, proven=0, approvals=(),
        gate=None if state is None else gate(state),
    )  # fmt: skip
    review = Review(grade=Grade.R0, self_merged=None, evidence=sentences(sworn))
    return msgspec.structs.replace(a_landing(number, review=review), sworn=sworn)


@pytest.fixture
def report() -> Report:
    several = (*STATES, None)
    landings = tuple(a_sworn_landing(number, one) for number, one in enumerate(several))
    found = a_report(landings, metrics=metrics(landings, sworn=True))
    return msgspec.structs.replace(found, statements=(FILE, LEDGER))


def text(report: Report) -> str:
    """The words of the page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", render(report), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_page_says_how_many_landings_the_gate_allowed(report: Report) -> None:
    told = text(report)
    assert "Landings that it was asked of 4 of 5 80.0%" in told
    assert "Known to be allowed by it 2 of 4 50.0%" in told
    assert (
        "allowed, before the merge 2 refused, and merged all the same 1 not decided, and merged all"
        " the same 0 merged without a decision 1 unknown 0" in told
    )


def test_the_page_says_of_a_decision_who_told_it_and_where_it_is(report: Report) -> None:
    assert (
        "gate: the gate spoke (decided at 2026-03-12T09:00:00Z, told by =ci.example+5f2c6f1d,"
        f" facts.jsonl, line 2, {DIGEST})" in text(report)
    )


def test_the_page_names_each_place_of_statements_and_how_to_check_it(report: Report) -> None:
    told = text(report)
    assert f"file facts.jsonl 1 byte {DIGEST}" in told
    assert f"ledger ledger.example 12 entries {LEDGER.digest}" in told
    assert f"sha256sum FILE of facts.jsonl is {DIGEST}" in told
    assert f"affidavit ledger verify DIR of the ledger ledger.example is {LEDGER.digest}" in told
    assert "with the same files given the same report to the byte" in told
    assert "affidavit policy replay --ledger DIR --repo ." in told


def test_a_page_without_statements_says_nothing_of_them() -> None:
    landing = a_landing()
    told = text(a_report((landing,), metrics=the_metrics((landing,))))
    for words in ("Did the gate", "signed statements", "policy replay", "sha256sum"):
        assert words not in told


def test_a_hand_that_is_proven_belongs_to_what_a_reviewer_shown_is(report: Report) -> None:
    words = "or a person outside the authors signed by a proven hand (R4)."
    assert words in text(report)
    assert words not in text(a_report((), metrics={}))


def test_the_table_has_the_decision_and_the_signatures(report: Report, tmp_path: Path) -> None:
    write_landings(report, tmp_path / "l.csv")
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == LANDING_COLUMNS + SWORN_COLUMNS
    own = [row[len(LANDING_COLUMNS) :] for row in rows]
    decided = ["2026-03-12T09:00:00Z", "'=ci.example+5f2c6f1d", "facts.jsonl, line 2", DIGEST]
    assert own == [
        ["allowed", *decided, "0", "0"],
        ["allowed", *decided, "0", "0"],
        ["refused", *decided, "0", "0"],
        ["none", "", "", "", "", "0", "0"],
        ["", "", "", "", "", "0", "0"],
    ]
