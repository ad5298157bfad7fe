"""What answers come to, and how rows are counted."""

import pytest

from affidavit.changes.forge.approvals import Answer
from affidavit.controls.model import (
    Attribute,
    Item,
    Result,
    Subject,
    Tally,
    answered,
    counted,
    item,
    no,
    not_applicable,
    unknown,
    yes,
)

CHANGE = Subject(of="change", item="CHG-1", occurred_at="2026-01-05T00:00:00Z", commit="a" * 40)


def result(*attributes: Attribute) -> Result:
    return item("T", CHANGE, *attributes).result


@pytest.mark.parametrize(
    ("asked", "comes_to"),
    [
        ((yes("a", "x"),), Result.PASS),
        ((yes("a", "x"), unknown("b", "x", lacks="z")), Result.UNKNOWN),
        ((no("a", "x"), unknown("b", "x", lacks="z")), Result.DEVIATION),
        ((yes("a", "x"), no("b", "x"), yes("c", "x")), Result.DEVIATION),
    ],
)
def test_a_no_is_a_deviation_and_only_yes_throughout_is_a_pass(
    asked: tuple[Attribute, ...], comes_to: Result
) -> None:
    assert result(*asked) is comes_to


def test_an_item_of_which_nothing_was_asked_is_no_pass() -> None:
    with pytest.raises(ValueError, match="nothing is asked of"):
        item("T", CHANGE)


def test_a_row_tells_its_subject_and_why_a_test_does_not_apply() -> None:
    assert not_applicable("T", CHANGE, "no AI signal") == Item(
        test="T",
        item="CHG-1",
        of="change",
        subject="a" * 40,
        request=None,
        occurred_at="2026-01-05T00:00:00Z",
        result=Result.NA,
        rule="no AI signal",
        attributes=(),
    )


def test_rows_are_counted_with_what_the_unknown_ones_lack() -> None:
    rows = [
        item("T", CHANGE, yes("a", "x")),
        item("T", CHANGE, no("a", "x"), unknown("b", "x", lacks="z")),
        item("T", CHANGE, unknown("scan", "none was given", lacks="ledger")),
        item(
            "T",
            CHANGE,
            unknown("scan", "none was given", lacks="ledger"),
            unknown("b", "y", lacks="checks"),
        ),
        not_applicable("T", CHANGE, "none"),
    ]
    assert counted("T", "title", "changes", rows) == Tally(
        test="T",
        title="title",
        population="changes",
        items=5,
        passed=1,
        deviations=1,
        waived=0,
        not_applicable=1,
        unknown=2,
        sources_missing=(("ledger", 2), ("checks", 1)),
    )


def test_an_answer_found_before_is_taken_over() -> None:
    assert answered("a", Answer.NO, "x", lacks="y") == no("a", "x")


def test_what_is_unknown_has_to_say_what_is_missing() -> None:
    with pytest.raises(ValueError, match="which source is missing"):
        Attribute(name="a", answer=Answer.UNKNOWN, why="x")
    with pytest.raises(ValueError, match="which source is missing"):
        Attribute(name="a", answer=Answer.YES, why="x", lacks="ledger")
