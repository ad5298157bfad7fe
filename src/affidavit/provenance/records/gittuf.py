"""What gittuf attests of changes: who opened a request, who approved it, who authorised a move.

Its predicates are read in the versions that exist: ``reference-authorization`` v0.1 and v0.2,
``github-pull-request`` v0.1 and ``github-pull-request-approval`` v0.1. No signature is checked
here; docs/formats/records/gittuf.md says where one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.ledger.attested import attested
from affidavit.provenance.model import Claim, PartyKind, Role, Tier
from affidavit.provenance.records.documents import MOST_LINKS, link_of
from affidavit.provenance.records.model import Deed, Part, Record
from affidavit.provenance.records.statements import (
    COMMIT,
    MOST_DEEDS,
    TREE,
    below,
    each,
    git_ids,
    text,
    texts,
    time,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.ledger.attested import Statement
    from affidavit.provenance.signals import Signals

SOURCE = "gittuf"
REQUEST_RULE = "PRV-GITTUF-001"
REQUEST = "https://gittuf.dev/github-pull-request/v0.1"
APPROVAL = "https://gittuf.dev/github-pull-request-approval/v0.1"
AUTHORIZATIONS = tuple(
    f"https://gittuf.dev/reference-authorization/{one}" for one in ("v0.1", "v0.2")
)
LARGEST = 1 << 20
"""Bytes of an attestation that are read."""
_ACCOUNTS = 1 << 63
"""Numbers of accounts are smaller."""


def read(data: bytes, place: str, signals: Signals) -> Record:
    """What the attestation in `data` says, which stood at `place` in the tree of attestations.

    One claim where the account that opened a request is an agent's, as `signals` knows agents.
    """
    bare = Record(source=SOURCE, place=place)
    if len(data) > LARGEST:
        return _with(bare, f"it has more than the {LARGEST:,} bytes that are read")
    try:
        statement = attested(data)
    except FormatError as error:
        return _with(bare, why(error))
    kind = statement.predicate_type
    if kind == REQUEST:
        return _request(bare, statement, signals)
    if kind == APPROVAL:
        return _approval(bare, statement)
    if kind in AUTHORIZATIONS:
        return _authorization(bare, statement)
    return _with(bare, "it is of a type that is not read")


def _with(record: Record, *problems: str) -> Record:
    return msgspec.structs.replace(record, problems=record.problems + problems)


def _request(record: Record, statement: Statement, signals: Signals) -> Record:
    said = statement.predicate
    user, merger = below(said, "user"), below(said, "merged_by")
    commits = git_ids(statement, COMMIT)
    deeds = [(Part.AUTHOR, _account(user)), (Part.MERGER, _account(merger))]
    merged = text(said, "merged_at")
    links = (link_of(one.uri) for one in statement.subjects[:MOST_LINKS])
    stated = [
        ("head", text(below(said, "head"), "sha")),
        ("base", text(below(said, "base"), "ref")),
    ]
    found = msgspec.structs.replace(
        record,
        commit=commits[0] if len(commits) == 1 else None,
        time=time(merged),
        links=tuple(one for one in links if one),
        deeds=tuple(Deed(part, who) for part, who in deeds if who),
        stated=tuple(pair for pair in stated if pair[1]),
    )
    if found.commit:
        claim = _opened_by_agent(found.commit, user, signals)
        found = msgspec.structs.replace(found, claims=(claim,) if claim else ())
    return _with(found, *_wrong_request(found, said, merged))


def _wrong_request(record: Record, said: dict[str, object], merged: str) -> Iterator[str]:
    if record.commit is None:
        yield "it is not about one commit"
    elif record.commit not in record.place:
        yield "it stands under another commit than the one that it is about"
    if record.commit and text(said, "merge_commit_sha") != record.commit:
        yield "the request's own merge commit is another one"
    if not any(one.part is Part.AUTHOR for one in record.deeds):
        yield "it does not name who opened the request"
    if record.time is None:
        yield "it says no time of the merge" if not merged else "the time of the merge is none"


def _account(user: dict[str, object]) -> str:
    """An account as gittuf names approvers: login and number."""
    return "+".join(one for one in (text(user, "login"), _number(user)) if one)


def _number(user: dict[str, object]) -> str:
    number = user.get("id")
    told = isinstance(number, int) and not isinstance(number, bool) and 0 < number < _ACCOUNTS
    return str(number) if told and text(user, "login") else ""


def _opened_by_agent(commit: str, user: dict[str, object], signals: Signals) -> Claim | None:
    login = text(user, "login")
    if not login:
        return None
    place = "+".join(one for one in (_number(user), login) if one)
    ident = Ident(login, f"{place}@users.noreply.github.com")
    party = signals.party(ident)
    if party.kind is not PartyKind.AGENT:
        return None
    evidence = f"{_account(user)} ({text(user, 'type') or 'type not told'}), {party.rule}"
    return Claim(
        commit=commit,
        rule=REQUEST_RULE,
        tier=Tier.B,
        agent=party.agent,
        role=Role.CO_AUTHOR if party.role is Role.AUTHOR else party.role,
        source=SOURCE,
        evidence=evidence,
        digest=sha256(evidence.encode(errors="replace")),
    )


def _approval(record: Record, statement: Statement) -> Record:
    said = statement.predicate
    deeds = [
        *((Part.APPROVER, one) for one in texts(each(said, "approvers"))[:MOST_DEEDS]),
        *((Part.DISMISSED, one) for one in texts(each(said, "dismissedApprovers"))[:MOST_DEEDS]),
    ]
    found = _moved(record, statement, deeds)
    return found if deeds else _with(found, "it names nobody who approved")


def _authorization(record: Record, statement: Statement) -> Record:
    """Who authorises is told by the signature alone: the id of its key, unverified."""
    signers = [(Part.APPROVER, one) for one in texts(statement.signers)]
    found = _moved(record, statement, signers)
    return found if signers else _with(found, "no signature names who authorises")


def _moved(record: Record, statement: Statement, deeds: list[tuple[Part, str]]) -> Record:
    """What is said of moving a branch to a tree, or a tag to a commit."""
    said = statement.predicate
    ref = text(said, "targetRef")
    before = text(said, "fromID", "fromRevisionID")
    target = text(said, "targetID", "targetTreeID")
    trees, commits = git_ids(statement, TREE), git_ids(statement, COMMIT)
    about = (*trees, *commits)
    stated = (("ref", ref), ("before", before))
    found = msgspec.structs.replace(
        record,
        tree=trees[0] if about == (target,) and trees else None,
        commit=commits[0] if about == (target,) and commits else None,
        deeds=tuple(Deed(part, who) for part, who in deeds),
        stated=tuple(pair for pair in stated if pair[1]),
    )
    if about != (target,):
        return _with(found, "what it is about is not the one target that it names")
    if f"{before}-{target}" not in record.place or ref not in record.place:
        return _with(found, "it stands under another move than the one that it is about")
    if commits and not ref.startswith("refs/tags/"):
        return _with(found, "it authorises a commit for what is no tag")
    return found
