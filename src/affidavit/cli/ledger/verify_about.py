"""Who signed and who saw a log, how much was checked, and what was asked: lines of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened
from affidavit.verify.result import Status, counted, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.verify.named import About, Asked, Counts
    from affidavit.verify.result import Result

SHOWN = 10
"""Of keys, witnesses and changes of key, how many are printed; all are in the JSON."""


def named(result: Result) -> Iterator[str]:
    """What was learned of the log, and how much there was."""
    about = result.about
    yield from _signers(result)
    yield from _witnesses(about, result)
    yield from _history(about)
    yield from _counts(result)


def asking(result: Result) -> Iterator[str]:
    """What was asked, by what, and when."""
    if result.asked is not None:
        yield f"asked          {', '.join(_asked(result.asked))}"
        yield f"verified at    {moment(result.asked.at)} by {result.asked.tool}"


def _signers(result: Result) -> Iterator[str]:
    own = ", a key that it brought itself" if _is_own(result) else ""
    signers = result.about.signers
    for each in signers[:SHOWN]:
        first, last = each.first, each.last
        sizes = counted(last) if first == last else f"{first:,} to {counted(last)}"
        yield f"signed by      {each.key}{own}: {sizes}"
    yield from _more("signed by", len(signers), "keys")


def _is_own(result: Result) -> bool:
    asked = result.asked
    return result.status is Status.SELF_ASSERTED or (asked is not None and not asked.keys)


def _witnesses(about: About, result: Result) -> Iterator[str]:
    now = result.asked.at if result.asked else None
    for each in about.witnesses[:SHOWN]:
        when = f"at {moment(each.time)}" if each.time else "at no stated time"
        ahead = ", which has not come yet" if now and each.time > now else ""
        saw = f"saw {counted(each.size)} {when}{ahead}"
        yield f"witness        {each.name} ({each.key}) {saw}"
    yield from _more("witness", len(about.witnesses), "witnesses")


def _history(about: About) -> Iterator[str]:
    """How the log began, changed its key, destroyed what was personal, and ended."""
    if about.predecessor is not None:
        origin, size = about.predecessor
        yield f"goes on from   {origin} of {counted(size)}, as it says"
    for each in about.rotations[:SHOWN]:
        until = "" if each.until_size is None else f", the old one up to {each.until_size:,}"
        keys = f"{each.old} to {each.new} from {counted(each.from_size)} on{until}"
        yield f"new key        entry {each.index:,}: {keys}"
    yield from _more("new key", len(about.rotations), "changes of key")
    if about.disposals:
        times = "once" if about.disposals == 1 else f"{about.disposals:,} times"
        yield f"disposals      personal data was destroyed {times}"
    if about.frozen is not None:
        reason = shortened(about.frozen.reason or "no reason", 100)
        after = "none named" if about.frozen.successor is None else about.frozen.successor
        yield f"ended          by entry {about.frozen.index:,}: {reason}; successor: {after}"


def _more(name: str, number: int, what: str) -> Iterator[str]:
    if number > SHOWN:
        yield f"{name:<14} and {number - SHOWN:,} more {what}"


def _counts(result: Result) -> Iterator[str]:
    """How much was there and was looked at."""
    if result.entries and result.about.counts.checkpoints:
        yield f"looked at      {', '.join(_parts(result.about.counts))}"


def _parts(counts: Counts) -> Iterator[str]:
    number = counts.checkpoints
    yield f"{number:,} checkpoint{'' if number == 1 else 's'} kept with it"
    if counts.blobs is not None:
        yield f"{counts.blobs:,} blob{'' if counts.blobs == 1 else 's'}"
    if counts.stamps is None:
        yield "no time stamp looked for"
    elif not counts.stamps:
        yield "no time stamp there"
    else:
        checked = "checked" if counts.stamps_checked else "not checked"
        yield f"{counts.stamps:,} time stamp{'' if counts.stamps == 1 else 's'} {checked}"


def _asked(asked: Asked) -> Iterator[str]:
    """What was given from outside, in short."""
    keys = [f"key {each}" for each in asked.keys[:SHOWN]] or ["no key"]
    yield from keys
    if asked.policy is not None:
        yield f"policy {asked.policy}"
    yield from (f"against {counted(each.size)}" for each in asked.against[:SHOWN])
    for name, time in (("as of", asked.as_of), ("since", asked.since), ("until", asked.until)):
        if time is not None:
            yield f"{name} {moment(time)}"
    if asked.tsa_ca is not None:
        yield f"authorities {asked.tsa_ca}"
    if asked.tree_only:
        yield "the tree only"
