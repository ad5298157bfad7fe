"""Messages and identities made to break or to slow the reading of signals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_commits import a_commit, claims

from affidavit.base.commit import Ident
from affidavit.provenance.catalogue import load
from affidavit.provenance.model import Trailer
from affidavit.provenance.signals import MOST, Signals


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\0" * 10_000_000, id="nothing"),
        pytest.param(b"Assisted-by: " + b"Claude " * 1_400_000, id="one line"),
        pytest.param(b"s\n\n" + b"Generated with [protoc](https://x.y)\n" * 270_000, id="footers"),
        pytest.param(b"s\n\n```\n" + b"Generated with Claude Code\n```\n" * 320_000, id="fences"),
        pytest.param(b"s\n\n" + b"\xf0" * 10_000_000 + b" Generated with", id="no text"),
    ],
)
def test_ten_megabytes_are_read_in_bounded_time(message: bytes) -> None:
    assert len(claims(a_commit(message))) <= MOST


KEYS = sorted({key for rule in load().rules for key in rule.keys})
SAMPLES = sorted({sample for rule in load().rules for sample in rule.matches})


PARTS = st.sampled_from([sample.encode() for sample in SAMPLES]) | st.binary(max_size=40)


@given(
    parts=st.lists(PARTS, max_size=8), name=st.text(max_size=30), signed=st.sampled_from(["", "x"])
)
def test_arbitrary_bytes_never_raise(parts: list[bytes], name: str, signed: str) -> None:
    ident = Ident(name, name)
    commit = a_commit(b"\n\n".join(parts), author=ident, committer=ident)
    found = claims(commit, forge_signed=bool(signed))
    assert found == tuple(sorted(found, key=lambda c: (c.rule, c.source, c.evidence, c.digest)))


@given(
    trailer=st.builds(
        Trailer, st.sampled_from(KEYS), st.text(st.characters(), max_size=60), st.booleans()
    )
)
def test_arbitrary_values_never_raise(trailer: Trailer) -> None:
    commit = a_commit(f"{trailer.key}: {trailer.value}".encode(errors="replace"))
    assert len(Signals(load()).claims(commit, (trailer,), forge_signed=True)) <= 2
