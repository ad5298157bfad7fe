"""What users get: a wheel that plain pip installs."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import affidavit

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds pip and nothing else."""
    place = tmp_path_factory.mktemp("wheel") / "venv"
    venv.create(place, with_pip=True)
    return place / "bin"


@pytest.fixture(scope="module")
def wheel(programs: Path) -> Path:
    place = programs.parent.parent
    run(programs / "pip", "wheel", "-q", "--no-deps", "-w", place, ROOT, cwd=place)
    (built,) = place.glob("affidavit-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    source = ROOT / "src"
    files = {path for path in (source / "affidavit").rglob("*") if path.is_file()}
    expected = {path.relative_to(source).as_posix() for path in files if path.suffix != ".pyc"}
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected


def test_plain_pip_installs_the_wheel_with_all_it_needs(
    wheel: Path, programs: Path, tmp_path: Path
) -> None:
    run(programs / "pip", "install", "-q", "--prefer-binary", "--no-compile", wheel, cwd=tmp_path)
    printed = run(programs / "affidavit", "--version", cwd=tmp_path)
    assert printed.split()[-1] == affidavit.__version__
