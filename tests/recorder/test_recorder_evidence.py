"""Evidence of a period: entries and proofs that anybody can check with the log's key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import ORIGIN, rows

from affidavit import Recorder
from affidavit.app.ledger.verifying import Trusted, proof_verified
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import OutputError, PeriodError, UsageError
from affidavit.verify.result import Status

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home


place = recorders.place


@pytest.fixture
def recorder(place: Home) -> Recorder:
    """A recorder of a ledger with 300 actions."""
    with Recorder(place.folder) as found:
        for number in range(300):
            found.log_action(agent="a", action=str(number), result="ok", prompt="p")
            if number == 0:
                # What is recorded in one batch bears one time.
                found.flush()
    return found


def times(place: Home) -> list[datetime]:
    return [datetime.fromisoformat(row.entry.time) for row in rows(place)]


def trusted(place: Home) -> Trusted:
    with viewing(place) as view:
        return Trusted(keys=(view.rows.meta("vkey"),))


def test_every_entry_comes_with_a_proof_that_verifies(
    place: Home, recorder: Recorder, tmp_path: Path
) -> None:
    evidence = recorder.export_evidence()
    found = list(evidence)
    with viewing(place) as view:
        assert evidence.checkpoint == view.checkpoint()
        assert [one.data for one in found] == list(view.rows.entries(0, 301))
    assert [one.index for one in found] == list(range(301))
    assert found[1].entry["kind"] == "agent.acted.v1"
    for one in (found[0], found[255], found[300]):
        (tmp_path / "entry").write_bytes(one.data)
        (tmp_path / "proof").write_bytes(one.proof)
        result = proof_verified(tmp_path / "proof", tmp_path / "entry", trusted(place))
        assert (result.status, result.origin) == (Status.VERIFIED, ORIGIN)


def test_what_comes_later_changes_nothing(place: Home, recorder: Recorder) -> None:
    evidence = recorder.export_evidence()
    before = [one.proof for one in evidence]
    with Recorder(place.folder) as other:
        for _ in range(300):
            other.log_action(agent="a", action="later", result="ok")
    assert [one.proof for one in evidence] == before
    assert len(list(other.export_evidence())) == 601


def test_a_period_has_its_start_and_not_its_end(place: Home, recorder: Recorder) -> None:
    moments = times(place)
    start, end = moments[0], moments[-1]
    found = [one.index for one in recorder.export_evidence(start, end)]
    assert found == [number for number, time in enumerate(moments, 1) if start <= time < end]
    assert found[0] == 1
    assert 300 not in found
    after = end + timedelta(microseconds=1)
    assert [one.index for one in recorder.export_evidence(end, after)][-1] == 300
    assert list(recorder.export_evidence(start=after)) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 1, 1), None),  # noqa: DTZ001
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_period_that_is_none_is_refused(
    recorder: Recorder, start: datetime, end: datetime | None
) -> None:
    with pytest.raises(PeriodError):
        recorder.export_evidence(start, end)


def test_evidence_is_written_as_files_that_the_command_verifies(
    place: Home, recorder: Recorder
) -> None:
    folder = place.folder.parent / "evidence"
    assert recorder.write_evidence(folder, times(place)[0]) == 300
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    assert len(lines) == len(list((folder / "proofs").iterdir())) == 300
    assert lines[6] == (folder / "entries" / "7.json").read_bytes() == rows(place)[6].data
    assert (folder / "checkpoint").read_bytes() == recorder.export_evidence().checkpoint
    proof, entry = folder / "proofs" / "7.tlog-proof", folder / "entries" / "7.json"
    assert proof_verified(proof, entry, trusted(place)).status is Status.VERIFIED
    entry.write_bytes(lines[7])
    assert proof_verified(proof, entry, trusted(place)).status is not Status.VERIFIED


def test_evidence_is_not_mixed_with_anything(recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(UsageError, match="holds something"):
        recorder.write_evidence(tmp_path)
    with pytest.raises(OutputError):
        recorder.write_evidence(tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
