"""``affidavit collect github --record`` and ``--from-export``, as a shell runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.view import Choice, viewing
from collectors import SECRET, gathered
from forge_ledgers import lines_in, written
from forgelines import pull
from forges import Forge, demo
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from histories import Ended


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    return a_ledger(tmp_path, monkeypatch)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge", token=SECRET) as forge:
        demo(forge)
        yield forge


def collect(ledger: Home, *args: str | Path) -> Ended:
    """``affidavit collect github`` in the folder that the ledger's lies in."""
    return ran("collect", "github", *args, here=ledger.folder.parent)


def size(ledger: Home) -> int:
    with viewing(ledger) as view:
        return view.size


def test_what_was_collected_is_recorded_and_once(forge: Forge, ledger: Home) -> None:
    asked = ("firm/shop", "--api-url", forge.url, "--record")
    first = collect(ledger, *asked)
    assert (first.status, first.err) == (0, "")
    count = len(lines_in(ledger))
    assert first.out.splitlines()[-1] == f"recorded       {count} new or changed, 0 known"
    before = size(ledger)
    second = collect(ledger, *asked)
    told = second.out.splitlines()[-1].split()
    # State that is known as of a moment alone is another thing at another moment.
    new, known = int(told[1]), int(told[5])
    assert new + known == len(lines_in(ledger))
    assert before < size(ledger) <= before + new + 1


def test_an_export_is_recorded_without_a_network(
    ledger: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Forge(tmp_path / "forge") as forge:
        demo(forge)
        done = gathered(forge, tmp_path / "a.jsonl")
    monkeypatch.delenv("GITHUB_TOKEN")
    ended = collect(ledger, "--from-export", tmp_path / "a.jsonl", "--record")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[-3:] == [
        "requests       0",
        f"export         {tmp_path / 'a.jsonl'}",
        f"recorded       {done.export.counts.total()} new or changed, 0 known",
    ]
    assert lines_in(ledger) == list(done.export.lines())


def test_an_export_that_is_not_whole_ends_with_3(ledger: Home, tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", pull(1), done=["pull_requests"])
    ended = collect(ledger, "--from-export", tmp_path / "a.jsonl")
    assert (ended.status, ended.err) == (3, "")
    assert "pull requests  0 new or changed, whole as of" in ended.out
    one = ("--sections", "pull_requests")
    assert collect(ledger, "firm/shop", "--from-export", tmp_path / "a.jsonl", *one).status == 3


def test_with_json_the_answer_is_one_object(ledger: Home, tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", pull(1))
    ended = collect(ledger, "--from-export", tmp_path / "a.jsonl", "--record", "--json")
    assert json.loads(ended.out)["records"] == {"pull_request": 1}
    assert ended.err == "recorded       1 new or changed, 0 known\n"


def test_quietly_nothing_is_said(ledger: Home, tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", pull(1))
    ended = collect(ledger, "--from-export", tmp_path / "a.jsonl", "--record", "--quiet")
    assert ended == (3, "", "")
    assert len(lines_in(ledger)) == 1


def test_an_export_of_another_repository_is_refused(ledger: Home, tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", pull(1))
    ended = collect(ledger, "firm/bank", "--from-export", tmp_path / "a.jsonl", "--record")
    assert (ended.status, ended.out) == (4, "")
    assert "is of firm/shop, not of firm/bank" in ended.err
    assert size(ledger) == 1


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ((), "Missing argument 'OWNER/REPO'."),
        (("--from-export", "a.jsonl", "--output", "b.jsonl"), "--output does not go with it"),
        (("firm", "--from-export", "a.jsonl"), "is not a repository's OWNER/REPO"),
    ],
)
def test_what_makes_no_sense_is_refused(ledger: Home, args: tuple[str, ...], why: str) -> None:
    ended = collect(ledger, *args)
    assert (ended.status, ended.out) == (2, "")
    assert why in ended.err


def test_without_a_ledger_nothing_is_asked(tmp_path: Path) -> None:
    ended = ran("collect", "github", "firm/shop", "--record", here=tmp_path)
    assert (ended.status, ended.out) == (4, "")
    assert "there is no ledger here" in ended.err


def test_the_ledger_shows_what_it_holds_of_an_account_while_that_is_kept(
    ledger: Home, tmp_path: Path
) -> None:
    written(tmp_path / "a.jsonl", pull(1, title="Add a cart"))
    collect(ledger, "--from-export", tmp_path / "a.jsonl", "--record")
    with viewing(ledger) as view:
        (row,) = view.chosen(Choice(kind="forge.recorded.v1"))
    here = ledger.folder.parent
    before = ran("ledger", "show", "--reveal", str(row.index), here=here)
    assert ("Add a cart" in before.out, '"name": "ann"' in before.out) == (True, True)
    why = ("--authority", "officer", "--policy", "erasure", "--yes")
    gone = ran("ledger", "dispose", "--subject", "github:ann", *why, here=here)
    assert (gone.status, gone.err) == (0, "")
    after = ran("ledger", "show", "--reveal", str(row.index), here=here)
    assert ("Add a cart" in after.out, "disposed" in after.out) == (False, True)
