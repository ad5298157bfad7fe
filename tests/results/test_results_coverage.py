"""Coverage: each line counts once, and totals that differ are told."""

from __future__ import annotations

import pytest

import result_samples as samples
from affidavit.base.errors import InputError
from affidavit.sources.results import coverage as room
from affidavit.sources.results.cobertura import read_cobertura
from affidavit.sources.results.coverage import Coverage
from affidavit.sources.results.lcov import read_lcov
from affidavit.sources.results.reading import Difference
from result_samples import a_source

CLASS = b'<coverage %s><packages><class filename="a">%s</class></packages></coverage>'
RECORD = b"SF:a\n%s\nend_of_record\n"


def counted(files: int, lines: tuple[int, int], branches: tuple[int, int] = (0, 0)) -> Coverage:
    return Coverage(
        files=files,
        lines_covered=lines[0],
        lines=lines[1],
        branches_covered=branches[0],
        branches=branches[1],
        differences=(),
        differing=0,
    )


def test_the_report_of_coverage_py_is_counted() -> None:
    assert read_cobertura(a_source(samples.COVERAGE_PY)) == counted(1, (3, 4), (1, 2))


def test_lines_of_methods_count_once_and_a_document_type_that_declares_nothing_is_no_harm() -> None:
    assert read_cobertura(a_source(samples.GCOVR)) == counted(1, (1, 2))


def test_a_tracefile_is_counted() -> None:
    assert read_lcov(a_source(samples.LCOV)) == counted(2, (2, 4), (1, 2))


def test_a_tracefile_of_windows_is_counted_too() -> None:
    windows = samples.LCOV.replace(b"\n", b"\r\n")
    assert read_lcov(a_source(windows)) == counted(2, (2, 4), (1, 2))


@pytest.mark.parametrize("hits", [(0, 2), (2, 0)])
def test_a_file_that_two_classes_are_in_counts_each_line_once(hits: tuple[int, int]) -> None:
    lines = [b'<line number="1" hits="%d"/>' % one for one in hits]
    inner = b'</class><class filename="a">'.join(lines)
    assert read_cobertura(a_source(CLASS % (b"", inner))) == counted(1, (1, 1))


@pytest.mark.parametrize("taken", [(0, 1), (1, 0)])
def test_a_branch_that_ran_once_ran(taken: tuple[int, int]) -> None:
    records = (RECORD % b"BRDA:1,0,0,%d" % one for one in taken)
    assert read_lcov(a_source(b"".join(records))) == counted(1, (0, 0), (1, 1))


def test_branches_are_named_as_coverage_py_names_them() -> None:
    data = RECORD % b"BRDA:7,0,jump to line 8,0\nBRDA:7,0,exit, or not,1\nBRF:2\nBRH:1"
    assert read_lcov(a_source(data)) == counted(1, (0, 0), (1, 2))


def test_records_of_one_file_add_up() -> None:
    data = RECORD % b"DA:1,0\nDA:2,1\nLF:2\nLH:1" + RECORD % b"DA:1,3\nLF:1\nLH:1"
    assert read_lcov(a_source(data)) == counted(1, (2, 2))


def test_a_line_that_ran_less_than_never_did_not_run() -> None:
    assert read_lcov(a_source(RECORD % b"DA:1,-4")) == counted(1, (0, 1))


def test_stated_totals_of_cobertura_that_lie_are_told() -> None:
    data = b"\n" + CLASS % (b'lines-covered="9" lines-valid="1"', b'<line number="1" hits="0"/>')
    found = read_cobertura(a_source(data))
    assert (found.differences, found.lines_covered) == ((Difference(2, "lines-covered", 9, 0),), 0)


def test_stated_totals_of_a_tracefile_that_lie_are_told() -> None:
    found = read_lcov(a_source(RECORD % b"DA:1,0\nLH:1\nLF:1"))
    assert (found.differences, found.differing) == ((Difference(3, "LH", 1, 0),), 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<coverage/>", "x:1: not Cobertura XML: it has no <packages>"),
        (b"<testsuite/>", "x:1: not Cobertura XML: it begins with <testsuite>"),
        (CLASS % (b'lines-valid="x"', b""), "x:1: lines-valid is not a number"),
        (CLASS % (b"", b'\n<line hits="1"/>'), "x:2: number is missing"),
        (CLASS % (b"", b'<line number="1" hits="NaN"/>'), "x:1: hits is not a number"),
        (
            CLASS
            % (b"", b'<line number="1" hits="1" branch="true" condition-coverage="9% (3/2)"/>'),
            "x:1: condition-coverage is not such as 50% (1/2)",
        ),
        (b"<coverage><packages><class/></packages></coverage>", "x:1: filename is missing"),
    ],
)
def test_a_broken_report_of_cobertura_is_named_by_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_cobertura(a_source(data))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x:1: no tracefile: it has no record"),
        (b"TN:\nhello\n", "x:2: no line of a tracefile"),
        (b"TN:\nXX:1\n", "x:2: no line of a tracefile"),
        (b"DA:1,1\n", "x:1: DA outside a record"),
        (b"SF:a\nDA:1\n", "x:2: DA is not such as it has to be"),
        (b"SF:a\nBRDA:1,1\n", "x:2: BRDA is not such as it has to be"),
        (b"SF:a\nLF:x\n", "x:2: LF is not a number"),
        (b"SF:a\nDA:1,1\n", "x:2: the file ends inside a record"),
        (b"SF:a\nSF:b\n", "x:2: a record begins inside another"),
        (b"end_of_record\n", "x:1: a record ends that did not begin"),
        (b"#" * 70_000, "x:1: longer than 65,536 bytes"),
    ],
)
def test_a_broken_tracefile_is_named_by_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_lcov(a_source(data))
    assert caught.value.message == message


def test_more_lines_and_files_than_are_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_LINES", 2)
    with pytest.raises(InputError, match="x:4: more than 2 lines and branches of code"):
        read_lcov(a_source(RECORD % b"DA:1,1\nDA:2,1\nDA:3,1"))
    monkeypatch.setattr(room, "MOST_FILES", 1)
    with pytest.raises(InputError, match="x:4: more than 1 files of code"):
        read_lcov(a_source(RECORD % b"" + RECORD.replace(b"a", b"b") % b""))
