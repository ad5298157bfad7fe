"""What the tests came to, in the form it is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.controls.testing import outcome
from affidavit.base.errors import UsageError
from affidavit.controls.catalogue import IDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.reading import Progress
    from affidavit.app.records.asking import Wanted
    from affidavit.package.controls.data import ControlTests


def tested(
    wanted: Wanted, agreed: Path | None, tests: Sequence[str], progress: Progress
) -> ControlTests:
    """What the tests come to; without `tests` those of the engagement's scope.

    `agreed` is the file with the criteria, None where the configuration has them.

    Raises:
        AffidavitError: There is no such test, or something cannot be read.
    """
    odd = [one for one in tests if one not in IDS]
    if odd:
        raise UsageError(f"there is no test {odd[0][:100]!a}", hint="affidavit controls list")
    return outcome(wanted, agreed, tests, progress)
