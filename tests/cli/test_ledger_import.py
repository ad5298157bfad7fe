"""``affidavit ledger import``: what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.noting import Shared
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.note import SigningKey
from facts import a_fact
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
BUNDLE = "ab" * 16


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger, and a file of signers."""
    project = a_ledger(tmp_path, monkeypatch).folder.parent
    signers = f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "laptop"\nkinds = ["*"]\n'
    (project / "signers.toml").write_text(signers)
    return project


def lines(count: int) -> list[bytes]:
    place, found = Place(BUNDLE), list[bytes]()
    for number in range(count):
        line, place = line_of(a_fact(), place, [KEY], last=number == count - 1)
        found.append(line)
    return found


def take(project: Path, data: list[bytes], *args: str) -> Ended:
    (project / "facts.jsonl").write_bytes(b"".join(data))
    options = ("--signers", "signers.toml")
    return ran("ledger", "import", "facts.jsonl", *options, *args, here=project)


def test_an_import_counts_what_is_new_and_what_is_known(project: Path) -> None:
    first, second = take(project, lines(2)), take(project, lines(2))
    assert first == (0, "imported       2 new, 0 known, 0 refused\n", "")
    assert second == (0, "imported       0 new, 2 known, 0 refused\n", "")


def test_what_is_refused_is_told_with_its_line(project: Path) -> None:
    done = take(project, [*lines(1), b"\x1b[2J\n"])
    assert done.status == 1
    assert done.out.splitlines() == [
        "imported       1 new, 0 known, 1 refused",
        "refused        facts.jsonl line 2: it is not JSON in UTF-8 with each key once",
    ]


def test_what_is_missing_unfinished_or_put_in_order_is_told(project: Path) -> None:
    data = lines(5)
    done = take(project, [data[3], data[0]])
    assert done.status == 3
    assert done.out.splitlines()[1:] == [
        (
            f"missing        bundle {BUNDLE}: line 2 came neither now nor earlier,"
            " nor any from line 1 on"
        ),
        f"put in order   bundle {BUNDLE}",
        f"unfinished     bundle {BUNDLE}: whether lines follow the newest is not known",
    ]


def test_a_single_missing_line_and_a_contradiction_are_told(project: Path) -> None:
    data = lines(3)
    other, _ = line_of(a_fact({}, kind="x.y.v1"), Place(BUNDLE), [KEY])
    done = take(project, [data[0], other, data[2]])
    assert done.status == 1
    assert done.out.splitlines()[1:] == [
        f"missing        bundle {BUNDLE}: line 1 came neither now nor earlier",
        f"contradiction  bundle {BUNDLE}: two lines have the number 0",
    ]


def test_the_answer_is_json_where_that_is_asked_for(project: Path) -> None:
    done = take(project, [*lines(3)[1:], b"junk\n"], "--json")
    answer = json.loads(done.out)
    assert (done.status, answer["exit_status"], answer["new"]) == (1, 1, 2)
    assert answer["gaps"] == [{"bundle": BUNDLE, "end": 1, "start": 0}]
    assert [one["line"] for one in answer["refused"]] == [3]


def test_notes_of_a_repository_are_taken_in_too(project: Path, repo: Repo) -> None:
    commit = repo.commit("One")
    Shared(repo.path).add({commit: [line.strip() for line in lines(2)]})
    options = ("--signers", "signers.toml", "--notes", str(repo.path))
    done = ran("ledger", "import", *options, here=project)
    assert (done.status, done.out.splitlines()[0]) == (
        0, "imported       2 new, 0 known, 0 refused",
    )  # fmt: skip


def test_something_to_import_has_to_be_given(project: Path) -> None:
    done = ran("ledger", "import", "--signers", "signers.toml", here=project)
    assert (done.status, "there is nothing to import" in done.err) == (2, True)


def test_a_file_of_signers_has_to_be_given(project: Path) -> None:
    done = ran("ledger", "import", "facts.jsonl", here=project)
    assert done.status == 2
    assert "--signers" in done.err
