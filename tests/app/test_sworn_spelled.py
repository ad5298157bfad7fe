"""Gates whose table is spelled in another way, or lies behind a link: they are in force as well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from gates import CONFIG
from sworn_desk import Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def hotfix(sworn: Sworn) -> tuple[GateState, bool]:
    """What becomes of a landing that nobody decided about."""
    pushed = sworn.firm.shop.direct(sworn.firm.ann, "Hotfix", {"fix.py": "1\n"})
    landing = sworn.landing(pushed)
    return state(landing), UNGATED in landing.exceptions


@pytest.mark.parametrize(
    "name", ['"gate"', "'gate'", '"g\\u0061te"', '"\\u0067\\u0061\\u0074\\u0065"']
)
def test_a_table_is_in_force_however_its_name_is_spelled(sworn: Sworn, name: str) -> None:
    spelled = CONFIG.replace("[gate", f"[{name}")
    sworn.firm.shop.direct(sworn.firm.ann, "Spell it", {"affidavit.toml": spelled})
    assert hotfix(sworn) == (GateState.NONE, True)


def test_an_escape_that_spells_no_gate_asks_for_none(sworn: Sworn) -> None:
    other = 'version = 1\n\n[[person]]\nname = "Ann L\\u0065e"\naddresses = ["ann@firm.mail"]\n'
    shop, ann = sworn.firm.shop, sworn.firm.ann
    shop.direct(ann, "Take the gate away", {"affidavit.toml": other})
    landing = sworn.landing(shop.direct(ann, "Hotfix", {"fix.py": "1\n"}))
    assert UNGATED not in landing.exceptions


def linked(sworn: Sworn, to: str) -> str:
    """A commit whose configuration is a symbolic link."""
    shop, ann = sworn.firm.shop, sworn.firm.ann
    main = shop.direct(ann, "Move it", {to: CONFIG})
    before = shop.git.get(main)
    files = {**shop.git.files(main), "affidavit.toml": ("120000", shop.git.blob(to))}
    draft = replace(before, parents=(main,), message="Link it")
    made = shop.git.commit(files, draft).oid
    shop.push(ann, "main", made)
    return made


def test_whether_a_gate_is_in_force_behind_a_link_is_unknown(sworn: Sworn) -> None:
    linked(sworn, "conf/affidavit.toml")
    assert hotfix(sworn) == (GateState.UNKNOWN, True)
