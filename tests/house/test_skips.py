"""A skipped test is a failure where skips are forbidden, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ONE_TEST = "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_one(): pass\n"
WHOLE_FILE = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_one(): assert False\n"


def outcome(place: Path, test: str, *, skips: bool) -> subprocess.CompletedProcess[str]:
    """What pytest says of one file under the rules of this project's tests."""
    (place / "test_it.py").write_text(test)
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTEST_ADDOPTS": ""}
    environment["AFFIDAVIT_NO_SKIPS"] = "0" if skips else "1"
    options = ["-q", "-p", "conftest", "-p", "no:cacheprovider", "--rootdir", str(place)]
    command = [sys.executable, "-m", "pytest", *options, "test_it.py"]
    return subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("test", [ONE_TEST, WHOLE_FILE])
def test_a_skip_fails_with_its_reason_where_skips_are_forbidden(tmp_path: Path, test: str) -> None:
    done = outcome(tmp_path, test, skips=False)
    assert done.returncode != 0
    assert "skipped, which AFFIDAVIT_NO_SKIPS=1 forbids" in done.stdout
    assert "no browser" in done.stdout


def test_a_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    done = outcome(tmp_path, ONE_TEST, skips=True)
    assert (done.returncode, "1 skipped" in done.stdout) == (0, True)


def test_a_failure_that_was_expected_is_no_skip(tmp_path: Path) -> None:
    done = outcome(tmp_path, EXPECTED_FAILURE, skips=False)
    assert (done.returncode, "1 xfailed" in done.stdout) == (0, True)
