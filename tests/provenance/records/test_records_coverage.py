"""What a set of records covers, counted."""

from __future__ import annotations

from affidavit.provenance.gitai_log import Span
from affidavit.provenance.records.coverage import Coverage, coverage
from affidavit.provenance.records.model import Attests, Deed, LineClaim, Part, Record


def test_records_are_counted_by_source() -> None:
    lines = (
        LineClaim(path="a", attests=Attests.AI, agent="codex", spans=(Span(1, 3), Span(5, 5))),
        LineClaim(path="b", attests=Attests.HUMAN),
    )
    records = [
        Record(source="b", place="x", commit="1", lines=lines),
        Record(source="b", place="y", commit="1", problems=("odd",)),
        Record(source="a", place="z", tree="2", deeds=(Deed(Part.ACTOR, "ann"),)),
    ]
    nothing = Coverage(
        source="a",
        records=1,
        whole=1,
        commits=0,
        trees=1,
        claims=0,
        line_claims=0,
        lines=0,
        agents={},
        parts={Part.ACTOR: 1},
        problems={},
    )
    assert coverage(records) == (
        nothing,
        Coverage(
            source="b",
            records=2,
            whole=1,
            commits=1,
            trees=0,
            claims=0,
            line_claims=2,
            lines=4,
            agents={"codex": 1},
            parts={},
            problems={"odd": 1},
        ),
    )
