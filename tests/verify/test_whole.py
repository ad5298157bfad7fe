"""What holds for any log: many processes, random damage, and bounds."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import FORMS, Stored, a_log, sha, write_database, write_export
from verifying import HONEST, trusting

from affidavit.verify import Code, Problem, Status, parallel, verify
from affidavit.verify.result import MOST_NOTICES, MOST_PROBLEMS, Findings

SMALL = a_log(40, batch=7, blobs=True)
TRUST = trusting(remembered=(SMALL.notes[2][1],))
WHOLE = trusting(remembered=(SMALL.notes[-1][1],))
FILES = 5


def test_no_file_of_an_export_can_be_changed_in_any_byte(tmp_path: Path) -> None:
    root, dice = write_export(SMALL, tmp_path / "log"), random.Random(1)
    harmless = {"vkey", "ledger.json"}
    files = sorted(each for each in root.rglob("*") if each.is_file() and each.name not in harmless)
    for path in files:
        whole = path.read_bytes()
        for at in dice.sample(range(len(whole)), min(len(whole), 12)):
            path.write_bytes(
                whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :]
            )
            assert verify(root, WHOLE).status is Status.FAILED, (path, at)
        path.write_bytes(whole)
    assert (len(files), verify(root, WHOLE).status) == (FILES, Status.VERIFIED)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_no_single_change_leaves_a_log_verified(form: str, data: st.DataObject) -> None:
    log = SMALL.copy()
    change(log, data)
    with tempfile.TemporaryDirectory() as folder:
        path = FORMS[form](log, Path(folder) / "log")
        assert verify(path, WHOLE).status is Status.FAILED


def change(log: Stored, data: st.DataObject) -> None:
    """Change one thing in the log: a byte, an order, a presence."""
    index = data.draw(st.integers(0, len(log.entries) - 2), label="entry")
    kind = data.draw(st.sampled_from(["byte", "drop", "swap", "again", "blob", "note", "cut"]))
    if kind == "byte":
        entry = log.entries[index]
        at = data.draw(st.integers(0, len(entry) - 1))
        flip = data.draw(st.integers(1, 255))
        log.entries[index] = entry[:at] + bytes([entry[at] ^ flip]) + entry[at + 1 :]
    elif kind == "drop":
        del log.entries[index]
    elif kind == "swap":
        log.entries[index : index + 2] = log.entries[index + 1], log.entries[index]
    elif kind == "again":
        log.entries.insert(index, log.entries[index])
    elif kind == "cut":
        del log.entries[index + 1 :]
        log.notes = [each for each in log.notes if each[0] <= len(log.entries)]
    elif kind == "blob":
        log.blobs[data.draw(st.sampled_from(sorted(log.blobs)))] = b"other"
    else:
        at = data.draw(st.integers(0, len(log.notes) - 1))
        size, note = log.notes[at]
        place = data.draw(st.integers(0, len(note) - 1))
        log.notes[at] = size, note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]


@pytest.mark.parametrize("form", FORMS)
def test_two_processes_find_what_one_finds(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "SPAN", 256)
    log = HONEST.copy()
    log.entries[123] = log.entries[120]
    log.entries[400] = b"none"
    log.blobs.clear()
    path = FORMS[form](log, tmp_path / "log")
    one, two = verify(path, trusting()), verify(path, trusting(), processes=2)
    assert (one.status, len(one.problems) > 20) == (Status.FAILED, True)
    assert two == one
    honest = FORMS[form](HONEST, tmp_path / "honest")
    assert verify(honest, trusting(), processes=2).status is Status.VERIFIED


def test_a_range_that_begins_in_the_middle_of_streams_joins_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "SPAN", 256)
    log = HONEST.copy()
    log.entries[256] = log.entries[253]
    log.grow_tiles()
    path = write_database(log, tmp_path / "log")
    result = verify(path, trusting())
    joined = [each.index for each in result.problems if each.code is Code.STREAM_SEQUENCE]
    assert joined == [256, 259]


def test_a_checkpoint_for_every_entry_is_held(tmp_path: Path) -> None:
    log = a_log(260, batch=1)
    path = write_export(log, tmp_path / "log")
    result = verify(path, trusting(remembered=(log.notes[0][1],)))
    assert (result.status, result.complete_to) == (Status.VERIFIED, 1)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512])
@pytest.mark.parametrize("form", FORMS)
def test_logs_of_sizes_at_the_borders_of_bundles_are_verified(
    tmp_path: Path, form: str, size: int
) -> None:
    log = a_log(size, batch=255)
    path = FORMS[form](log, tmp_path / "log")
    assert verify(path, trusting(remembered=(log.notes[-1][1],))).status is Status.VERIFIED


def test_all_problems_are_counted_and_the_first_are_kept() -> None:
    findings, others = Findings(), Findings()
    for index in range(MOST_PROBLEMS - 1):
        findings.add(Problem(Code.TILE_DIFFERS, "", "", index))
    for index in range(MOST_PROBLEMS + 5):
        others.add(Problem(Code.ENTRY_MISSING, "", "", index))
        others.notice("unknown-file", str(index))
    findings.join(others)
    assert (len(findings.problems), len(findings.notices)) == (MOST_PROBLEMS, MOST_NOTICES)
    assert findings.totals == {
        Code.TILE_DIFFERS: MOST_PROBLEMS - 1,
        Code.ENTRY_MISSING: MOST_PROBLEMS + 5,
    }


def test_memory_does_not_grow_with_the_entries(tmp_path: Path) -> None:
    peaks = []
    for count in (1_000, 4_000):
        log = a_log(0)
        for index in range(count):
            log.append(f"session/{index % 50}", body={"text": "x" * 600})
        log.checkpoint()
        log.grow_tiles()
        root = write_export(log, tmp_path / str(count))
        peaks.append(peak_of(root))
    assert peaks[1] < peaks[0] * 1.5


def peak_of(root: Path) -> int:
    """Bytes that verifying takes at most, as Python counts them."""
    program = """
import sys, tracemalloc
from pathlib import Path
from affidavit.verify import Trust, verify
tracemalloc.start()
verify(Path(sys.argv[1]), Trust())
print(tracemalloc.get_traced_memory()[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_the_exit_status_of_each_answer_is_the_one_of_the_table() -> None:
    assert {each: each.exit_status for each in Status} == {
        Status.VERIFIED: 0,
        Status.FAILED: 1,
        Status.SELF_ASSERTED: 3,
        Status.EMPTY: 3,
        Status.INCOMPLETE: 3,
    }


def test_the_verifier_imports_the_standard_library_and_cryptography_alone() -> None:
    program = """
import sys
import affidavit.verify
rooms = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(*sorted(each for each in rooms if not each.startswith("_")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    named = set(done.stdout.split()) - {"cffi", "_cffi_backend", "sitecustomize"}
    assert named <= {"affidavit", "cryptography"}, sha(b"")
