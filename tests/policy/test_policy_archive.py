"""The files of a bundle kept as one blob."""

from __future__ import annotations

import pytest

from affidavit.app.policy.starting import default_files
from affidavit.base.errors import PolicyError
from affidavit.policy.archive import archived, unarchived


def test_an_archive_has_the_same_bytes_and_gives_the_files_back() -> None:
    files = default_files()
    data = archived(files)
    assert archived(dict(reversed(files.items()))) == data
    assert unarchived(data) == files


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"files":{"a":1},"format":"affidavit/policy-bundle@1"}', id="no text"),
        pytest.param(b'{"files":{},"format":"affidavit/policy-bundle@2"}', id="another format"),
        pytest.param(b'{"files":{},"format":"affidavit/policy-bundle@1","x":1}', id="more"),
        pytest.param(b'{"files":' + b"[" * 100_000, id="deep"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(PolicyError, match="the archive of a bundle is"):
        unarchived(data)


def test_a_file_that_is_no_text_cannot_be_archived() -> None:
    with pytest.raises(PolicyError, match=r"a\.rego is not UTF-8"):
        archived({"a.rego": b"\xff"})
