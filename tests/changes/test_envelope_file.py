"""The file of an envelope: written in one way, and refused where it says what cannot be."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.changes.envelope.digest import after, blobs
from affidavit.changes.envelope.model import Digests, Envelope, parse, path_line
from affidavit.changes.envelope.touched import Touched

ONE, OTHER = "1" * 40, "2" * 40
TOUCHED = (
    Touched(b"a", "100644", "100755", ONE, OTHER),
    Touched(b"b\xff", "000000", "120000", "", ONE),
)


def envelope(*touched: Touched) -> Envelope:
    paths = touched or TOUCHED
    return Envelope(
        format="affidavit/envelope@1",
        repository="example/service",
        base=ONE,
        merge_base=ONE,
        before=ONE,
        head=OTHER,
        tree=OTHER,
        digests=Digests(blobs=blobs(paths), patch=None, after=after(paths)),
        paths=tuple(map(path_line, paths)),
        commits=(OTHER,),
        claims=(),
        sessions=(),
        request=None,
        approvals=(),
        tests=(),
        scans=(),
        unknown=("digests.patch",),
    )


def test_an_envelope_is_read_as_it_was_written() -> None:
    one = envelope()
    found = parse(one.encode(), "e.json")
    assert (found, found.touched()) == (one, TOUCHED)


PATHS = st.lists(st.binary(min_size=1, max_size=9), unique=True, min_size=1, max_size=5)


@given(paths=PATHS)
def test_any_bytes_can_be_a_path(paths: list[bytes]) -> None:
    touched = tuple(Touched(path, "100644", "100644", ONE, OTHER) for path in sorted(paths))
    assert parse(envelope(*touched).encode(), "e").touched() == touched


def replaced(old: bytes, new: bytes) -> bytes:
    data = envelope().encode()
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"{}", "no affidavit/envelope@1", id="nothing"),
        pytest.param(b"\xff", "no affidavit/envelope@1", id="no text"),
        pytest.param(b"[" * 100_000, "no affidavit/envelope@1", id="deep"),
        pytest.param(replaced(b"envelope@1", b"envelope@2"), "no affidavit", id="version"),
        pytest.param(replaced(b'"head":"2', b'"head":"g'), "`$.head`", id="no id"),
        pytest.param(replaced(b'"path":"a"', b'"path":"c"'), "order", id="another path"),
        pytest.param(replaced(b'"path":"a"', b'"path":"A"'), "not those of the paths", id="case"),
        pytest.param(replaced(b'"path":"a"', b'"path":null'), "told once", id="no path"),
        pytest.param(replaced(b"62ff", b"62f"), "told once", id="half a byte"),
        pytest.param(replaced(b'"tests":[]', b'"tests": []'), "canonical", id="a blank"),
        pytest.param(replaced(b'"tests":[]', b'"tests":[],"x":1'), "canonical", id="a field more"),
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_refused_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse(data, "e.json")
    assert refused.value.message.startswith("e.json: ")
    assert told in refused.value.message


def test_digests_without_paths_are_refused() -> None:
    data = msgspec.structs.replace(envelope(), paths=None).encode()
    with pytest.raises(FormatError, match="they are there where the paths are"):
        parse(data, "e.json")
