"""Audits and change records with what a ledger holds of a forge: as from the file, or unknown."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
import recorded_audits
from jsonschema import Draft202012Validator
from recorded_audits import ORIGIN, dispose

from affidavit.app.audit import Request, audit
from affidavit.app.forge.opening import opened
from affidavit.app.gather import Bounds
from affidavit.app.identity.suggesting import suggestions
from affidavit.app.ledger.kept import custody
from affidavit.app.ledger.view import viewing
from affidavit.app.progress import QUIET
from affidavit.app.records.asking import Wanted, found, records
from affidavit.audit.forge import ForgeLedger, ForgeSource
from affidavit.base.errors import (
    DamagedError,
    KeyFileError,
    NotALedgerError,
    OutputError,
    UsageError,
)
from affidavit.changes.forge.judged import ForgeReview
from affidavit.package import json_report
from collectors import gathered
from forge_ledgers import record, written
from forgelines import pull
from forges import Forge, demo
from vaults import by_sql

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.audit.model import Report
    from affidavit.changes.record.model import ChangeRecord
    from affidavit.sources.forge.reading import Export

ledger = recorded_audits.ledger


class Shop(NamedTuple):
    """The repository of the demo's firm, and what its forge knows of it."""

    repository: Path
    export: Export


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("firm")
    with Forge(folder / "forge") as forge:
        firm = demo(forge)
        export = gathered(forge, folder / "shop.jsonl").export
        return Shop(firm.shop.git.path, export)


def asked(shop: Shop, forge: Path, name: str | None = "firm/shop") -> Request:
    return Request(repository=shop.repository, name=name, forge=forge, bounds=Bounds(since=0))


def audited(shop: Shop, forge: Path, name: str | None = "firm/shop") -> Report:
    return audit(asked(shop, forge, name), QUIET)


def source(report: Report) -> ForgeSource:
    assert isinstance(report.forge, ForgeSource)
    return report.forge


def test_a_ledger_grades_every_landing_as_the_file_does(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    by_file, by_ledger = audited(shop, shop.export.path), audited(shop, ledger.folder)
    assert {str(one.review.grade) for one in by_file.landings} >= {"R1", "R3"}
    same = msgspec.structs.replace(source(by_file), digest="", ledger=msgspec.UNSET)
    told = msgspec.structs.replace(source(by_ledger), digest="", ledger=msgspec.UNSET)
    assert told == same
    assert msgspec.structs.replace(by_ledger, forge=same) == msgspec.structs.replace(
        by_file, forge=same
    )


def test_a_report_says_which_ledger_it_was_and_is_the_same_again(
    shop: Shop, ledger: Home, tmp_path: Path
) -> None:
    record(ledger, shop.export)
    report = audited(shop, ledger.folder.parent)
    with viewing(ledger) as view:
        root = f"sha256:{view.root(view.size).hex()}"
        assert source(report).ledger == ForgeLedger(origin=ORIGIN, size=view.size, root=root)
    assert audited(shop, ledger.folder) == report
    assert source(audited(shop, shop.export.path)).ledger is msgspec.UNSET
    json_report.write(report, tmp_path / "report.json")
    schema = Path(json_report.__file__).parent / json_report.SCHEMA_FILE
    rules = {**json.loads(schema.read_text(encoding="utf-8")), "$ref": "#/$defs/ForgeSource"}
    for word in ("type", "properties", "required", "additionalProperties"):
        rules.pop(word, None)
    Draft202012Validator(rules).validate(
        json.loads((tmp_path / "report.json").read_bytes())["forge"]
    )


def changes(shop: Shop, forge: Path) -> list[ChangeRecord]:
    every = found(Wanted(request=asked(shop, forge)), QUIET)
    return list(records(every, every.changes, QUIET))


def test_change_records_are_the_same_but_for_where_they_were_read(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    by_file, by_ledger = changes(shop, shop.export.path), changes(shop, ledger.folder)
    files = [source(audited(shop, one)).digest for one in (shop.export.path, ledger.folder)]
    texts = [msgspec.json.encode(one).decode() for one in (by_file, by_ledger)]
    assert texts[1].replace(files[1], files[0]) == texts[0]


def test_who_was_disposed_of_approved_nothing_that_is_known(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    before = audited(shop, ledger.folder)
    dispose(ledger, "cleo@firm.mail")
    after = audited(shop, ledger.folder)
    hers = [one for one in before.landings if approvers(one.forge) == ["cleo"]]
    commits = {one.commit for one in hers}
    left = [one for one in after.landings if one.commit in commits]
    assert "R3" in {one.review.grade for one in hers}
    assert "R3" not in {one.review.grade for one in left}
    reasons = {one.reason for one in source(after).unknowns if one.what == "reviews.author"}
    assert reasons == {"disposed"}
    risen = [
        (one.review.grade, two.review.grade)
        for one, two in zip(before.landings, after.landings, strict=True)
        if two.review.grade > one.review.grade
    ]
    assert risen == []


def approvers(review: object) -> list[str]:
    return [one.reviewer for one in review.approvals] if isinstance(review, ForgeReview) else []


def test_a_ledger_of_which_this_account_has_no_keys_is_doubted(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    keys = custody(ORIGIN)
    for one in keys.folder.iterdir():
        if one != keys.vault_key:
            one.unlink()
    report = audited(shop, ledger.folder)
    (told,) = [one for one in report.limits if one.id == "forge-ledger-unverified"]
    assert (told.gap, told.items) == (
        True,
        ("this account has no key of the log: only its own was used",),
    )


def test_a_ledger_that_was_changed_is_not_read(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    path = ledger.database
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"approved"', b'"commented"'[:10], 1))
    with pytest.raises(DamagedError):
        audited(shop, ledger.folder)


def test_without_the_key_of_the_vault_nothing_is_read(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    custody(ORIGIN).vault_key.unlink()
    with pytest.raises(KeyFileError):
        audited(shop, ledger.folder)


def test_a_folder_that_is_no_ledger_says_so(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError, match="there is no ledger at"):
        audited(shop, tmp_path)


def test_the_private_file_is_for_its_owner_and_goes(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    with opened(ledger.folder, shop.repository) as held:
        with held.lent() as lent:
            assert lent.path == held.path
        modes = [one.stat().st_mode & 0o777 for one in (held.path, held.path.parent)]
        assert modes == [0o600, 0o700]
    assert not held.path.parent.exists()


def test_where_no_private_file_can_be_written_the_reason_is_told(
    shop: Shop, ledger: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger, shop.export)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(OutputError, match="a private file cannot be written: No such file"):
        opened(ledger.folder, shop.repository)


def test_the_repository_that_is_audited_is_meant(shop: Shop, ledger: Home, tmp_path: Path) -> None:
    record(ledger, shop.export)
    record(ledger, written(tmp_path / "bank.jsonl", pull(1), repository="firm/bank"))
    assert source(audited(shop, ledger.folder)).repository == "firm/shop"
    with pytest.raises(UsageError, match="the ledger holds records of"):
        audited(shop, ledger.folder, name=None)


def test_identities_are_suggested_from_a_ledger_as_from_the_file(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    by_file = suggestions(shop.repository, shop.export.path, QUIET)
    assert suggestions(shop.repository, ledger.folder, QUIET) == by_file


def test_a_value_that_was_changed_in_the_vault_is_no_value(shop: Shop, ledger: Home) -> None:
    record(ledger, shop.export)
    by_sql(ledger.folder, "UPDATE openings SET sealed = zeroblob(200)")
    with pytest.raises(DamagedError, match="vault"):
        audited(shop, ledger.folder)
