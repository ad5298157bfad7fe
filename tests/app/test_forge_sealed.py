"""What a ledger tells of a forge's records to whom has it, before and after a disposal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import msgspec
import pytest
import recorded_audits
from recorded_audits import ORIGIN, dispose, stored

from affidavit.app.forge.rules import NESTED, RECORDS, Rule
from affidavit.app.ledger.kept import custody, vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    BranchRules,
    ChecklistItem,
    Deployment,
    Event,
    Line,
    Missing,
    Permission,
    PullCommit,
    PullRequest,
    Push,
    Record,
    Review,
    ReviewState,
    Ruleset,
    Signed,
)
from affidavit.sources.forge.reading import Export
from affidavit.store.vault_key import read_tenant_key
from collectors import gathered
from dictionary import Attack
from forge_ledgers import bodies, lines_in, record, written
from forgelines import ANN, AT, line, pull, pull_commit
from forges import Forge, filled
from vaults import by_sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home

ledger = recorded_audits.ledger
BEN = Account(login="Ben-Ode", kind=AccountKind.PERSON, id=502)
BOT = Account(login="helper", kind=AccountKind.BOT, id=601)
COMMIT = "c" * 40
TITLE, REASON, MESSAGE = "A secret plan", "Ben saw nothing", "Work for the Lees"


def reviewed() -> PullRequest:
    """Ann's request with a commit of hers, which Ben reviewed and a bot labelled."""
    review = Review(
        id=9,
        state=ReviewState.APPROVED,
        author=BEN,
        submitted_at=AT,
        edited_at=None,
        commit=COMMIT,
        body_digest="sha256:" + "b" * 64,
        checklist=(ChecklistItem(text="I read all of it", checked=True),),
    )
    events = (
        Event(kind="labeled", at=AT, actor=BOT, text="urgent"),
        Event(kind="review_dismissed", at=AT, actor=BEN, review=8, text=REASON),
        Event(kind="base_ref_changed", at=AT, actor=BOT, before="old", after="main"),
    )
    commit = pull_commit(COMMIT, message=MESSAGE)
    return pull(1, title=TITLE, commits=(commit,), reviews=(review,), events=events, labels=("x",))


def fields_of(struct: type[msgspec.Struct]) -> set[str]:
    """The fields that hold more than numbers and truths."""
    plain = {int, bool, int | None, bool | None}
    return {one.name for one in msgspec.structs.fields(struct) if one.type not in plain}


def test_every_field_of_every_record_has_a_rule() -> None:
    every = {**NESTED, **dict(RECORDS.values())}
    assert {of: set(spec.fields) for of, spec in every.items()} == {
        of: fields_of(of) for of in every
    }
    assert {one.__struct_config__.tag for one in get_args(Record)} == set(RECORDS)


def test_every_struct_within_a_record_has_rules_of_its_own() -> None:
    every = [*NESTED.values(), *(spec for _, spec in RECORDS.values())]
    rules = [rule for spec in every for rule in spec.fields.values()]
    assert {id(one) for one in rules if not isinstance(one, Rule)} == {
        id(one) for one in NESTED.values()
    }


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with all that a forge can tell."""
    folder = tmp_path_factory.mktemp("forge")
    with Forge(folder / "git") as forge:
        filled(forge)
        return gathered(forge, folder / "all.jsonl").export.path


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


WORDS = re.compile(
    r"[0-9a-f]{40}|[0-9a-f]{64}|hmac-sha256:[0-9a-f]{64}|(?:account|person|repository):[0-9a-f]{32}"
    r"|[0-9-]{10}T[0-9:]{8}Z"
)
KNOWN = """
MANNEQUIN MEMBER added_to_merge_queue admin approved assigned auto_merge_disabled auto_merge_enabled
auto_rebase_enabled auto_squash_enabled base_ref_changed base_ref_force_pushed bot branch_creation
branch_deletion branch_rules changes_requested checks closed commented completed convert_to_draft
deployed deployment dismissed failure force_push head_ref_deleted head_ref_force_pushed
head_ref_restored in_progress labeled merge_group merge_queue_merge merged neutral open other
pending permission person pr_merge pull_request push read ready_for_review release
removed_from_merge_queue reopened repository review_dismissed review_requested ruleset squash
success unlabeled valid write
"""
"""The forge's own words, and ours for its records."""


def test_no_text_stands_in_a_fact_but_ids_times_and_the_forges_own_words(
    everything: Path, ledger: Home
) -> None:
    record(ledger, Export(everything))
    found = {text for one in bodies(ledger, "forge.recorded.v1") for text in texts(one)}
    words = {one for one in found if not WORDS.fullmatch(one)}
    assert sorted(words) == sorted(KNOWN.split())


def test_a_fact_says_nothing_of_whom_or_what_it_is(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", reviewed()))
    data = stored(ledger).lower()
    words = (
        TITLE,
        REASON,
        MESSAGE,
        '"ann"',
        "ben-ode",
        "firm",
        "urgent",
        "main",
        "helper",
        "b" * 64,
    )
    assert [one for one in words if one.lower().encode() in data] == []


def values_of(place: Home, subject: str) -> dict[str, list[str]]:
    """All that is kept about `subject`: what an attacker at best could guess."""
    with vault(place, ORIGIN, writable=False) as kept:
        return {
            field: list(kept.values_of(subject, field))
            for field in ("name", "number", "forge.record")
        }


def attacked(place: Home, subject: str, guesses: dict[str, list[str]]) -> set[str]:
    """What of `guesses` is confirmed to somebody with the ledger, the vault and its key."""
    with viewing(place) as view:
        facts = b"\n".join(row.data for row in view.chosen(Choice()))
    attack = Attack(facts, place.folder, guesses)
    # Those of others take long to try, and their keys open nothing of this one.
    attack._subjects = {subject}
    said = attack.confirmed(read_tenant_key(custody(ORIGIN).vault_key))
    return said & {each for one in guesses.values() for each in one}


def test_nothing_that_a_forge_told_of_somebody_can_be_guessed_after_a_disposal(
    tmp_path: Path, ledger: Home
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", reviewed()))
    with vault(ledger, ORIGIN, writable=False) as kept:
        (subject,) = kept.subjects("github:ben-ode")
    guesses = values_of(ledger, subject)
    every = {each for one in guesses.values() for each in one}
    for text in ("Ben-Ode", "502", REASON, "I read all of it", "b" * 64):
        assert text in "".join(every)
    guesses["name"].append("github:502")
    # No fact holds a commitment to the number alone.
    assert attacked(ledger, subject, guesses) == {*every, "github:502"} - {"502"}
    assert dispose(ledger, "github:Ben-Ode") == [subject]
    assert attacked(ledger, subject, guesses) == set()


def test_the_digest_of_an_answer_is_gone_with_anybody_whom_it_names(
    tmp_path: Path, ledger: Home
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", reviewed(), pull(2)))
    dispose(ledger, "github:502")
    assert [one.origin.digest for one in lines_in(ledger)] == ["disposed", "sha256:" + "0" * 64]
    with vault(ledger, ORIGIN, writable=False) as kept:
        left = [kept.values_of(one, "forge.record") for one in kept.subjects("github:ann")]
    assert b"sha256:".hex() not in repr(left[0][0])


def test_what_was_disposed_of_reads_so_and_all_else_is_still_there(
    tmp_path: Path, ledger: Home
) -> None:
    request = reviewed()
    record(ledger, written(tmp_path / "a.jsonl", request))
    dispose(ledger, "github:502")
    (review,), (label, dismissal, moved) = request.reviews, request.events
    item = ChecklistItem(text="disposed", checked=True)
    gone = msgspec.structs.replace(review, author=None, body_digest=None, checklist=(item,))
    nameless = msgspec.structs.replace(dismissal, actor=None, text=None)
    whats = ("events.actor", "events.text", "reviews.author", "reviews.body_digest",
             "reviews.checklist.text")  # fmt: skip
    expected = msgspec.structs.replace(
        request,
        reviews=(gone,),
        events=(label, nameless, moved),
        missing=tuple(Missing(one, "disposed") for one in whats),
    )
    origin = msgspec.structs.replace(line(request).origin, digest="disposed")
    assert lines_in(ledger) == [Line(origin=origin, data=expected)]


def test_whose_author_was_disposed_of_has_authors_that_are_not_known(
    tmp_path: Path, ledger: Home
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", reviewed()))
    assert [one.partition(":")[0] for one in dispose(ledger, "ann@firm.mail")] == [
        "account",
        "person",
    ]
    (found,) = lines_in(ledger)
    assert isinstance(found.data, PullRequest)
    (commit,) = found.data.commits
    assert (found.data.title, found.data.body, found.data.author) == ("disposed", None, None)
    assert (commit.author_name, commit.author_email, commit.message) == (None, None, None)
    assert (commit.oid, commit.authored_at) == (COMMIT, AT)
    assert Missing("commits", "disposed") in found.data.missing


def test_an_agents_prompter_who_was_disposed_of_may_be_an_author(
    tmp_path: Path, ledger: Home
) -> None:
    asked = Event(kind="assigned", at=AT, actor=BEN, subject=BOT)
    record(ledger, written(tmp_path / "a.jsonl", pull(1, events=(asked,))))
    dispose(ledger, "github:502")
    (found,) = lines_in(ledger)
    assert isinstance(found.data, PullRequest)
    assert found.data.missing == (Missing("commits", "disposed"),)


def test_whoever_was_disposed_of_is_met_anew_where_the_export_names_them(
    tmp_path: Path, ledger: Home
) -> None:
    export = written(tmp_path / "a.jsonl", reviewed())
    record(ledger, export)
    (before,) = dispose(ledger, "github:502")
    record(ledger, export)
    assert lines_in(ledger) == [line(reviewed())]
    assert dispose(ledger, "github:502") != [before]


def about(of: Account) -> tuple[Record, ...]:
    """Records of every other sort that name an account."""
    return (
        Permission(account=of, at=AT, permission="write", role="owner of it"),
        Push(id=1, ref="refs/heads/ben/x", before=None, after=COMMIT, at=AT, kind="push", actor=of),
        Push(id=2, ref="refs/heads/main", before=None, after=COMMIT, at=AT, kind="push", actor=of),
        Deployment(
            id=1, commit=COMMIT, ref="main", task="deploy", environment="prod", production=True,
            creator=of, created_at=AT, statuses=(),
        ),
        BranchRules(
            branch="main",
            at=AT,
            protection={"users": [{"login": of.login, "id": of.id, "type": "User"}], "n": 1.5},
            rules=({"sealed": [0, 1], "login": None},),
        ),
        Ruleset(id=1, at=AT, version=2, actor=Account(login="", kind=of.kind, id=of.id), state={}),
    )  # fmt: skip


def test_other_records_are_read_back_as_they_were(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", *about(BEN)))
    assert [one.data for one in lines_in(ledger)] == list(about(BEN))


def test_other_records_forget_an_account(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", *about(BEN)))
    (subject,) = dispose(ledger, "github:502")
    permission, own, main, deployment, rules, ruleset = (one.data for one in lines_in(ledger))
    missing = (Missing("account", "disposed"),)
    left = Account(login=subject, kind=AccountKind.PERSON)
    role = "owner of it"
    assert permission == Permission(
        account=left, at=AT, permission="write", role=role, missing=missing
    )
    assert isinstance(own, Push)
    assert isinstance(main, Push)
    assert (own.ref, own.actor, main.ref, main.actor) == ("disposed", None, "refs/heads/main", None)
    assert isinstance(deployment, Deployment)
    assert (deployment.ref, deployment.creator) == ("main", None)
    assert isinstance(rules, BranchRules)
    assert rules.protection == {"users": [{"login": "disposed"}], "n": 1.5}
    assert isinstance(ruleset, Ruleset)
    assert (ruleset.actor, ruleset.missing) == (None, (Missing("actor", "disposed"),))


def test_a_signer_is_the_account_of_that_login(tmp_path: Path, ledger: Home) -> None:
    signed = Signed(valid=True, by_forge=False, state="valid", signer="Ben-Ode")
    by_ann: PullCommit = msgspec.structs.replace(pull_commit(COMMIT), signed=signed)
    record(ledger, written(tmp_path / "a.jsonl", pull(1, commits=(by_ann,), merged_by=BEN)))
    assert len(dispose(ledger, "github:502")) == 1
    (found,) = lines_in(ledger)
    assert isinstance(found.data, PullRequest)
    assert found.data.commits[0].signed == msgspec.structs.replace(signed, signer=None)


def test_an_account_that_was_met_by_its_login_alone_is_the_one_with_its_number(
    tmp_path: Path, ledger: Home
) -> None:
    nameless = Account(login="Ben-Ode", kind=AccountKind.PERSON)
    record(ledger, written(tmp_path / "a.jsonl", pull(1, author=nameless, merged_by=None)))
    record(ledger, written(tmp_path / "b.jsonl", pull(2, author=BEN, merged_by=None)))
    assert len(dispose(ledger, "github:502")) == 1
    authors = [one.data.author for one in lines_in(ledger) if isinstance(one.data, PullRequest)]
    assert authors == [None, None]


def test_a_login_that_somebody_else_took_is_another_subject(tmp_path: Path, ledger: Home) -> None:
    heir = Account(login="ann", kind=AccountKind.PERSON, id=77)
    record(ledger, written(tmp_path / "a.jsonl", pull(1), pull(2, author=heir, merged_by=heir)))
    dispose(ledger, "github:77")
    first, second = (one.data for one in lines_in(ledger))
    assert isinstance(first, PullRequest)
    assert isinstance(second, PullRequest)
    assert (first.author, second.author) == (ANN, None)


def test_what_names_nobody_is_the_repositorys(tmp_path: Path, ledger: Home) -> None:
    nobody = Account(login="", kind=AccountKind.OTHER)
    bare = msgspec.structs.replace(
        pull_commit(COMMIT), author_name=None, author_email="", author=nobody, committer=None
    )
    request = pull(1, commits=(bare,), author=None, merged_by=nobody)
    record(ledger, written(tmp_path / "a.jsonl", request))
    assert lines_in(ledger) == [line(request)]


def test_settings_and_rules_that_were_lost_are_empty_and_missing(
    tmp_path: Path, ledger: Home
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", *about(BEN)))
    lost = "DELETE FROM openings WHERE field = 'forge.record' AND subject LIKE 'repository:%'"
    by_sql(ledger.folder, lost)
    (rules,) = [one.data for one in lines_in(ledger) if isinstance(one.data, BranchRules)]
    whats = ("branch", "protection", "rules")
    assert rules == BranchRules(
        branch="lost",
        at=AT,
        protection={},
        rules=(),
        missing=tuple(Missing(one, "lost") for one in whats),
    )


def test_a_word_that_is_none_is_sealed_too(tmp_path: Path, ledger: Home) -> None:
    odd = Event(kind="Ann Lee did", at=AT, actor=None, commit="her last")
    request = pull(1, events=(odd,), id=2**60)
    record(ledger, written(tmp_path / "a.jsonl", request))
    data = stored(ledger)
    assert [one for one in (b"Ann Lee", b"her last") if one in data] == []
    assert lines_in(ledger) == [line(request)]
