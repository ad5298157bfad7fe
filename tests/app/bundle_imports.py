"""Fact bundles, and imports of them into a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.ledger.importing import Imported, imported
from affidavit.app.ledger.view import Choice, viewing
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.note import SigningKey
from facts import a_fact
from receipts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row
    from affidavit.ledger.entry import Fact

LAPTOP = SigningKey.from_secret("laptop.example", b"\x01" * 32)
RUNNER = SigningKey.from_secret("runner.example", b"\x02" * 32)
STRANGER = SigningKey.from_secret("stranger.example", b"\x03" * 32)
BUNDLE, OTHER = "ab" * 16, "cd" * 16


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return a_ledger(tmp_path, monkeypatch)


@pytest.fixture
def signers(tmp_path: Path) -> Path:
    path = tmp_path / "signers.toml"
    path.write_text("".join(map(allowing, (LAPTOP, RUNNER))))
    return path


def allowing(key: SigningKey, kinds: str = '["*"]', more: str = "") -> str:
    return (
        f'[[signers]]\nvkey = "{key.key.encode()}"\nname = "{key.name}"\nkinds = {kinds}\n{more}\n'
    )


def a_bundle(
    count: int = 3, *, key: SigningKey = LAPTOP, bundle: str = BUNDLE, facts: Sequence[Fact] = ()
) -> list[bytes]:
    place, lines = Place(bundle), list[bytes]()
    given = facts or [a_fact({"n": number}, kind="x.y.v1") for number in range(count)]
    for number, fact in enumerate(given, 1):
        line, place = line_of(fact, place, [key], last=number == len(given))
        lines.append(line)
    return lines


class Importing:
    """Imports of lines into one ledger."""

    def __init__(self, ledger: Home, signers: Path) -> None:
        self.ledger = ledger
        self.signers = signers

    def __call__(self, *files: Sequence[bytes]) -> Imported:
        folder, paths = self.signers.parent, []
        for number, lines in enumerate(files, 1):
            paths.append(folder / f"{number}.jsonl")
            paths[-1].write_bytes(b"".join(lines))
        return imported(self.ledger, paths, self.signers)

    def rows(self) -> list[Row]:
        with viewing(self.ledger) as view:
            return list(view.chosen(Choice(start=1)))

    def numbers(self) -> list[object]:
        return [msgspec.json.decode(row.entry.body)["n"] for row in self.rows()]


@pytest.fixture
def take(ledger: Home, signers: Path) -> Importing:
    return Importing(ledger, signers)


def counts(done: Imported) -> tuple[int, int, int, int]:
    return done.new, done.known, len(done.refused), done.exit_status
