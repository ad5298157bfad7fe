"""All landings as columns of JSON for the page's script, small enough to open in a browser.

What repeats (people, claims' rules, sentences) stands once in a table and is named by its index.
Every foreign string passes `shown` on its way in. The layout is private to this page and app.js;
the format for programs is report.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from affidavit.changes.exceptional import UNAPPROVED
from affidavit.package.html import evidence as ev
from affidavit.package.html.words import AUTHORSHIPS, GRADES, NOT_APPROVED, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.changes.model import Landing, Participant, PullRequest
    from affidavit.provenance.model import Claim

Key = TypeVar("Key")

IDS = 100_000
"""Ids of commits brought in that the page holds in all, the newest landings first: about 4 MB."""


class Table(dict[Key, int], Generic[Key]):
    """A table that gives each new key the next index."""

    def __missing__(self, key: Key) -> int:
        index = self[key] = len(self)
        return index


NOTHING: tuple[int, ...] = ()


class Columns:
    """The columns of landings, newest first, with the tables they point into."""

    def __init__(self, reasons: ev.Reasons) -> None:
        self.reasons = reasons
        self.words: Table[str] = Table()
        self.rules: Table[tuple[str, ...]] = Table()
        self.texts: Table[tuple[str, str]] = Table()
        self.casts: Table[tuple[Participant, ...]] = Table()
        self.people: Table[Participant] = Table()
        self.left = IDS

    def document(self, landings: Sequence[Landing]) -> dict[str, object]:
        """The columns and tables, ready to be encoded."""
        words = self.words
        columns: dict[str, object] = {
            "commit": [x.commit for x in landings],
            "change": [x.change for x in landings],
            "kind": [words[x.kind] for x in landings],
            "marks": [words[" ".join(x.marks)] for x in landings],
            "landed": [x.time for x in landings],
            "own": [0 if x.committed_at == x.landed_at else x.committed_at for x in landings],
            "title": [shown(x.title, ev.TITLE) for x in landings],
            "branches": [words[", ".join(x.branches)] for x in landings],
            "authorship": [words[x.authorship] for x in landings],
            "unrefined": [int(x.unrefined) for x in landings],
            "claims": [self._claims(x) if x.claims else NOTHING for x in landings],
            "people": [self.casts[x.authors] for x in landings],
            "request": [x.pull_request and self._request(x.pull_request) for x in landings],
            "grade": [words[x.review.grade] for x in landings],
            "merged": [x.review.self_merged for x in landings],
            "review": [self._listed(x.review.evidence[: ev.SENTENCES]) for x in landings],
            "critical": [self._listed(x.critical_paths[: ev.PATHS]) for x in landings],
            "exceptions": [self._exceptions(x) for x in landings],
            "commits": [self._commits(x) for x in landings],
        }
        if any(x.counted for x in landings):
            columns["told"] = [
                (x.landed_at, x.counted.by) if x.counted else NOTHING for x in landings
            ]
        return {"columns": columns, "cut": _cuts(landings), **self._tables()}

    def _tables(self) -> dict[str, object]:
        casts = [[self.people[each] for each in cast[: ev.PEOPLE]] for cast in self.casts]
        return {
            "casts": casts,
            "words": [shown(word) for word in self.words],
            "rules": [[shown(part) for part in rule] for rule in self.rules],
            "texts": [[shown(text), shown(digest)] for text, digest in self.texts],
            "people": [
                [shown(each.name), shown(each.email), ", ".join((each.kind, *each.roles))]
                for each in self.people
            ],
        }

    def _listed(self, texts: tuple[str, ...]) -> Sequence[int]:
        return [self.words[text] for text in texts] if texts else NOTHING

    def _claims(self, landing: Landing) -> list[tuple[int | str, ...]]:
        """Rule, text, commit and session of each; a commit of 0 is the landing's own."""
        commit = landing.commit
        return [
            (
                self._rule(claim),
                self.texts[claim.evidence, claim.digest],
                0 if claim.commit == commit else claim.commit,
                shown(claim.session) if claim.session else 0,
            )
            for claim in landing.claims[: ev.CLAIMS]
        ]

    def _rule(self, claim: Claim) -> int:
        model = claim.model or ""
        return self.rules[claim.rule, claim.tier, claim.role, claim.agent, model, claim.source]

    def _request(self, found: PullRequest) -> tuple[int | str, ...]:
        words = self.words
        return (
            words[found.forge],
            shown(found.number),
            words[found.proof],
            words[found.form],
            shown(found.corroborated_by) if found.corroborated_by else 0,
        )

    def _exceptions(self, landing: Landing) -> Sequence[int]:
        """Pairs of id and reason, flat."""
        if not landing.exceptions and landing.commit not in self.reasons:
            return NOTHING
        found = ev.exceptions_of(landing, self.reasons)
        return [self.words[text] for each in found for text in each]

    def _commits(self, landing: Landing) -> Sequence[object]:
        """What a merge brought in: count and ids; then a squash's: count, ids and ref."""
        inner = landing.inner
        if len(landing.commits) == 1 and inner is None:
            return NOTHING
        brought = landing.commits[1:]
        found = (len(brought), self._ids(brought))
        if inner is None:
            return found
        return (*found, len(inner.commits), self._ids(inner.commits), shown(inner.ref))

    def _ids(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        kept = ids[: min(ev.COMMITS, self.left)]
        self.left -= len(kept)
        return kept


def _cuts(landings: Sequence[Landing]) -> dict[int, tuple[int, int, int]]:
    """How many claims, people and sentences were left out, by the landing's place in the list."""
    return {
        index: (
            max(len(landing.claims) - ev.CLAIMS, 0),
            max(len(landing.authors) - ev.PEOPLE, 0),
            max(len(landing.review.evidence) - ev.SENTENCES, 0),
        )
        for index, landing in enumerate(landings)
        if len(landing.claims) > ev.CLAIMS
        or len(landing.authors) > ev.PEOPLE
        or len(landing.review.evidence) > ev.SENTENCES
    }


def encoded(landings: Sequence[Landing], reasons: ev.Reasons) -> bytes:
    """The data of the page's script as JSON that cannot end the element it stands in."""
    document = {
        **Columns(reasons).document(landings),
        "grades": {grade.value: name for grade, name in GRADES.items()},
        "authorships": {each.value: name for each, name in AUTHORSHIPS.items()},
        "unapproved": [UNAPPROVED, NOT_APPROVED],
        "mergers": [ev.SELF_MERGED[known] for known in (True, False, None)],
    }
    # `shown` has escaped U+2028 and U+2029, so that only the element's end is left to guard.
    return msgspec.json.encode(document).replace(b"<", b"\\u003c")
