"""Setting up on machines that lack something: one clear message, and nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "tools" / "setup.sh"
TOO_OLD = "exit 1\n"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac\n'
WHOLE = 'case "$2" in *print*) echo "$0" ;; esac; [ "$1" = -c ] || exit 9\n'


def set_up(
    tmp_path: Path, pythons: dict[str, str], **environment: str
) -> subprocess.CompletedProcess[str]:
    """The outcome of setting up on a machine whose interpreters are these shell scripts."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cut", "mkdir", "rm"):
        (tools / name).symlink_to(shutil.which(name) or name)
    for name, script in pythons.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}")
        (tools / name).chmod(0o755)
    return subprocess.run(
        ["sh", SETUP, "runtime"],
        cwd=tmp_path,
        env={"PATH": str(tools), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_without_venv_is_answered_with_the_package_to_install(tmp_path: Path) -> None:
    done = set_up(tmp_path, {"python3": WITHOUT_VENV})
    assert (done.returncode, done.stderr.splitlines()[1:]) == (
        1,
        [
            "  On Debian or Ubuntu install the package python3-venv (or python3.11-venv):",
            "  apt install python3-venv",
        ],
    )


@pytest.mark.parametrize("pythons", [{}, {"python3": TOO_OLD, "python3.12": TOO_OLD}])
def test_a_machine_without_a_new_enough_python_is_told_the_version(
    tmp_path: Path, pythons: dict[str, str]
) -> None:
    done = set_up(tmp_path, pythons)
    assert done.returncode == 1
    assert done.stderr.startswith("affidavit: Python 3.11 or newer is needed; ")


def test_the_first_python_that_runs_and_makes_environments_is_taken(tmp_path: Path) -> None:
    done = set_up(
        tmp_path, {"python3.13": TOO_OLD, "python3.12": WITHOUT_VENV, "python3.11": WHOLE}
    )
    assert f"with {tmp_path}/bin/python3.11 " in done.stderr


def test_a_python_that_is_named_is_the_only_one_tried(tmp_path: Path) -> None:
    done = set_up(tmp_path, {"python3": WHOLE, "mine": WITHOUT_VENV}, PYTHON="mine")
    assert done.stderr.startswith("affidavit: mine cannot make a virtual environment")


def test_a_failing_step_leaves_no_stamp_behind(tmp_path: Path) -> None:
    done = set_up(tmp_path, {"python3": WHOLE})
    assert (done.returncode, [*(tmp_path / ".make").iterdir()]) == (
        9,
        [tmp_path / ".make" / ".gitignore"],
    )


def test_what_was_set_up_elsewhere_and_moved_here_is_discarded(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "place").write_text("/elsewhere\n")
    assert set_up(tmp_path, {"python3": WHOLE}).returncode == 9
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("repo", "quoted"),
    [
        ("../it's here", r"'../it'\''s here'"),
        ("~/work", f"'{Path.home()}/work'"),
        ("$$(touch x)", "'$(touch x)'"),
    ],
)
def test_make_hands_a_path_on_as_it_was_given(repo: str, quoted: str) -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory", "-n", "audit", f"REPO={repo}", "ARGS=--quiet"],
        cwd=SETUP.parents[1],
        env={"PATH": os.environ["PATH"], "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.splitlines()[-1] == (
        f".venv/bin/affidavit audit {quoted} --output 'affidavit-report' --quiet"
    )
