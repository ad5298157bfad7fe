"""The gate names an address that is nobody's own, and says what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gates import CHECKLIST, Gates

if TYPE_CHECKING:
    from pathlib import Path


TOLD = (
    "dan@shop.example is nobody's own address, so of nobody it is sure that they are outside the"
    " authors: commit again under an address of your own (git config user.email)"
)


@pytest.mark.parametrize(
    ("address", "told"), [("dan@shop.example", (TOLD,)), ("dan@firm.mail", ())]
)
def test_an_address_that_may_be_anybodys_is_named_with_what_to_do(
    tmp_path: Path, address: str, told: tuple[str, ...]
) -> None:
    firm = Gates(tmp_path)
    with firm.forge:
        dan = firm.forge.account("dan", "Dan Roe", address)
        pull = firm.opened(by=dan)
        pull.review(firm.ben, body=CHECKLIST.format(use="none"))
        assert firm.answer(pull).noticed == told
