"""Starting is quick: what is heavy is imported by what needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "cryptography",
    "importlib.metadata",
    "jinja2",
    "multiprocessing",
    "re2",
    "rich",
    "tomllib",
}
START = """
import sys
from affidavit.cli.main import main
sys.argv = ["affidavit", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["audit", "--help"]])
def test_nothing_heavy_is_imported_to_start(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", START, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout
    assert HEAVY.intersection(done.stderr.split()) == set()
