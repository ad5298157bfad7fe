"""A landing that is looked at alone is what an audit of the whole history finds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.attests.landing import judged
from affidavit.app.attests.model import About
from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.base.period import LATEST
from attest_desk import AttestDesk
from collectors import gathered
from forges import Forge
from histories import BY_CLAUDE, Silence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AttestDesk]:
    with Forge(tmp_path / "forge") as forge:
        made = AttestDesk(forge, tmp_path)
        filled(made)
        yield made


def filled(desk: AttestDesk) -> None:
    """A history of every kind of landing."""
    desk.merged("success")
    desk.shop.direct(desk.ann, f"By hand\n\n{BY_CLAUDE}", {"hand.py": "y = 1\n"})
    desk.approved("two.py").merge(desk.ben, "merge")
    pull = desk.approved("three.py", message=f"Three\n\n{BY_CLAUDE}")
    pull.commit(desk.ann, "More", {"more.py": "z = 2\n"})
    pull.review(desk.cleo)
    pull.merge(desk.cleo, "rebase")
    desk.opened("four.py").merge(desk.ann, "squash")


@pytest.mark.parametrize("forge", [True, False])
def test_each_landing_is_what_it_is_in_the_whole_history(desk: AttestDesk, *, forge: bool) -> None:
    export = desk.export if forge else None
    if forge:
        gathered(desk.forge, desk.export)
    repository = desk.shop.git.path
    whole = audit(
        Request(
            repository=repository,
            name="firm/shop",
            forge=export,
            bounds=Bounds(since=0, until=LATEST),
        ),
        Silence(),
    )
    assert len(whole.landings) > 6
    for landing in whole.landings:
        asked = About(
            repository=repository, revision=landing.commit, name="firm/shop", forge=export
        )  # fmt: skip
        assert judged(asked, Silence()).landing == landing
