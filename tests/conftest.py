"""What every test gets: an environment without git's variables, and repositories to build."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

settings.register_profile(
    # A busy machine is not a failure: no test asserts a time.
    "affidavit",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("affidavit")


def pytest_configure() -> None:
    """Forget what a caller (a hook's git, say) would impose on the programs the tests run."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    # A hundred tests start a Python: none of them compiles everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process: there cannot be two at a time."""
    from browser import launched  # noqa: PLC0415 -- most runs open none

    with launched() as browser:
        yield browser


def _judged(report: Report) -> Report:
    """`report`, a skip turned into a failure where skips are forbidden; its reason stays."""
    forbidden = os.environ.get("AFFIDAVIT_NO_SKIPS") == "1"
    if forbidden and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"skipped, which AFFIDAVIT_NO_SKIPS=1 forbids: {report.longrepr}"
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _judged((yield))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty SHA-1 repository with the layout of a work tree, its HEAD at ``main``."""
    return Repo(tmp_path / "repo")
