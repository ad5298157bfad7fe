"""What several notes of git-ai say of the same sessions and people, as one note may say it.

Who a key is must be the same in all of them: two that differ contradict each other, and none is
chosen. What one leaves unsaid another may say. The counts of a prompt are of the commit whose note
has them, so they are told anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.provenance.gitai_log import Log, count, record_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.provenance.gitai_log import Keyed, Record

ACCEPTED = "accepted_lines"
COUNTED = ("total_additions", "total_deletions", "overriden_lines")
LINK = "messages_url"
WORDS = "messages"
"""What was said in a conversation: older notes may have it, and it goes nowhere from there."""
OF_A_COMMIT = frozenset({ACCEPTED, *COUNTED, LINK, WORDS})
"""Fields of a prompt that tell of a commit, and not who the key is."""


def of_lines(files: Mapping[str, Keyed], notes: Sequence[Log]) -> Log:
    """The note of these lines, with what `notes`, the oldest first, say of their keys.

    Raises:
        FormatError: Two of them say different things of who a key is.
    """
    keys = {record_key(key) for keyed in files.values() for key in keyed}
    prompts = _joined(keys, [one.prompts for one in notes])
    return Log(
        files=dict(files),
        prompts={key: _counted(key, each, files) for key, each in prompts.items()},
        sessions=_last(_joined(keys, [one.sessions for one in notes])),
        humans=_last(_joined(keys, [one.humans for one in notes])),
    )


def _joined(keys: set[str], notes: Sequence[Mapping[str, Record]]) -> dict[str, list[Record]]:
    """By key what the notes say of it."""
    found: dict[str, list[Record]] = {}
    for records in notes:
        for key in keys & records.keys():
            found.setdefault(key, []).append(records[key])
    for key, each in found.items():
        who = _who(each)
        if any(who | _who([one]) != who for one in each):
            raise FormatError(f"two notes say different things of who {key} is")
    return found


def _who(records: Sequence[Record]) -> Record:
    """What they say of who it is; where they differ, what the last one says."""
    return {
        name: value
        for record in records
        for name, value in record.items()
        if name not in OF_A_COMMIT and value is not None
    }


def _last(records: Mapping[str, Sequence[Record]]) -> dict[str, Record]:
    return {key: _who(each) for key, each in records.items()}


def _counted(key: str, each: Sequence[Record], files: Mapping[str, Keyed]) -> Record:
    """A prompt's record: its accepted lines are those of `files`, other counts the highest told.

    The notes of one session may each tell of all of it or of their part: the highest is reached
    either way.
    """
    links = [one[LINK] for one in each if one.get(LINK)]
    lines = sum(count(keyed[key]) for keyed in files.values() if key in keyed)
    return {
        **_who(each),
        **({LINK: links[-1]} if links else {}),
        **{name: max(_number(one.get(name)) for one in each) for name in COUNTED},
        ACCEPTED: lines,
    }


def _number(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else 0
