"""Signatures that are copied, moved, revoked or the agent's own, wherever they are left."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.approval.predicate import Answers, Change
from affidavit.ledger.entry import Subject
from authenticator import maker, plain_key, security_key
from gate_desk import ALLOWED, MET, TICKED, UNKNOWN, UNMET, Desk, held
from gates import CI, STRANGER, statuses
from signed_approvals import APPROVED, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from authenticator import Key
    from forges import Pull

TOUCH, AGENTS = security_key(seed=1), security_key(seed=9)
SOFT, UNKNOWN_KEY = plain_key(seed=3), security_key(seed=4)
CHALLENGE = b"enrolment of a key of the firm"
WHOLE = msgspec.structs.replace(
    APPROVED, ai_use="generated",
    answers=Answers(functional_correctness=True, security=True, tests=True, ai_review=True),
)  # fmt: skip


def kept(key: Key) -> str:
    return f"affidavit/attestations/{hashlib.sha256(key.blob).hexdigest()}"


def enrolled(key: Key) -> dict[str, str | bytes | None]:
    """The files that prove a key's enrolment."""
    return {
        f"{kept(key)}.attestation": maker().device().attestation(key, CHALLENGE),
        f"{kept(key)}.challenge": CHALLENGE,
    }


def firm(folder: Path, files: Mapping[str, str | None] | None = None) -> Desk:
    """The firm; Ben has a proven key, Ann one of software, which her agent can use as well."""
    rows = row("ben@firm.mail", TOUCH) + row("ann@firm.mail", SOFT) + row("ann@firm.mail", AGENTS)
    made = Desk(folder, {
        "affidavit/allowed_signers": rows,
        "affidavit/attestation_roots.pem": maker().pem.decode(), **(files or {}),
    })  # fmt: skip
    made.base = made.shop.direct(made.ann, "Enrol", enrolled(TOUCH))
    return made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = firm(tmp_path)
    with made.forge:
        yield made


def approval(
    desk: Desk, key: Key, commit: str, about: str | None = None, change: Change | None = None
) -> bytes:
    """A line by which `key` approves `commit`; `about` is what the line says it is of."""
    said = msgspec.structs.replace(WHOLE, change=change or Change())
    fact = fact_of(signed(key, said, commit=commit, tree=desk.tree(commit)))
    place = about or commit
    return line(fact, about_=Subject(commit=place, tree=desk.tree(place)))


def told(desk: Desk, pull: Pull) -> dict[str, object]:
    """What becomes of the requirements that a signature could meet."""
    return dict(held(desk.answer(pull), "reviewed", "checklist"))


NOTHING = {"reviewed": UNMET, "checklist": UNKNOWN}


def test_a_line_in_the_notes_counts_by_its_key_and_by_what_was_signed(desk: Desk) -> None:
    other = desk.passing(desk.opened({"other.py": "1\n"}))
    pull = desk.passing(desk.opened())
    head = pull.head_oid
    elsewhere = Change(request=other.number)
    for lines in (
        [approval(desk, UNKNOWN_KEY, head)],
        [approval(desk, AGENTS, head), approval(desk, SOFT, head)],
        [approval(desk, TOUCH, other.head_oid)],
        [approval(desk, TOUCH, other.head_oid, about=head)],
        [approval(desk, TOUCH, desk.base, about=head)],
        [approval(desk, TOUCH, head, change=elsewhere)],
        [approval(desk, TOUCH, head)[:-40], b"{}", b"\xff\xfe", b"[" * 5_000],
    ):
        desk.noted(head, *lines)
        assert told(desk, pull) == NOTHING
    desk.noted(head, approval(desk, TOUCH, head))
    assert desk.answer(pull).verdict is ALLOWED


def test_the_same_content_in_another_commit_is_another_change(desk: Desk) -> None:
    pull = desk.passing(desk.opened())
    again = desk.shop.make(desk.ann, "The same once more", {"cart.py": "x = 1\n"})
    twin = desk.passing(desk.shop.open(desk.ann, "Again", {}, head=again))
    desk.noted(again, approval(desk, TOUCH, pull.head_oid, about=again))
    assert told(desk, twin) == NOTHING


def test_a_key_signs_once_the_base_allows_it_and_another_person_let_it_in(tmp_path: Path) -> None:
    both = row("ben@firm.mail", TOUCH) + row("cleo@firm.mail", AGENTS)
    desk = firm(tmp_path)
    with desk.forge:
        files = {"affidavit/allowed_signers": both, **enrolled(AGENTS)}
        pull = desk.passing(desk.opened(files))
        desk.noted(pull.head_oid, approval(desk, AGENTS, pull.head_oid))
        assert held(desk.answer(pull), "reviewed", "gate-files") == {
            "reviewed": UNMET, "gate-files": UNMET,
        }  # fmt: skip
        before = desk.shop.git.run("rev-parse", "main").decode().strip()
        enrolling = desk.shop.direct(desk.ann, "Enrol Cleo", files)
        later = desk.passing(desk.opened())
        desk.noted(later.head_oid, approval(desk, AGENTS, later.head_oid))
        assert told(desk, later) == NOTHING
        since = Change(merge_base=before)
        with desk.facts.open("ab") as file:
            file.write(approval(desk, TOUCH, enrolling, change=since) + b"\n")
        assert desk.answer(later).verdict is ALLOWED


def test_a_person_who_lets_in_a_key_as_anothers_cannot_vouch_for_it(desk: Desk) -> None:
    before = desk.shop.git.run("rev-parse", "main").decode().strip()
    both = row("ben@firm.mail", TOUCH) + row("cleo@firm.mail", AGENTS)
    enrolling = desk.shop.direct(desk.ben, "Enrol Cleo", {"affidavit/allowed_signers": both})
    pull = desk.passing(desk.opened(by=desk.ben))
    desk.noted(pull.head_oid, approval(desk, AGENTS, pull.head_oid))
    with desk.facts.open("ab") as file:
        said = Change(merge_base=before)
        file.write(approval(desk, TOUCH, enrolling, change=said) + b"\n")
    assert told(desk, pull) == NOTHING


def test_a_revocation_counts_where_it_stands_in_the_base(desk: Desk) -> None:
    print_ = TOUCH.public.fingerprint
    lost = (
        f'[[revoked]]\nfingerprint = "{print_}"\nsince = 2026-01-01T00:00:00Z\n'
        'reason = "compromised"\n'
    )
    pull = desk.passing(desk.opened())
    desk.noted(pull.head_oid, approval(desk, TOUCH, pull.head_oid))
    assert desk.answer(pull).verdict is ALLOWED
    desk.shop.direct(desk.ben, "Revoke", {"affidavit/revoked_signers.toml": lost})
    assert told(desk, pull) == NOTHING
    back = desk.passing(desk.opened({"affidavit/revoked_signers.toml": None}))
    desk.noted(back.head_oid, approval(desk, TOUCH, back.head_oid))
    assert told(desk, back) == NOTHING


def test_reports_in_the_notes_count_by_their_signer_and_their_commit(desk: Desk) -> None:
    other = desk.passing(desk.opened({"other.py": "1\n"}))
    good = desk.facts.read_bytes()
    desk.facts.unlink()
    pull = desk.opened()
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid, STRANGER)
    by_stranger = desk.facts.read_bytes()
    desk.facts.unlink()
    moved = good.replace(other.head_oid.encode(), pull.head_oid.encode())
    for lines in (good, by_stranger, moved):
        desk.noted(pull.head_oid, *lines.splitlines())
        answer = desk.answer(pull, require=("tests",))
        assert held(answer, "scan", "tests") == {"scan": UNMET, "tests": UNMET}
    desk.report(pull.head_oid, CI)
    by_ci = desk.facts.read_bytes()
    desk.facts.unlink()
    desk.noted(pull.head_oid, *by_ci.splitlines())
    assert desk.answer(pull, require=("tests",)).verdict is ALLOWED


def test_a_signature_of_nobody_known_does_not_make_two_reviewers_one(desk: Desk) -> None:
    pull = desk.passing(desk.opened({"affidavit/policy/more.rego": "package more\n"}))
    pull.review(desk.ben, body=TICKED)
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED
    desk.noted(pull.head_oid, approval(desk, UNKNOWN_KEY, pull.head_oid))
    answer = desk.answer(pull)
    assert (answer.verdict, statuses(answer)["gate-files"]) == (ALLOWED, MET)
