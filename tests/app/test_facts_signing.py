"""Signing facts into a bundle: held against what the keeper takes, all of them or none."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from affidavit.app.facts.signing import Signed, Wanted, bundle_of, signed
from affidavit.app.ledger.importing import imported
from affidavit.app.ledger.noting import noted_lines
from affidavit.app.ledger.signers import write_secret
from affidavit.app.ledger.view import Choice, viewing
from affidavit.base.errors import EntryError, KeyFileError, UsageError
from affidavit.ledger.bundle import Place, parse_line
from affidavit.ledger.dsse import check
from affidavit.ledger.entry import LARGEST_ENTRY, Fact, Subject
from affidavit.ledger.key import SigningKey, parse_vkey
from affidavit.ledger.note import COSIGNATURE, Outcome
from commands import FACT, lines
from facts import BY, a_blob, a_fact, naming
from keepers import a_keeper
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.facts.signing import Done
    from affidavit.ledger.key import VerifierKey
    from gitrepo import Repo

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
BUNDLE = Place("ab" * 16)
WHOLE = Subject(commit="a" * 40, tree="b" * 40, digests=("sha256:" + "c" * 64,))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this account keeps its key."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def given(*facts: dict[str, object]) -> io.BytesIO:
    return io.BytesIO(lines(*facts))


def vkey(done: Done) -> VerifierKey:
    assert done.signed.signer is not None
    return parse_vkey(done.signed.signer)


def test_each_fact_is_a_line_of_one_bundle_whose_last_one_says_so(tmp_path: Path) -> None:
    done = signed(given(FACT, {**FACT, "stream": "t"}), Wanted(repository=tmp_path))
    read = [parse_line(line) for line in done.lines]
    key = vkey(done)
    assert [(one.fact.stream, one.place.sequence, one.last) for one in read] == [
        ("s", 0, False), ("t", 1, True),
    ]  # fmt: skip
    assert {one.place.bundle for one in read} == {done.signed.bundle}
    assert read[1].place.previous == read[0].digest
    assert {check(one.envelope, key) for one in read} == {Outcome.GOOD}
    assert (done.signed.facts, done.signed.output, done.signed.commit) == (2, None, None)


def test_two_bundles_have_two_ids_and_one_signer(tmp_path: Path) -> None:
    one, two = (signed(given(FACT), Wanted(repository=tmp_path)).signed for _ in range(2))
    assert one.bundle != two.bundle
    assert one.signer == two.signer


def test_no_facts_are_no_bundle_and_need_no_key(tmp_path: Path, home: Path) -> None:
    output = tmp_path / "b.jsonl"
    done = signed(given(), Wanted(repository=tmp_path, output=output))
    assert done == (Signed(facts=0, bundle=None, signer=None, output=str(output),
                           commit=None, pushed=None), ())  # fmt: skip
    assert output.read_bytes() == b""
    assert not home.exists()


def refusal(fact: Fact) -> str:
    with pytest.raises(EntryError) as caught:
        bundle_of([a_fact(), fact], BUNDLE, KEY)
    return caught.value.message


ALIKE = [
    a_fact({"agent": 1, "action": "a", "result": "ok"}),
    a_fact({"agent": "a"}),
    a_fact({"x": 1.5}, kind="x.y.v1"),
    a_fact({"x": 1 << 60}, kind="x.y.v1"),
    a_fact({"é": 1}, kind="x.y.v1"),
    a_fact(kind="no kind"),
    a_fact(stream=""),
    a_fact(stream="x" * 257),
    a_fact(stream="log"),
    a_fact(stream="parties:x"),
    a_fact({}, kind="log.frozen.v1"),
    a_fact({}, kind="audit.completed.v1"),
    a_fact(subject=Subject(commit="A" * 40, tree="b" * 40)),
]


@pytest.mark.parametrize("fact", ALIKE, ids=range(len(ALIKE)))
def test_a_fact_is_refused_with_the_words_of_the_keeper(tmp_path: Path, fact: Fact) -> None:
    with a_keeper(tmp_path) as keeper, pytest.raises(EntryError) as caught:
        keeper.append([a_fact(), fact], BY)
    assert refusal(fact) == caught.value.message
    assert refusal(fact).startswith("line 2: ")


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (a_fact(id_="mine"), "a fact in a bundle has no id of its own and names no content"),
        (naming(a_blob()), "a fact in a bundle has no id of its own and names no content"),
        (
            a_fact(subject=Subject(commit="a" * 40)),
            "subject: a fact in a bundle names a commit and its tree, or neither",
        ),
        (
            a_fact(subject=Subject(digests=tuple(f"sha256:{n:064x}" for n in range(100)))),
            "it: subject is not a list of 1 to 100",
        ),
        (
            a_fact(subject=Subject(commit="a" * 40, tree="b" * 64)),
            "it: commit and tree are ids of two object formats",
        ),
    ],
)
def test_what_only_a_bundle_cannot_say_is_refused(fact: Fact, told: str) -> None:
    assert refusal(fact) == f"line 2: {told}"


def largest() -> Fact:
    """The largest fact that can be signed; one byte more is refused."""
    low, high = 0, LARGEST_ENTRY
    while high - low > 1:
        middle = (low + high) // 2
        try:
            bundle_of([a_fact({"x": "y" * middle}, kind="x.y.v1")], BUNDLE, KEY)
            low = middle
        except EntryError:
            high = middle
    return a_fact({"x": "y" * low}, kind="x.y.v1")


def test_whatever_can_be_signed_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, bundle = a_ledger(tmp_path, monkeypatch), tmp_path / "bundle.jsonl"
    facts = [
        largest(),
        a_fact(subject=WHOLE),
        a_fact({}, kind="x.y.v1"),
        a_fact(stream="~"),
    ]
    bundle.write_bytes(b"".join(bundle_of(facts, BUNDLE, KEY)))
    signers = tmp_path / "signers.toml"
    signers.write_text(f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = ["*"]\n')
    done = imported(ledger, [bundle], signers)
    assert (done.new, done.refused, done.unfinished) == (4, (), ())
    with viewing(ledger) as view:
        subjects = [row.entry.subject for row in view.chosen(Choice(start=1))]
    assert subjects == [None, WHOLE, None, None]


def test_one_bad_line_leaves_everything_as_it_was(tmp_path: Path, repo: Repo) -> None:
    repo.commit("One")
    output = tmp_path / "b.jsonl"
    wanted = Wanted(repository=repo.path, output=output, revision="HEAD")
    with pytest.raises(EntryError, match="line 2: kind: "):
        signed(given(FACT, {**FACT, "kind": "bad"}), wanted)
    assert not output.exists()
    assert noted_lines(repo.path) == {}


def test_lines_go_to_a_file_and_to_the_notes_of_the_commit_that_is_named(
    tmp_path: Path, repo: Repo
) -> None:
    first = repo.commit("One")
    repo.commit("Two")
    output = tmp_path / "b.jsonl"
    wanted = Wanted(repository=repo.path, output=output, revision="HEAD~1")
    done = signed(given(FACT, FACT), wanted)
    assert output.read_bytes() == b"".join(done.lines)
    noted = {first: sorted(line.strip() for line in done.lines)}
    assert noted_lines(repo.path) == noted
    assert (done.signed.output, done.signed.commit) == (str(output), first)


def test_a_revision_that_names_nothing_is_told_before_any_fact_is_read(repo: Repo) -> None:
    repo.commit("One")
    file = given(FACT)
    with pytest.raises(UsageError, match="'facts' names no commit"):
        signed(file, Wanted(repository=repo.path, revision="facts"))
    assert file.tell() == 0


def test_a_push_needs_notes(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--push shares the notes: give --notes with it"):
        signed(given(FACT), Wanted(repository=tmp_path, remote="origin"))


def test_the_key_of_the_account_is_made_once_under_the_name_that_is_given(
    tmp_path: Path, home: Path
) -> None:
    done = signed(given(FACT), Wanted(repository=tmp_path, name="example.com/alice"))
    again = signed(given(FACT), Wanted(repository=tmp_path))
    assert vkey(done).name == "example.com/alice"
    assert done.signed.signer == again.signed.signer
    assert (home / "signing.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_given_signs_and_none_is_made(tmp_path: Path, home: Path) -> None:
    write_secret(tmp_path / "ci.key", KEY)
    done = signed(given(FACT), Wanted(repository=tmp_path, key=tmp_path / "ci.key"))
    assert done.signed.signer == KEY.key.encode()
    assert not home.exists()


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (SigningKey.from_secret("w", bytes(32), algorithm=COSIGNATURE), "an Ed25519 key"),
        (SigningKey.from_secret("x" * 2_000, bytes(32)), "an Ed25519 key"),
    ],
)
def test_a_key_that_cannot_sign_statements_is_refused(
    tmp_path: Path, key: SigningKey, told: str
) -> None:
    write_secret(tmp_path / "ci.key", key)
    with pytest.raises(KeyFileError, match=told):
        signed(given(FACT), Wanted(repository=tmp_path, key=tmp_path / "ci.key"))


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_secret(tmp_path / "ci.key", KEY)
    (tmp_path / "ci.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="others can read this key"):
        signed(given(FACT), Wanted(repository=tmp_path, key=tmp_path / "ci.key"))


def test_a_key_and_a_name_for_a_new_one_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give one of them"):
        signed(given(FACT), Wanted(repository=tmp_path, key=tmp_path / "k", name="n"))
