"""Files of the base that cannot be understood, or are not there: nothing is met by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.gate.model import Status, Verdict
from gates import Gates, found, statuses

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.gate.answer import Answer

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
NOISE = bytes(range(256))
NO_TEXT = "of the base: it is no text in UTF-8"


def judged(folder: Path, path: str, content: bytes | None) -> Answer:
    """What the gate says of a change that has all it needs, where the base has such a file."""
    firm = Gates(folder)
    with firm.forge:
        firm.shop.direct(firm.ann, "Spoil it", {path: content})
        return firm.answer(firm.ready(), require=("owners",))


@pytest.mark.parametrize("content", [NOISE, "/pay/ @ann\n".encode("utf-16"), b"* @ann\0\n"])
def test_code_owners_that_are_no_text_decide_nothing(tmp_path: Path, content: bytes) -> None:
    answer = judged(tmp_path, "CODEOWNERS", content)
    told = statuses(answer)
    assert (answer.verdict, told["base"], told["owners"]) == (Verdict.UNDECIDED, UNKNOWN, UNKNOWN)
    assert found(answer, "base") == f"CODEOWNERS {NO_TEXT}"


@pytest.mark.parametrize("content", [None, b"", b"# nobody yet\n"])
def test_owners_that_nobody_names_have_not_approved(tmp_path: Path, content: bytes | None) -> None:
    answer = judged(tmp_path, "CODEOWNERS", content)
    assert (answer.verdict, statuses(answer)["base"]) == (Verdict.REFUSED, MET)
    assert (statuses(answer)["owners"], found(answer, "owners")) == (
        *(UNMET, "no code owners are named"),
    )


@pytest.mark.parametrize("name", ["allowed_signers", "revoked_signers.toml", "signers.toml"])
def test_signers_that_are_no_text_decide_nothing(tmp_path: Path, name: str) -> None:
    answer = judged(tmp_path, f"affidavit/{name}", NOISE)
    assert (answer.verdict.exit_status, statuses(answer)["base"]) == (3, UNKNOWN)
    assert found(answer, "base") == f"affidavit/{name} {NO_TEXT}"


@pytest.mark.parametrize("name", ["revoked_signers.toml", "signers.toml"])
def test_signers_that_are_no_table_decide_nothing(tmp_path: Path, name: str) -> None:
    answer = judged(tmp_path, f"affidavit/{name}", b"[[[ no table\n")
    assert (answer.verdict.exit_status, statuses(answer)["base"]) == (3, UNKNOWN)
    assert found(answer, "base").startswith(f"affidavit/{name} of the base: ")
