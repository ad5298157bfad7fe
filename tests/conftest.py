"""What every test gets: an environment without git's variables, and repositories to build."""

from __future__ import annotations

import gc
import os
import ssl
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from gitrepo import Repo
from watching import watch_imports_alone, watch_rightly, watched_rightly

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

MEMORY = Path("/dev/shm")
"""A file system in memory, where a machine has one."""

ROOM = 4 << 30
"""More than all tests write at a time."""

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
    # Two thirds of what the kernel does for the tests is to keep their small files on a disk.
    if "TMPDIR" not in os.environ and _is_roomy(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    # No test speaks TLS, yet each HTTP client would read all of the machine's certificates.
    pytest.MonkeyPatch().setattr(ssl, "create_default_context", cache(ssl.create_default_context))


def pytest_collection_finish() -> None:
    """Look no more for garbage among thousands of tests, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_collection(session: pytest.Session) -> None:
    watch_imports_alone(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    watch_rightly(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with watched_rightly(item):
        return (yield)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than processors: now and then each waits for a server or a page."""
    return (yield) + 1


def _is_roomy(folder: Path) -> bool:
    """Whether the tests' files find room in `folder`, and programs that they write can run."""
    if not (folder.is_mount() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    about = os.statvfs(folder)
    return about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC


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
