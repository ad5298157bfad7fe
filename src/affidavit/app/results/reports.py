"""Reports of tests, coverage and scanners as the fields of facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.results.draft import LONGEST_NAMED, Named
from affidavit.app.results.each import read_each
from affidavit.app.results.said import FileRead, Read
from affidavit.base.digest import sha256
from affidavit.sources.results.cobertura import read_cobertura
from affidavit.sources.results.junit import read_junit
from affidavit.sources.results.lcov import read_lcov
from affidavit.sources.results.reading import MOST_DIFFERENCES, source_at
from affidavit.sources.results.sarif import read_sarif

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from affidavit.sources.results.coverage import Coverage
    from affidavit.sources.results.junit import Tests
    from affidavit.sources.results.reading import Difference
    from affidavit.sources.results.sarif import Pack, Scan

MOST_RULES = 200
"""Rules with open findings that a fact names; a digest is of all of them."""
MOST_TOOLS = 50
_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+#-]{0,119}")
_TOOL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._+/()-]{0,62}[A-Za-z0-9)])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


def read_tests(paths: Sequence[Path]) -> Read:
    """What JUnit XML at `paths` says of tests, all of it together.

    Raises:
        UsageError: Two of the files are the same.
        AffidavitError: A file cannot be read, or is something else.
    """
    files, found = read_each(paths, "junit", read_junit)
    cases = _summed([msgspec.structs.asdict(one.cases) for one in found])
    body: dict[str, object] = {
        "result": _test_result(cases, found),
        "suites": sum(one.suites for one in found),
        "cases": cases,
        **_differing(found),
    }
    return Read("test.reported.v1", body, files)


def read_coverage(path: Path) -> Read:
    """What the file at `path`, Cobertura's XML or a tracefile of LCOV, says of coverage.

    Raises:
        AffidavitError: It cannot be read, or is something else.
    """
    source = source_at(path)
    is_xml = source.data.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\x00").startswith(b"<")
    found = read_cobertura(source) if is_xml else read_lcov(source)
    form = "cobertura" if is_xml else "lcov"
    files = [FileRead(source.digest, form, len(source.data))]
    body: dict[str, object] = {
        "code_files": found.files,
        "lines": found.lines,
        "lines_covered": found.lines_covered,
        "branches": found.branches,
        "branches_covered": found.branches_covered,
        **_differing([found]),
    }
    return Read("coverage.reported.v1", body, files)


def read_scans(paths: Sequence[Path]) -> Read:
    """What SARIF at `paths` says of findings, all of it together.

    Raises:
        UsageError: Two of the files are the same.
        AffidavitError: A file cannot be read, or is something else.
    """
    files, found = read_each(paths, "sarif", read_sarif)
    counts = {
        name: _summed([getattr(one, name) for one in found])
        for name in ("levels", "severities", "suppressed", "baseline", "kinds")
    }
    body: dict[str, object] = {
        "result": _scan_result(found),
        "runs": sum(one.runs for one in found),
        "open": sum(one.open for one in found),
        "errors": sum(one.errors for one in found),
        "tools": [_tool(pack) for one in found for pack in one.packs][:MOST_TOOLS],
        **counts,
        **_rules(_summed([one.rules for one in found])),
    }
    return Read("scan.reported.v1", body, files)


def _test_result(cases: Mapping[str, int], found: Sequence[Tests]) -> str:
    if cases["failures"] or cases["errors"] or cases["outside"]:
        return "failed"
    # Nothing that ran, or cases that a suite states and nobody shows, is no pass.
    if not cases["passed"] or any(one.lost for one in found):
        return "unknown"
    return "passed"


def _scan_result(found: Sequence[Scan]) -> str:
    if any(one.successful is False for one in found):
        return "unsuccessful"
    if any(one.open for one in found):
        return "findings"
    undecided = sum(one.kinds["open"] + one.kinds["review"] for one in found)
    if undecided or any(one.errors or not one.successful for one in found):
        return "unknown"
    return "clean"


def _differing(found: Sequence[Tests | Coverage]) -> dict[str, object]:
    listed = [
        _difference(number, one) for number, each in enumerate(found) for one in each.differences
    ]
    total = sum(one.differing for one in found)
    return {"differing": total, **({"differences": listed[:MOST_DIFFERENCES]} if listed else {})}


def _difference(file: int, one: Difference) -> dict[str, object]:
    return {"file": file, **one._asdict()}


def _tool(pack: Pack) -> dict[str, object]:
    version = pack.version if _VERSION.fullmatch(pack.version or "") else None
    name: dict[str, object] = {"name": pack.name}
    if not _TOOL.fullmatch(pack.name):
        name = {"named": Named("tool", pack.name[:LONGEST_NAMED])}
    return {
        "role": "tool" if pack.is_driver else "pack",
        "rules": pack.rules,
        **name,
        **({} if version is None else {"version": version}),
        **({} if pack.digest is None else {"digest": pack.digest}),
    }


def _rules(counts: Mapping[str, int]) -> dict[str, object]:
    """The rules with the most findings; one whose id could be anything is only in the digest."""
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    plain = [(rule, count) for rule, count in ranked if _RULE.fullmatch(rule)][:MOST_RULES]
    whole = msgspec.json.encode(sorted(counts.items()))
    return {
        "rules": [{"rule": rule, "open": count} for rule, count in plain],
        "rules_left": len(counts) - len(plain),
        "rules_digest": sha256(whole),
    }


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            found[name] = found.get(name, 0) + count
    return found
