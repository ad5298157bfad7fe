"""What a ledger must hold, written down as plainly as can be: a list, and looking through it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.ledger.keeper import Receipt
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import Outcome, check, parse_note
from ledgers import root_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.ledger.key import VerifierKey

Json = dict[str, object]


class Said(NamedTuple):
    """A fact as its line says it, and who recorded it."""

    fact: Json
    channel: str
    credential: str


class Refusal(NamedTuple):
    """The line, counted from 1, for which a whole batch is refused."""

    line: int


class Signs(NamedTuple):
    """A key that an entry names, and the sizes ``[first, last]`` at which it signs."""

    key: VerifierKey
    first: int
    last: int | None

    def at(self, size: int) -> bool:
        return self.first <= size and (self.last is None or size <= self.last)

    def until(self, size: int) -> Signs:
        """The same, that signs no longer than up to `size`."""
        return self._replace(last=size if self.last is None else min(size, self.last))


class Naive:
    """The entries of a log in order, and what was answered for them."""

    def __init__(self, key: VerifierKey) -> None:
        self.said: list[Said] = []
        self.data: list[bytes] = []
        self.ids: dict[str, int] = {}
        self.contents: set[bytes] = set()
        self.roots: dict[int, bytes] = {}
        self.acknowledged: list[bytes] = []
        self.keys = [Signs(key, 0, None)]
        self.frozen = False

    @property
    def size(self) -> int:
        return len(self.data)

    def took(self, said: Sequence[Said], data: Sequence[bytes], moment: str) -> None:
        """Take in what a command added, which was given `said` at `moment`."""
        assert len(data) == len(said)
        for one, stored in zip(said, data, strict=True):
            id_ = str(one.fact.get("id") or json.loads(stored)["id"])
            assert id_ not in self.ids
            assert stored == self._entry(one, id_, moment)
            self.ids[id_] = self.size
            self.said.append(one)
            self.data.append(stored)
        if said:
            self.roots[self.size] = root_of(self.data)

    def acknowledge(self, note: str) -> None:
        """Take note of a checkpoint that was answered: of all there is, signed by whom it must."""
        parsed = parse_note(note.encode())
        stated = parse_checkpoint(parsed)
        assert (stated.size, stated.root) == (self.size, root_of(self.data))
        signed = [one.key for one in self.keys if check(parsed, one.key) is Outcome.GOOD]
        assert signed == [one.key for one in self.keys if one.at(self.size)]
        self.acknowledged.append(note.encode())

    def known(self, facts: Sequence[Json], brought: set[bytes]) -> list[int] | Refusal:
        """Where the entry of each of `facts` will lie, old or new; or which line is refused."""
        found, ids = list[int](), dict[str, Json]()
        new = self.size
        for line, fact in enumerate(facts, 1):
            id_ = str(fact.get("id") or "")
            earlier = self.said[self.ids[id_]].fact if id_ in self.ids else ids.get(id_)
            if not self._has(fact, brought) or (earlier is not None and earlier != fact):
                return Refusal(line)
            if earlier is not None:
                found.append(self.ids.get(id_) or found[facts.index(fact)])
                continue
            if id_:
                ids[id_] = fact
            found.append(new)
            new += 1
        return found

    def receipt(self, index: int, new: bool) -> Receipt:  # noqa: FBT001 -- mapped over
        """What is answered for an entry."""
        data, stream = self.data[index], self.stream(index)
        number = sum(self.stream(at) == stream for at in range(index))
        return Receipt(
            index=index,
            id=json.loads(data)["id"],
            stream=stream,
            sequence=number,
            digest=digest_of(data),
            new=new,
        )

    def stream(self, index: int) -> str:
        return str(self.said[index].fact["stream"])

    def _has(self, fact: Json, brought: set[bytes]) -> bool:
        blobs = fact.get("blobs")
        named = (
            [bytes.fromhex(one["digest"][7:]) for one in blobs] if isinstance(blobs, list) else []
        )
        return set(named) <= self.contents | brought

    def _entry(self, one: Said, id_: str, moment: str) -> bytes:
        """The bytes of the entry that comes next, in canonical JSON."""
        before = [
            at for at, each in enumerate(self.said) if each.fact["stream"] == one.fact["stream"]
        ]
        entry = {
            **one.fact,
            "id": id_,
            "recorded_by": {"channel": one.channel, "credential": one.credential},
            "sequence": len(before),
            "tenant": "default",
            "time": moment,
            "version": 1,
        }
        if before:
            entry["previous"] = digest_of(self.data[before[-1]])
        return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


def digest_of(entry: bytes) -> str:
    return "rfc6962:" + sha256(b"\0" + entry).hexdigest()
