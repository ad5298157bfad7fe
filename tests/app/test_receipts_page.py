"""The program on the page of receipts: it agrees with ours about what verifies."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from receipts import a_ledger, a_receipt

if TYPE_CHECKING:
    from gitrepo import Repo
    from receipts import Made

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "receipt.md"


@pytest.fixture
def made(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    ledger = a_ledger(tmp_path, monkeypatch)
    for number in range(4):
        repo.commit(f"Commit {number}")
        folder = tmp_path / str(number)
        folder.mkdir()
        made = a_receipt(ledger, repo, folder)
    return made


def page(made: Made, data: str, *, signer: str, log: str) -> subprocess.CompletedProcess[str]:
    """The page's program, run on a file with `data`."""
    [program] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    folder = made.file.parent
    for name, text in (("p.py", program), ("r", data), ("s", signer), ("l", log)):
        (folder / name).write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "p.py", "r", "s", "l"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_pages_program_accepts_an_honest_receipt(made: Made) -> None:
    done = page(made, made.file.read_text(), signer=made.signer, log=made.log)
    assert (done.returncode, done.stderr) == (0, "")
    assert made.commit in done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'"payload":"(.)', r'"payload":"f'),
        (r'"sig":"..', r'"sig":"00'),
        (r'\\"pae\\":\\"sha256:....', r'\\"pae\\":\\"sha256:0000'),
        (r"index \d", r"index 0"),
        (r"\\n\\nexample.com/receipts", r"\\n\\nexample.com/recepits"),
        (r"receipt\.issued", r"receipt.issueD"),
    ],
)
def test_the_pages_program_refuses_what_ours_refuses(made: Made, old: str, new: str) -> None:
    changed = re.sub(old, new, made.file.read_text(), count=1)
    assert changed != made.file.read_text()
    assert page(made, changed, signer=made.signer, log=made.log).returncode == 1
    result = made.changed(changed.encode())
    assert result is None or result.status == "failed"


def test_the_pages_program_refuses_other_keys(made: Made) -> None:
    data = made.file.read_text()
    assert page(made, data, signer=made.log, log=made.log).returncode == 1
    assert page(made, data, signer=made.signer, log=made.signer).returncode == 1
