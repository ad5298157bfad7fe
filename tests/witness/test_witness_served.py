"""A witness over HTTP, asked by a ledger and by strangers."""

from __future__ import annotations

import hashlib
import socket
import threading
from typing import TYPE_CHECKING

import posts
import pytest
from posts import NAME, ORIGIN, append, policy, vkey

from affidavit.app.clock import chance, now
from affidavit.app.ledger.kept import custody
from affidavit.app.ledger.verifying import Trusted, verified
from affidavit.app.ledger.view import viewing
from affidavit.app.witness.collected import collected
from affidavit.app.witness.post import posted
from affidavit.app.witness.witness import Witness
from affidavit.base.errors import DamagedError, KeyFileError, UsageError
from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.witness import cosigned
from affidavit.store.witness import Memory
from affidavit.verify.result import Status, Witnessed

if TYPE_CHECKING:
    from pathlib import Path

    from posts import Post

    from affidavit.app.ledger.home import Home

ledger = posts.ledger
post = posts.post


def test_a_ledger_collects_cosignatures_as_it_grows(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    rules = policy(ledger, post, tmp_path)
    for size, more in ((1, 0), (2, 1), (302, 300)):
        append(ledger, more)
        done = collected(ledger, rules)
        assert (done.size, done.quorum, [one.problem for one in done.witnesses]) == (
            size, True, [None],
        )  # fmt: skip


def test_a_log_that_did_not_grow_is_cosigned_anew_and_keeps_the_newest_line(
    ledger: Home, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = policy(ledger, post, tmp_path)
    seconds = iter((1_000, 2_000, 3_000))
    monkeypatch.setattr(
        "affidavit.app.witness.witness.cosigned",
        lambda submission, keys, _time: cosigned(submission, keys, next(seconds)),
    )
    for time in (1_000, 2_000, 3_000):
        done = collected(ledger, rules)
        assert ([one.time for one in done.witnesses], done.quorum) == ([time], True)
    with viewing(ledger) as view:
        assert len(view.rows.cosignatures(1)) == 1
    result = verified(ledger.folder, Trusted(policy=rules, as_of=3_000), tree_only=False)
    assert (result.status, result.last_witnessed) == (Status.VERIFIED, Witnessed(1, 3_000))


def test_what_a_witness_saw_verifies_as_whole_up_to_its_time(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    append(ledger, 5)
    rules = policy(ledger, post, tmp_path)
    collected(ledger, rules)
    seen = verified(
        ledger.folder, Trusted(policy=rules, as_of=now() // 1_000_000 - 60), tree_only=False
    )
    assert seen.status is Status.VERIFIED
    later = verified(
        ledger.folder, Trusted(policy=rules, as_of=now() // 1_000_000 + 60), tree_only=False
    )
    assert later.status is Status.INCOMPLETE


def test_a_witness_shows_what_it_cosigned_to_monitors(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    place = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert post.ask("GET", place)[0] == 404
    collected(ledger, policy(ledger, post, tmp_path))
    with viewing(ledger) as view:
        assert post.ask("GET", place) == (200, "text/plain; charset=utf-8", view.checkpoint())


def test_a_log_that_lost_entries_gets_no_second_signature(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    older = ledger.database.read_bytes()
    append(ledger, 3)
    rules = policy(ledger, post, tmp_path)
    collected(ledger, rules)
    for one in ledger.folder.glob("ledger.db-*"):
        one.unlink()
    ledger.database.write_bytes(older)
    done = collected(ledger, rules)
    assert not done.quorum
    assert done.witnesses[0].problem == "it has seen 4 entries, and the log has 1"


def test_a_log_that_was_rewritten_gets_no_second_signature_and_the_attempt_is_kept(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    older = ledger.database.read_bytes()
    append(ledger, 3)
    rules = policy(ledger, post, tmp_path)
    collected(ledger, rules)
    for one in ledger.folder.glob("ledger.db-*"):
        one.unlink()
    ledger.database.write_bytes(older)
    # An operator can make the key's own memory forget; the witness's they cannot.
    custody(ORIGIN).last_signed.unlink()
    append(ledger, 7)
    done = collected(ledger, rules)
    assert not done.quorum
    problem = done.witnesses[0].problem or ""
    assert problem.startswith("it answered 422")
    assert b"refused" in (tmp_path / "witness" / "witness.db").read_bytes()


def request(checkpoint: Checkpoint, old: int = 0) -> bytes:
    note = signed_checkpoint(checkpoint, custody(ORIGIN).signing().at(checkpoint.size))
    return f"old {old}\n\n".encode() + note.encode()


def test_every_refusal_has_the_status_of_the_specification(ledger: Home, post: Post) -> None:
    with viewing(ledger) as view:
        good = b"old 0\n\n" + view.checkpoint()
    assert post.ask("POST", "/add-checkpoint", b"nonsense")[0] == 400
    unknown = good.replace(ORIGIN.encode() + b"\n1\n", b"other.mail/log\n1\n", 1)
    assert post.ask("POST", "/add-checkpoint", unknown)[0] == 404
    forged = good.replace(b"\n1\n", b"\n2\n", 1)
    assert post.ask("POST", "/add-checkpoint", forged)[0] == 403
    empty = request(Checkpoint(ORIGIN, 0, bytes(32)))
    assert post.ask("POST", "/add-checkpoint", empty)[0] == 422
    assert post.ask("POST", "/add-checkpoint", good)[0] == 200
    assert post.ask("POST", "/add-checkpoint", good) == (409, "text/x.tlog.size", b"1\n")
    assert post.ask("POST", "/elsewhere", good)[0] == 404


def test_two_histories_sent_at_once_never_both_get_a_signature(post: Post) -> None:
    requests = [request(Checkpoint(ORIGIN, 9, bytes([n]) * 32)) for n in range(8)]
    statuses: list[int] = []

    def send(body: bytes) -> None:
        statuses.append(post.ask("POST", "/add-checkpoint", body)[0])

    threads = [threading.Thread(target=send, args=(body,)) for body in requests]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [200] + [409] * 7


def test_a_witness_that_has_forgotten_does_not_start(tmp_path: Path) -> None:
    posted(tmp_path / "w", NAME, chance)
    (tmp_path / "w" / "witness.db").unlink()
    with pytest.raises(DamagedError, match="could sign a fork"):
        posted(tmp_path / "w", NAME, chance)


def test_a_witness_keeps_its_key_and_refuses_another_name(tmp_path: Path) -> None:
    first, _ = posted(tmp_path / "w", NAME, chance)
    again, _ = posted(tmp_path / "w", NAME, chance)
    assert first.key == again.key
    with pytest.raises(KeyFileError, match="not a key of the witness"):
        posted(tmp_path / "w", "other.mail/w", chance)
    with pytest.raises(UsageError):
        posted(tmp_path / "v", "a name", chance)


def test_a_witness_remembers_over_a_restart(ledger: Home, post: Post, tmp_path: Path) -> None:
    collected(ledger, policy(ledger, post, tmp_path))
    memory = Memory(tmp_path / "witness" / "witness.db")
    key, _ = posted(tmp_path / "witness", NAME, chance)
    restarted = Witness(key, {ORIGIN: [parse_vkey(vkey(ledger))]}, memory, now)
    with viewing(ledger) as view:
        answer = restarted.add_checkpoint(b"old 0\n\n" + view.checkpoint())
    assert (answer.status, answer.body) == (409, "1\n")


def test_a_witness_that_answers_a_byte_now_and_then_is_given_up(
    ledger: Home, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.app.witness.asking.PATIENCE", 0.3)
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                while not done.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        rules = policy(ledger, post, tmp_path)
        slow = f"http://127.0.0.1:{listening.getsockname()[1]}"
        rules.write_text(rules.read_text().replace(post.url, slow))
        found = collected(ledger, rules)
        done.set()
        thread.join()
    assert [one.problem for one in found.witnesses] == ["it took longer than 0.3 seconds"]
