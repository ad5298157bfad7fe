"""Lines kept from one run to the next: only what landed since is looked at.

What is kept lies in the account's own folder and is good for nothing but speed: it is used where
the commits, rules, settings, notes and requests that it was made of are still what they were, and
`--fresh` goes without it. Its checksum shows damage, not the hand of whoever may write there.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.claimed.given import given
from affidavit.app.claimed.lines import line_records
from affidavit.app.config import FILE_NAME, MAX_BYTES
from affidavit.app.envelope.range import listed
from affidavit.app.ledger.custody import config_home
from affidavit.app.lines.engine import lines
from affidavit.app.lines.reading import branch
from affidavit.app.lines.state import LARGEST, Known, packed, unpacked
from affidavit.app.squashes import pull_heads
from affidavit.base.errors import AffidavitError, FormatError, GitFailedError
from affidavit.base.limit import limit
from affidavit.provenance.catalogue import load
from affidavit.sources.git.files import contents
from affidavit.sources.git.patches import MOST_RENAMED, SIMILAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.claimed.lines import LineRecords
    from affidavit.app.lines.held import Lines
    from affidavit.app.lines.opening import Opened
    from affidavit.app.lines.reading import Branch
    from affidavit.app.lines.state import Kept
    from affidavit.app.reading import Progress
    from affidavit.base.limit import Limit
    from affidavit.provenance.records.model import Record

FOLDER = "lines"


def followed(opened: Opened, progress: Progress, *, fresh: bool) -> Lines:
    """The lines at the head of `opened`.

    Raises:
        GitFailedError: git cannot read all of it.
    """
    beside = given(opened.records)
    place = None if fresh else _place(opened, beside)
    listed_records = line_records(opened.source, opened.head, beside)
    kept = _kept(place, opened, progress) if place else None
    # What was kept of a later commit stays: the branch goes on from there.
    is_earlier = kept is not None and opened.head in kept.lines.branch.landings[:-1]
    before = kept.lines if kept and _is_good(opened, kept, listed_records) else None
    del kept
    read = branch(opened, progress, before.branch if before else None, listed_records)
    found = lines(opened.source, read, progress, before)
    found.noticed = (
        *listed_records.limits({*read.reached, *read.beside}),
        *_requests(read),
    )
    is_new = before is None or before.branch.head != opened.head
    # What could not be read may be there the next time.
    if place and is_new and not is_earlier and not any(one.gap for one in found.limits):
        progress.step("keeping lines")
        _keep(found, place)
    return found


def _requests(read: Branch) -> Iterator[Limit]:
    """The squashes whose requests are not here."""
    if absent := [f"#{number}" for number, named in read.numbers.items() if not named]:
        yield limit("requests-absent", _ABSENT, absent)


_ABSENT = (
    "The requests of squashes are not here, so the commits behind them were not looked at: git"
    " fetch origin '+refs/pull/*/head:refs/pull/*/head'"
)


def _place(opened: Opened, beside: Sequence[Record]) -> Path | None:
    """Where the lines of this repository are kept, under these rules, settings and records."""
    source, settings = opened.source, opened.settings
    inside = source.objects.blob_at(opened.head, FILE_NAME, MAX_BYTES) or b""
    parts = (
        __version__,
        load().digest,
        source.git.object_format,
        f"{SIMILAR} {MOST_RENAMED}",
        os.path.realpath(opened.repository),
        *(f"{name} {digest}" for name, digest in settings.given),
        hashlib.sha256(inside).hexdigest() if settings.inside else "",
        hashlib.sha256(msgspec.msgpack.encode(beside)).hexdigest() if beside else "",
    )
    key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    try:
        return config_home(os.environ) / FOLDER / key[:32]
    except AffidavitError:
        return None


def _kept(place: Path, opened: Opened, progress: Progress) -> Kept | None:
    """What was kept there, if it is whole."""
    progress.step("reading what is stored")
    try:
        data = contents(place, LARGEST)
        return unpacked(data, opened.source.objects) if data else None
    except (AffidavitError, FormatError):
        return None


def _is_good(opened: Opened, kept: Kept, there: LineRecords) -> bool:
    """Whether what was kept would be found again: the branch grew, and nothing else changed."""
    source, head, known = opened.source, kept.lines.branch.head, kept.known
    pulls = pull_heads(source.refs)
    changed = (
        # A copy that was cut off since does not hold all that was looked at.
        source.git.absent
        or any(pulls.get(number, "") != named for number, named in known.numbers.items())
        or not there.still({*known.reached, *known.beside}, known.records)
    )
    if changed or head == opened.head:
        return not changed
    if there.writes:  # What was written once is attested once: all commits are looked at together.
        return False
    try:
        new = listed(source.git, "rev-list", "--first-parent", opened.head, f"^{head}")
        last = listed(source.git, "rev-parse", "--verify", f"{new[-1]}^") if new else []
    except GitFailedError:
        return False
    return last == [head]


def _keep(found: Lines, place: Path) -> None:
    """Store lines; what cannot be stored is not."""
    read = found.branch
    known = Known(read.reached, read.beside, dict(read.records), dict(read.numbers))
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.writelines(packed(found, known))
        draft.replace(place)
