"""Some bundles, and what an import of any of their lines must come to."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from bundle_imports import LAPTOP, RUNNER, STRANGER, a_bundle
from naive_ledger import Said

from affidavit.app.ledger.importing import Imported
from affidavit.ledger.bundle import Gap
from facts import a_fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from naive_ledger import Json

COUNT, LONG = 3, 4
"""Bundles, and the lines of each."""
SIGNERS = [LAPTOP, RUNNER, LAPTOP]
IDS = [f"{number:032x}" for number in range(COUNT)]
FOREIGN = a_bundle(1, key=STRANGER)[0]
"""A line of somebody whom nobody knows."""


class Line(NamedTuple):
    """One line: of which bundle, and its number there."""

    bundle: int
    number: int

    @property
    def data(self) -> bytes:
        return BUNDLES[self.bundle][self.number]

    @property
    def envelope(self) -> bytes:
        """What is kept of it."""
        return self.data.removesuffix(b"\n")

    def said(self) -> Said:
        """The fact that the ledger must record for it."""
        envelope = json.loads(self.data)
        kind, payload = envelope["payloadType"], base64.b64decode(envelope["payload"])
        signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
        blob = {
            "digest": f"sha256:{sha256(self.envelope).hexdigest()}",
            "media_type": "application/vnd.dsse.envelope.v1+json",
            "size": len(self.envelope),
        }
        fact: Json = {
            "actor": "agent:5f2c", "blobs": [blob], "body": {"n": self.number},
            "id": f"bundle:{sha256(signed).hexdigest()}", "kind": "x.y.v1",
            "stream": stream(self.number),
        }  # fmt: skip
        return Said(fact, "import", str(SIGNERS[self.bundle].key))


def stream(number: int) -> str:
    return f"s{number % 2}"


def _bundle(number: int) -> list[bytes]:
    facts = [a_fact({"n": one}, kind="x.y.v1", stream=stream(one)) for one in range(LONG)]
    return a_bundle(bundle=IDS[number], key=SIGNERS[number], facts=facts)


BUNDLES = [_bundle(number) for number in range(COUNT)]


class Answer(NamedTuple):
    """What an import says but for the checkpoint, and the lines that it takes in, in order."""

    said: Imported
    new: list[Line]


def answer(came: Sequence[Line], earlier: set[Line]) -> Answer:
    """What an import of the lines that `came` must answer, after `earlier` ones."""
    once = list(dict.fromkeys(came))
    bundles = list(dict.fromkeys(line.bundle for line in once))
    waiting = {one: iter(sorted(_of(once, one))) for one in bundles}
    order = [next(waiting[line.bundle]) for line in once]
    new = [line for line in order if line not in earlier]
    ever = {one: sorted({line.number for line in _of({*once, *earlier}, one)}) for one in bundles}
    said = Imported(
        new=len(new),
        known=len(came) - len(new),
        refused=(),
        gaps=tuple(gap for one in bundles for gap in _gaps(one, ever[one])),
        reordered=tuple(IDS[one] for one in bundles if _of(once, one) != _of(order, one)),
        contradictions=(),
        unfinished=tuple(IDS[one] for one in bundles if LONG - 1 not in ever[one]),
        checkpoint="",
    )
    return Answer(said, new)


def _of(lines: Iterable[Line], bundle: int) -> list[Line]:
    return [line for line in lines if line.bundle == bundle]


def _gaps(bundle: int, numbers: Sequence[int]) -> list[Gap]:
    missing = [one for one in range(max(numbers)) if one not in numbers]
    starts = [one for one in missing if one - 1 not in missing]
    ends = [one + 1 for one in missing if one + 1 not in missing]
    return [Gap(IDS[bundle], start, end) for start, end in zip(starts, ends, strict=True)]
