"""All that a ledger can be asked, in any order and with failures, against a list of facts."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from contextlib import ExitStack, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundle_imports import LAPTOP, RUNNER, STRANGER, allowing
from failing_steps import STEPS, Fate, KilledError, Steps
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from naive_imports import COUNT, FOREIGN, LONG, Line, answer
from naive_ledger import Naive, Refusal, Said, Signs

from affidavit import __version__
from affidavit.app.clock import written
from affidavit.app.ledger import appending, importing, kept
from affidavit.app.ledger.appending import appended
from affidavit.app.ledger.ending import frozen, rotated
from affidavit.app.ledger.export import export
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.importing import Imported, Refused, imported
from affidavit.app.ledger.keeper import Receipt
from affidavit.app.ledger.kept import account, begun, keeping
from affidavit.app.ledger.personal import Disposal, Order, disposed
from affidavit.app.ledger.view import viewing
from affidavit.app.progress import QUIET
from affidavit.base.errors import AffidavitError, EntryError, FrozenError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import parse_note
from affidavit.verify import Status, Trust, verify
from keepers import NOON, Chance
from ledgers import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from naive_ledger import Json

    from affidavit.app.ledger.keeper import Acknowledged, Keeper

CONTENTS = {"diff": b"diff", "prompt": b"a prompt"}
ORDER = Order(authority="legal", policy="privacy-1")

imported_lines = st.builds(Line, st.integers(0, COUNT - 1), st.integers(0, LONG - 1))
fates = st.one_of(
    st.none(), st.none(),
    st.builds(Fate, st.integers(1, STEPS), st.sampled_from(["dies", "full", "torn", "after"])),
)  # fmt: skip


def a_line(stream: str, number: int, id_: str | None = None, blob: str | None = None) -> Json:
    line: Json = {"actor": "a", "body": {"n": number}, "kind": "x.y.v1", "stream": stream}
    if id_ is not None:
        line["id"] = id_
    if blob is not None:
        data = CONTENTS[blob]
        line["blobs"] = [naming(data, "text/plain")]
    return line


def naming(data: bytes, media_type: str) -> Json:
    digest = f"sha256:{sha256(data).hexdigest()}"
    return {"digest": digest, "media_type": media_type, "size": len(data)}


lines = st.builds(
    a_line,
    st.sampled_from(["s0", "s1", "s2"]),
    st.integers(0, 1),
    st.one_of(st.none(), st.sampled_from(["i0", "i1", "i2"])),
    st.one_of(st.none(), st.none(), st.sampled_from(sorted(CONTENTS))),
)
BAD = {
    "no JSON": b'{"kind": ',
    "no fact": b'{"kind": "x.y.v1"}',
    "a field more": json.dumps(a_line("s0", 1) | {"sequence": 7}).encode(),
    "another schema": json.dumps(a_line("s0", 1) | {"kind": "agent.acted.v1"}).encode(),
    "the keeper's stream": json.dumps(a_line("log", 1)).encode(),
    "the keeper's kind": json.dumps(a_line("s0", 1) | {"kind": "log.frozen.v1"}).encode(),
    "an id of the program's": json.dumps(a_line("s0", 1, "landing:1")).encode(),
    "content nobody has": json.dumps(a_line("s0", 1) | {"blobs": [naming(b"", "a/b")]}).encode(),
    "a fraction": json.dumps(a_line("s0", 1) | {"body": {"n": 0.5}}).encode(),
}


class LedgerMachine(RuleBasedStateMachine):
    """A ledger with its keeper, and what must be in it."""

    moment = NOON
    seeds = met = 0

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("AFFIDAVIT_HOME", str(self.folder / "config"))
        self.patch.setattr(kept, "now", lambda: self.moment)
        self.patch.setattr(kept, "chance", Chance())
        for command in (appending, importing):
            self.patch.setattr(command, "keeping", lambda *_, **__: nullcontext(self.keeper))
        self.steps = Steps(self.folder)
        self.steps.patch(self.patch)
        self.home = Home(self.folder / "kept")
        self.exported = self.folder / "exported"
        self.began()
        self.holding = ExitStack()
        self.reopen(0)

    def began(self) -> None:
        secret = self.new_key()
        _, vkey, done = begun(self.home, ORIGIN, lambda keys: keys.new_secret(bytes(31) + b"\1"))
        self.first = secret.key
        self.model = Naive(secret.key)
        self.imported = set[Line]()
        body: Json = {
            "keeper": account(), "origin": ORIGIN, "tool": f"affidavit {__version__}", "vkey": vkey,
        }  # fmt: skip
        self.model.took([own("log.opened.v1", body, "init")], self.stored(), written(NOON))
        self.model.acknowledge(done.checkpoint)

    def new_key(self) -> SigningKey:
        self.seeds += 1
        return SigningKey.from_secret(ORIGIN, bytes(31) + bytes([self.seeds]))

    def stored(self) -> list[bytes]:
        with viewing(self.home) as view:
            return list(view.rows.entries(0, view.size))

    @precondition(lambda self: not self.model.frozen)
    @rule(seconds=st.integers(-5, 5))
    def reopen(self, seconds: int) -> None:
        """Another process becomes the keeper, by whose clock it is later, or earlier."""
        self.moment += seconds * 1_000_000
        self.holding.close()
        self.keeper: Keeper = self.holding.enter_context(keeping(self.home))

    def does(self, run: Callable[[], str], said: Sequence[Said], fate: Fate | None = None) -> bool:
        """Whether a command was acknowledged; `said` is then in the log, else all or nothing."""
        before, done = self.model.size, ""
        try:
            with self.steps.failing(fate):
                done = run()
        except KilledError:
            self.holding.close()
            self.steps.revive()
            self.reopen(0)
        except AffidavitError:
            assert fate is not None
            assert fate.how == "full"
        data = self.stored()
        assert data[:before] == self.model.data
        took = said if done or data[before:] else []
        self.model.took(took, data[before:], written(self.moment))
        self.model.frozen = any(one.fact["kind"] == "log.frozen.v1" for one in self.model.said)
        if done:
            self.model.acknowledge(done)
        return bool(done)

    @precondition(lambda self: not self.model.frozen)
    @rule(
        batch=st.lists(lines, max_size=4),
        more=st.sampled_from([0, 0, 0, 254]),
        brought=st.sets(st.sampled_from(sorted(CONTENTS))),
        fate=fates,
    )
    def append(self, batch: list[Json], more: int, brought: set[str], fate: Fate | None) -> None:
        facts = batch + [a_line("s2", 7)] * more
        contents = {sha256(CONTENTS[one]).digest() for one in brought}
        indexes, before = self.model.known(facts, contents), self.model.size
        if isinstance(indexes, Refusal):
            self.refused(list(map(encoded, facts)), brought, indexes.line)
            return
        first = dict(zip(indexes, facts, strict=True))
        new = [Said(first[at], "cli", account()) for at in sorted(first) if at >= before]
        receipts = list[Receipt]()

        def run() -> str:
            done = self.appended(list(map(encoded, facts)), brought)
            receipts.extend(done.receipts)
            return done.checkpoint

        done = self.does(run, new, fate)
        if self.model.size > before:
            self.model.contents |= contents
        fresh = [at >= before and at not in indexes[:n] for n, at in enumerate(indexes)]
        expected = map(self.model.receipt, indexes, fresh)
        assert receipts == (list(expected) if done else [])

    def appended(self, data: Sequence[bytes], brought: set[str]) -> Acknowledged:
        files = []
        for name in sorted(brought):
            files.append(self.folder / name)
            files[-1].write_bytes(CONTENTS[name])
        return appended(self.home, io.BytesIO(b"".join(data)), files)

    def refused(self, data: Sequence[bytes], brought: set[str], line: int) -> None:
        with pytest.raises(EntryError, match=rf"^line {line}: "):
            self.appended(data, brought)

    @precondition(lambda self: not self.model.frozen)
    @rule(
        before=st.lists(st.integers(0, 9), max_size=3),
        what=st.sampled_from(sorted(BAD)),
        after=st.integers(0, 2),
    )
    def append_a_bad_line(self, before: list[int], what: str, after: int) -> None:
        good = [encoded(a_line("s0", one, f"never {one} {at}")) for at, one in enumerate(before)]
        self.refused([*good, BAD[what] + b"\n", *good[:1] * after], set(), len(before) + 1)

    @precondition(lambda self: not self.model.frozen)
    @rule(came=st.lists(imported_lines, max_size=6), foreign=st.integers(0, 1), fate=fates)
    def import_lines(self, came: list[Line], foreign: int, fate: Fate | None) -> None:
        """Import lines that are new or not, in any order, some twice and some of them missing."""
        said, new = answer(came, self.imported)
        reason = f"no known signer signed it; it says to be by '{STRANGER.key}'"
        refused = (Refused(str(self.folder / "bundle"), len(came) + 1, reason),) * foreign
        answers: list[Imported] = []

        def run() -> str:
            answers.append(self.brought([*(line.data for line in came), *[FOREIGN] * foreign]))
            return answers[0].checkpoint

        before = self.model.size
        self.does(run, [line.said() for line in new], fate)
        if self.model.size > before:
            self.imported.update(new)
            self.model.contents |= {sha256(line.envelope).digest() for line in new}
        for one in answers:
            assert one == replace(said, refused=refused, checkpoint=one.checkpoint)

    def brought(self, data: Sequence[bytes]) -> Imported:
        signers, bundle = self.folder / "signers.toml", self.folder / "bundle"
        signers.write_text("".join(map(allowing, (LAPTOP, RUNNER))))
        bundle.write_bytes(b"".join(data))
        return imported(self.home, [bundle], signers)

    @precondition(lambda self: not self.model.frozen)
    @rule(overlap=st.integers(0, 6), fate=fates)
    def rotate(self, overlap: int, fate: Fate | None) -> None:
        secret, size, olds = self.new_key(), self.model.size + 1, self.model.keys
        body: Json = {
            "from_size": size, "keeper": account(), "new": secret.key.encode(),
            "old": olds[-1].key.encode(), "until_size": size + overlap,
        }  # fmt: skip
        seed = bytes(31) + bytes([self.seeds])
        new = Signs(secret.key, size, None)

        def run() -> str:
            done = rotated(self.keeper, lambda keys: keys.new_secret(seed), overlap=overlap)
            self.model.keys = [*olds, new]
            return done[1].checkpoint

        if self.does(run, [own("key.rotated.v1", body, "rotate-key")], fate):
            self.model.keys = [*(one.until(size + overlap) for one in olds), new]
        elif self.model.size == size:
            self.model.keys = [*olds, new]

    @precondition(lambda self: not self.model.frozen)
    @rule(fate=fates)
    def dispose(self, fate: Fate | None) -> None:
        """Destroy what is kept of somebody, and again where nobody said that it was done."""
        self.met += 1
        with kept.vault(self.home, ORIGIN) as vault:
            who = vault.pseudonym("person", f"{self.met}@mail.example")
            commitment = vault.commit(who, "name", "Ann")
        line = a_line("s1", 1) | {"body": {"name": commitment}}
        self.does(
            lambda: self.appended([encoded(line)], set()).checkpoint, [Said(line, "cli", account())]
        )
        size, values = self.model.size, 1
        while not self.disposed(who, values, fate) and self.model.size == size:
            values, fate = 0, None
        with kept.vault(self.home, ORIGIN) as vault:
            assert (vault.is_disposed(who), vault.reveal(commitment)) == (True, None)
            again = Disposal(subject=who, values=0, index=size, new=False)
            assert list(disposed(self.keeper, vault, [who], ORDER)) == [again]

    def disposed(self, who: str, values: int, fate: Fate | None) -> bool:
        body: Json = {"authority": "legal", "policy": "privacy-1", "subject": who, "values": values}
        index = self.model.size

        def run() -> str:
            with kept.vault(self.home, ORIGIN) as vault:
                done = list(disposed(self.keeper, vault, [who], ORDER))
            assert done == [Disposal(subject=who, values=values, index=index)]
            with viewing(self.home) as view:
                return view.checkpoint().decode()

        return self.does(run, [own("subject.disposed.v1", body, "dispose")], fate)

    @rule(left=st.integers(0, 12))
    def export_(self, left: int) -> None:
        """Bring an export up to date, by a process that dies first where some steps are `left`."""
        with self.steps.failing(Fate(left, "dies") if left else None):
            try:
                self.export_to(self.exported)
            except KilledError:
                self.steps.forget()
        self.export_to(self.exported)
        other = Path(tempfile.mkdtemp(dir=self.folder))
        self.export_to(other)
        assert files(self.exported) == files(other)

    def export_to(self, folder: Path) -> None:
        with viewing(self.home) as view:
            assert export(view, folder, QUIET) == self.model.size

    @precondition(lambda self: self.model.size > 6 and not self.model.frozen)
    @rule(fate=fates)
    def freeze(self, fate: Fate | None) -> None:
        said = [own("log.frozen.v1", {"reason": "moved"}, "freeze")]
        self.does(lambda: frozen(self.keeper, "moved", None).checkpoint, said, fate)
        for again in (False, True) if self.model.frozen else ():
            self.everything_is_refused(again=again)

    @precondition(lambda self: self.model.frozen)
    @rule(again=st.booleans())
    def everything_is_refused(self, *, again: bool) -> None:
        """The end is the end, for the keeper that wrote it and for one that reads of it."""
        if again:
            self.reopen(1)
        for command in (
            lambda: self.appended([encoded(a_line("s0", 1))], set()),
            lambda: self.brought([Line(0, 0).data]),
            lambda: rotated(self.keeper, lambda keys: keys.new_secret(bytes(32))),
            lambda: frozen(self.keeper, "again", None),
        ):
            with pytest.raises(FrozenError):
                command()

    @invariant()
    def the_ledger_holds_what_the_list_holds(self) -> None:
        with viewing(self.home) as view:
            assert list(view.rows.entries(0, view.size)) == self.model.data
            assert set(view.rows.blob_digests()) == self.model.contents
            stated = [
                (size, parse_checkpoint(parse_note(note))) for size, note in view.rows.checkpoints()
            ]
            for note in self.model.acknowledged:
                one = parse_checkpoint(parse_note(note))
                assert view.rows.checkpoint(one.size) == note
        assert [(size, one.size, one.root) for size, one in stated] == [
            (size, size, root) for size, root in self.model.roots.items()
        ]

    @invariant()
    def whoever_has_the_first_key_verifies_it_here_and_exported(self) -> None:
        remembered = self.model.acknowledged[len(self.model.acknowledged) // 2]
        trust = Trust(keys=(self.first,), remembered=(remembered,))
        result = verify(self.home.database, trust)
        held = result.status, result.problems, result.size, result.complete_to
        complete_to = parse_checkpoint(parse_note(remembered)).size
        assert held == (Status.VERIFIED, (), self.model.size, complete_to)
        self.export_to(self.folder / "each")
        assert verify(self.folder / "each", trust) == result

    def teardown(self) -> None:
        self.holding.close()
        self.patch.undo()
        shutil.rmtree(self.folder)


def encoded(line: Json) -> bytes:
    return json.dumps(line).encode() + b"\n"


def own(kind: str, body: Json, channel: str) -> Said:
    """What the keeper says of itself."""
    return Said(
        {"actor": "keeper", "body": body, "kind": kind, "stream": "log"}, channel, account()
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


LedgerMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)
TestLedgerMachine = LedgerMachine.TestCase
