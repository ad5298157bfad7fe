"""Importing fact bundles: once each, only from known signers, and what is missing is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import bundle_imports
import msgspec
import pytest
from bundle_imports import (
    BUNDLE,
    LAPTOP,
    OTHER,
    RUNNER,
    STRANGER,
    Importing,
    a_bundle,
    allowing,
    counts,
)

from affidavit.app.ledger import importing
from affidavit.app.ledger.bundled import given_id
from affidavit.app.ledger.importing import Imported, Refused, imported, signers_at
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.verifying import Trusted, verified
from affidavit.app.ledger.view import viewing
from affidavit.base.digest import sha256
from affidavit.base.errors import ConfigError, DamagedError, EntryError, UnreadableError
from affidavit.ledger.bundle import Contradiction, Gap, Place, line_of
from affidavit.ledger.dsse import parse_envelope, signed_envelope
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.note import COSIGNATURE, SigningKey
from facts import a_fact
from receipts import log_key

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home

ledger, signers, take = bundle_imports.ledger, bundle_imports.signers, bundle_imports.take


def reasons(done: Imported) -> list[str]:
    return [one.reason for one in done.refused]


def test_a_bundle_becomes_entries_that_name_its_signer_and_keep_its_envelopes(
    take: Importing,
) -> None:
    subject = Subject(commit="1" * 40, tree="2" * 40)
    lines = a_bundle(facts=[a_fact(subject=subject)])
    assert counts(take(lines)) == (1, 0, 0, 0)
    [row] = take.rows()
    envelope = parse_envelope(lines[0])
    assert (row.entry.recorded_by.channel, row.entry.recorded_by.credential) == (
        "import", str(LAPTOP.key),
    )  # fmt: skip
    assert row.entry.id == "bundle:" + envelope.digest().removeprefix("sha256:")
    assert row.entry.subject == subject
    assert [one.digest for one in row.entry.blobs] == [sha256(envelope.encode())]
    with viewing(take.ledger) as view:
        assert view.rows.blob_size(bytes.fromhex(row.entry.blobs[0].digest[7:])) is not None


def test_a_ledger_with_imported_facts_has_no_problem(take: Importing) -> None:
    take(a_bundle(), a_bundle(key=RUNNER, bundle=OTHER))
    result = verified(take.ledger.folder, Trusted(keys=(log_key(take.ledger),)), tree_only=False)
    assert (result.entries, result.problems) == (7, ())


def test_a_replayed_bundle_is_known_and_changes_nothing(take: Importing) -> None:
    lines = a_bundle()
    assert counts(take(lines)) == (3, 0, 0, 0)
    with viewing(take.ledger) as view:
        before = view.checkpoint()
    assert counts(take(lines)) == (0, 3, 0, 0)
    with viewing(take.ledger) as view:
        assert view.checkpoint() == before


def test_two_clones_with_the_same_statements_are_taken_in_once(take: Importing) -> None:
    assert counts(take(a_bundle(), a_bundle())) == (3, 3, 0, 0)
    assert len(take.rows()) == 3


def test_the_same_statement_under_another_known_signature_is_known(take: Importing) -> None:
    [line] = a_bundle(1)
    again = signed_envelope(parse_envelope(line).payload, [RUNNER]).encode() + b"\n"
    assert counts(take([line, again])) == (1, 1, 0, 0)
    assert counts(take([again])) == (0, 1, 0, 0)


def test_two_bundles_with_the_same_facts_are_two_sets_of_statements(take: Importing) -> None:
    both = [*a_bundle(2), *a_bundle(2, key=RUNNER, bundle=OTHER)]
    assert counts(take(both)) == (4, 0, 0, 0)


def test_reordered_lines_are_put_in_order_and_told(take: Importing) -> None:
    one, two, three = a_bundle()
    done = take([three, one, two])
    assert counts(done) == (3, 0, 0, 0)
    assert done.reordered == (BUNDLE,)
    assert take.numbers() == [0, 1, 2]


def test_a_lost_line_is_told_and_the_others_are_taken_in(take: Importing) -> None:
    one, _, three = a_bundle()
    done = take([one, three])
    assert counts(done) == (2, 0, 0, 3)
    assert done.gaps == (Gap(BUNDLE, 1, 2),)


def test_a_lost_artifact_is_told_until_it_comes(take: Importing) -> None:
    lines = a_bundle(6)
    assert take(lines[:2]).gaps == ()
    assert take(lines[4:]).gaps == (Gap(BUNDLE, 2, 4),)
    assert counts(take(lines[2:4])) == (2, 0, 0, 0)
    assert counts(take(lines)) == (0, 6, 0, 0)


def test_a_bundle_in_several_files_of_one_import_is_whole(take: Importing) -> None:
    lines = a_bundle(4)
    done = take(lines[2:], lines[:2])
    assert (counts(done), done.gaps, done.unfinished) == ((4, 0, 0, 0), (), ())


def test_a_cut_end_is_told(take: Importing) -> None:
    done = take(a_bundle()[:2])
    assert (counts(done), done.unfinished) == ((2, 0, 0, 0), (BUNDLE,))


def test_the_line_a_dying_writer_left_half_is_refused_and_the_others_are_taken_in(
    take: Importing,
) -> None:
    lines = a_bundle()
    done = take([*lines[:2], lines[2][:100]])
    assert (counts(done), done.unfinished) == ((2, 0, 1, 1), (BUNDLE,))
    assert done.refused[0].line == 3


def test_lines_of_unknown_signers_are_refused_with_their_numbers(take: Importing) -> None:
    lines = [*a_bundle(1), *a_bundle(2, key=STRANGER, bundle=OTHER)]
    done = take(lines)
    assert counts(done) == (1, 0, 2, 1)
    file = str(take.signers.with_name("1.jsonl"))
    reason = f"no known signer signed it; it says to be by '{STRANGER.key}'"
    assert done.refused == (Refused(file, 2, reason), Refused(file, 3, reason))


def test_a_bad_signature_is_refused_though_another_is_good(take: Importing) -> None:
    envelope = parse_envelope(a_bundle(1)[0])
    forged = msgspec.json.decode(envelope.encode())
    forged["signatures"].append({"keyid": str(RUNNER.key), "sig": "AAAA"})
    done = take([msgspec.json.encode(forged) + b"\n"])
    assert reasons(done) == [f"the signature under {RUNNER.key} does not hold"]


def test_a_changed_statement_is_refused(take: Importing) -> None:
    envelope = parse_envelope(a_bundle(1)[0])
    other = parse_envelope(a_bundle(1, bundle=OTHER)[0])
    swapped = msgspec.json.decode(envelope.encode())
    swapped["payload"] = msgspec.json.decode(other.encode())["payload"]
    done = take([msgspec.json.encode(swapped)])
    assert reasons(done) == [f"the signature under {LAPTOP.key} does not hold"]


@pytest.mark.parametrize("kinds", ['["x.y.v1"]', '["x.y"]', '["a.b", "x.y"]', '["*"]'])
def test_a_signer_may_say_the_kinds_it_is_allowed(take: Importing, kinds: str) -> None:
    take.signers.write_text(allowing(LAPTOP, kinds))
    assert counts(take(a_bundle(1))) == (1, 0, 0, 0)


@pytest.mark.parametrize("kinds", ["[]", '["x.y.v2"]', '["x"]', '["x.y.v1x"]'])
def test_a_signer_may_say_no_other_kind(take: Importing, kinds: str) -> None:
    take.signers.write_text(allowing(LAPTOP, kinds))
    done = take(a_bundle(1))
    assert reasons(done) == [f"{LAPTOP.key} may not say facts of the kind 'x.y.v1'"]


@pytest.mark.parametrize(
    ("moment", "new"), [("9999-01-01T00:00:00Z", 1), ("2020-01-01T00:00:00+01:00", 0)]
)
def test_a_signer_is_believed_up_to_its_last_moment(take: Importing, moment: str, new: int) -> None:
    take.signers.write_text(allowing(LAPTOP, more=f"not_after = {moment}"))
    done = take(a_bundle(1))
    assert done.new == new
    assert reasons(done) == [f"the time of its signer {LAPTOP.key} is over"][new:]


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (a_fact({}, kind="log.frozen.v2", stream="log"), "stream: log is the keeper's own"),
        (
            a_fact({"reason": "r"}, kind="log.frozen.v1"),
            "kind: log.frozen.v1 is written by the keeper's own commands alone",
        ),
        (a_fact({}, kind="none"), "kind: 'none' is no versioned kind"),
        (a_fact({}, kind="x.y.v1", stream=""), "stream: not 1 to 256 printable ASCII characters"),
    ],
)
def test_a_fact_that_the_keeper_would_not_record_is_refused_by_its_line(
    take: Importing, fact: Fact, reason: str
) -> None:
    done = take(a_bundle(facts=[a_fact(), fact, a_fact()]))
    assert (done.new, reasons(done), done.refused[0].line) == (2, [reason], 2)


SAID = a_fact({"n": 0}, kind="x.y.v1")


@pytest.mark.parametrize(
    ("fact", "channel"),
    [
        pytest.param(a_fact(), "import", id="another fact"),
        pytest.param(a_fact({"n": 0}, kind="x.y.v1", stream="s"), "import", id="another stream"),
        pytest.param(SAID, "cli", id="the same fact, signed by nobody"),
    ],
)
def test_an_id_that_somebody_took_for_another_entry_is_told(
    take: Importing, fact: Fact, channel: str
) -> None:
    [line] = a_bundle(facts=[SAID])
    id_ = "bundle:" + parse_envelope(line).digest().removeprefix("sha256:")
    with keeping(take.ledger) as keeper:
        keeper.append([msgspec.structs.replace(fact, id=id_)], by(channel))
    assert reasons(take([line])) == [f"id: {id_} was given to another fact, entry 1"]


def test_a_statement_is_not_taken_for_known_because_the_index_says_so(take: Importing) -> None:
    take(a_bundle(1, bundle=OTHER))
    [line] = a_bundle(facts=[SAID])
    id_ = given_id(parse_envelope(line).digest())
    with closing(sqlite3.connect(take.ledger.database)) as database, database:
        database.execute("INSERT INTO given_ids VALUES (?, 1)", (id_,))
    with pytest.raises(DamagedError, match=f"entry 1 has the id {id_}, and it has not"):
        take([line])


def test_a_gap_is_not_closed_by_an_unsigned_fact_with_the_id_of_what_is_lost(
    take: Importing,
) -> None:
    lost, found = a_bundle(2)
    id_ = given_id(parse_envelope(lost).digest())
    with keeping(take.ledger) as keeper:
        keeper.append([msgspec.structs.replace(SAID, id=id_)], by("cli"))
    assert take([found]).gaps == (Gap(BUNDLE, 0, 1),)


def test_two_lines_of_one_number_contradict_each_other(take: Importing) -> None:
    one = a_bundle(1)
    two, _ = line_of(a_fact(), Place(BUNDLE), [LAPTOP], last=True)
    wrong = (Contradiction(BUNDLE, 0, "two lines have the number 0"),)
    done = take([*one, two])
    assert (done.contradictions, done.exit_status) == (wrong, 1)


def test_junk_between_good_lines_is_refused_line_by_line(take: Importing) -> None:
    one, two, three = a_bundle()
    junk = [b"\n", b"\xff\xfe\n", b"x" * (3 << 20) + b"\n", b"[" * 9_999 + b"\n"]
    done = take([one, *junk[:2], two, *junk[2:], three])
    assert counts(done) == (3, 0, 4, 1)
    assert [one.line for one in done.refused] == [2, 3, 5, 6]


def test_too_many_lines_are_refused_and_nothing_is_taken_in(
    take: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_LINES", 2)
    with pytest.raises(EntryError, match="more than 2 lines"):
        take(a_bundle())
    assert take.rows() == []


def test_a_file_of_signers_has_a_bound(signers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LARGEST_SIGNERS", 10)
    with pytest.raises(ConfigError, match="has more than 10 bytes"):
        signers_at(signers)


def test_signers_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        signers_at(tmp_path / "missing")


def test_a_file_that_is_not_there_is_an_error(ledger: Home, signers: Path) -> None:
    with pytest.raises(UnreadableError):
        imported(ledger, [signers.with_name("missing")], signers)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[signers]", "is no TOML"),
        ("[[" * 9, "is no TOML"),
        ("", "signers"),
        ("signers = 1", "signers"),
        ("[[signers]]\nvkey = 1", "signers[0]"),
        (allowing(LAPTOP, more="other = 1"), "unknown field"),
        (allowing(LAPTOP, more="not_after = 2026-01-01"), "not_after"),
        (allowing(LAPTOP, more="not_after = 2026-01-01T00:00:00"), "not_after"),
        (allowing(LAPTOP) * 2, "a signer stands twice"),
        (allowing(LAPTOP).replace(LAPTOP.key.encode(), "a+b+c"), "laptop.example: vkey is not"),
        (
            allowing(SigningKey.from_secret("w.example", bytes(32), algorithm=COSIGNATURE)),
            "Ed25519 keys of type 0x01",
        ),
    ],
)
def test_a_file_of_signers_that_is_none_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "signers.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        signers_at(path)
    assert refused.value.message.startswith(str(path))
    assert message in refused.value.message
