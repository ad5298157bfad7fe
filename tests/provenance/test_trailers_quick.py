"""The quick reading of usual messages says what the whole reading says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.trailers import _read, trailers

PIECES = (
    b"title", b"prose\n", b"\n", b"\n\n", b"Signed-off-by: a <b@c>\n", b"Key-word: value\n",
    b"* topic:\n  title\n", b"(#12)", b"Squashed commit of the following:\n", b"# comment\n",
    b"\tindented\n", b" \n", b"Conflicts:\n", b"(cherry picked from commit abc)\n", b"key : v\n",
    b"  folded\n", b"```\n", b"\r\n", b"\x0b\n", b": x\n",
    b"# ------------------------ >8 ------------------------\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_a_message_has_the_same_trailers_read_quickly_or_whole(message: bytes) -> None:
    assert trailers(message) == _read(message)
