"""The sentences in which forges write a pull, merge or change request into a commit message.

Data only: each pattern is matched by `affidavit.changes.pull_request`. docs/pull-request-forms.md
shows an example of each. Every pattern is anchored at the start; those that could take time beyond
linear are only given texts of at most `MAX_LINE` characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectForm:
    """A form that is the whole subject line or its beginning.

    The pattern's group ``number`` is the request; ``branch``, ``owner`` and ``project`` are where
    it came from and belongs to, as far as the form states them.
    """

    name: str
    forge: str
    pattern: re.Pattern[str]
    needs_forge_committer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """A form that is a line of its own, at column 0, below the subject; the last one counts."""

    name: str
    forge: str
    start: bytes
    pattern: re.Pattern[str]


_NUMBER: Final = r"(?P<number>[1-9][0-9]{0,9})"


def _subject(text: str) -> re.Pattern[str]:
    return re.compile(r"\A" + text.replace("<N>", _NUMBER), re.ASCII)


SUBJECT_FORMS: Final = (
    SubjectForm(
        name="github-merge",
        forge="github",
        pattern=_subject(r"Merge pull request #<N> from (?P<owner>[^\s/:]+)/(?P<branch>\S+)\Z"),
    ),
    SubjectForm(
        name="bitbucket-server-merge",
        forge="bitbucket",
        pattern=_subject(
            r"Merge pull request #<N> in (?P<project>\S+) from (?P<branch>\S+) to \S+\Z"
        ),
    ),
    SubjectForm(
        name="gitea-merge",
        forge="gitea",
        pattern=_subject(
            r"Merge pull request '.*' \([#!]<N>\) from"
            r" (?:(?P<owner>[^\s:/]+)(?:/[^\s:/]+)?:)?(?P<branch>[^\s:]+) into \S+\Z"
        ),
    ),
    SubjectForm(
        name="github-title",
        forge="github",
        pattern=_subject(r".*\(#<N>\)\Z"),
        needs_forge_committer=True,
    ),
    SubjectForm(
        name="github-merge-edited",
        forge="github",
        pattern=_subject(r"Merge pull request #<N>(?![0-9])"),
        needs_forge_committer=True,
    ),
    SubjectForm(
        name="bitbucket-merge",
        forge="bitbucket",
        pattern=_subject(r"Merged in (?P<branch>\S+) \(pull request #<N>\)\Z"),
    ),
    SubjectForm(
        name="bitbucket-server",
        forge="bitbucket",
        pattern=_subject(r"Pull request #<N>: "),
    ),
    SubjectForm(name="azure", forge="azure", pattern=_subject(r"Merged PR <N>: ")),
    SubjectForm(
        name="bors-auto-merge",
        forge="github",
        pattern=_subject(r"Auto merge of #<N> - (?:(?P<owner>[^\s:,]+):(?P<branch>[^\s,]+))?"),
    ),
    SubjectForm(
        name="bors-rollup",
        forge="github",
        pattern=_subject(r"Rollup merge of #<N> - (?:(?P<owner>[^\s:,]+):(?P<branch>[^\s,]+))?"),
    ),
    SubjectForm(
        name="bors-merge",
        forge="github",
        pattern=_subject(r"Merge #<N>(?P<others>(?: #[0-9]{1,10}){0,100})\Z"),
    ),
)

LINE_FORMS: Final = (
    LineForm(
        name="gitlab",
        forge="gitlab",
        start=b"See merge request ",
        pattern=_subject(r"See merge request (?P<project>[^\s!]*)!<N>\Z"),
    ),
    LineForm(
        name="gitlab",
        forge="gitlab",
        start=b"See merge request http",
        pattern=_subject(
            r"See merge request https?://[^\s/]+/(?P<project>\S+?)(?:/-)?/merge_requests/<N>\Z"
        ),
    ),
    LineForm(
        name="phabricator",
        forge="phabricator",
        start=b"Differential Revision:",
        pattern=re.compile(
            r"\ADifferential Revision:[ \t]*(?:https?://\S+/)?(?P<number>D[0-9]{1,10})\Z", re.ASCII
        ),
    ),
)

REVIEWED_ON: Final = (
    ("gitea", _subject(r"https?://[^\s/]+/(?P<project>\S+)/pulls/<N>\Z")),
    ("gerrit", _subject(r"https?://\S+/c/(?P<project>\S+)/\+/<N>(?:/[0-9]*)?\Z")),
    ("gerrit", _subject(r"https?://[^\s/]+/(?:[\w.-]+/)?(?:#/)?(?:c/)?<N>(?:/[0-9]*)?\Z")),
)
"""What the address in a ``Reviewed-on`` trailer says, by forge."""

CHANGE_ID: Final = re.compile(r"\A(?P<number>I[0-9a-f]{40})\Z", re.ASCII)
BITBUCKET_BODY: Final = re.compile(
    r"\AMerge in (?P<project>\S+) from (?P<branch>\S+) to \S+\Z", re.ASCII
)
GITLAB_SUBJECT: Final = re.compile(r"\AMerge branch '(?P<branch>[^']+)' into '")

GITEA_TITLE: Final = _subject(r".*\([#!]<N>\)\Z")
COPIED: Final = re.compile(rb"^\(cherry picked from commit [0-9a-f]{7,64}\)[ \t\r]*$", re.MULTILINE)
"""The line ``git cherry-pick -x`` adds: the message was written for another commit."""

NAMED_BY_REF: Final = "github-ref"
"""The form of a merge whose title names a request in words, and that merged just its head."""

GERRIT_MERGE: Final = re.compile(r"\AMerge (?:\"|changes (?:I[0-9a-f]|from topic ))")
NUMBERS_OF_A_COPY: Final = frozenset({"gerrit"})
"""Forges whose change keeps its number when it is copied to another branch by the forge itself."""

SIGNING_FORGES: Final = frozenset({"github", "gitlab", "bitbucket", "azure", "gitea"})
"""Forges that make the commits they land, and so can sign them."""

SQUASH_FORMS: Final = frozenset(
    {
        "github-title",
        "github-merge",
        "github-merge-edited",
        "gitlab",
        "bitbucket-merge",
        "bitbucket-server",
        "azure",
        "gitea-title",
        "gitea-reviewed-on",
    }
)
"""Forms that on a commit with one parent mean that the forge squashed the request.

Those that need a forge committer mean it only where `judge` found one.
"""

_NAME: Final = r"(?:'(?P<q>[^']+)'|(?P<b>[^\s'\"]+))"

MERGED_NAMES: Final = tuple(
    re.compile(r"\A" + text.replace("<NAME>", _NAME), re.ASCII | re.IGNORECASE)
    for text in (
        r"Merged? (?:branch(?:es)?|tags?|commits?|topic) <NAME>",
        r"Merge (?P<name>[^\s'\":,]+)(?: (?:in)?to \S| +-|[,:](?:\s|\Z))",
        r"Merge '(?P<name>[^']+)'(?: into \S| +-|[,:](?:\s|\Z)|\Z)",
        r"Merge refs/heads/(?P<name>\S+) (?:of|from) ",
        r"Merge (?P<name>[^\s'\":]+)\Z",
        r"Sync with <NAME>\Z",
        r"(?:\[automated\] )?Back-?merge (?P<name>\S+) (?:in)?to ",
    )
)
REMOTE_NAME: Final = re.compile(
    r"\AMerge remote(?:-tracking)? branch(?:es)? '[^'/]+/(?P<name>[^']+)'"
)
OWN_REMOTE: Final = re.compile(r"\A(?:refs/heads/|(?:refs/remotes/)?(?:origin|upstream)/)")
COMMIT_ID: Final = re.compile(r"\A[0-9a-f]{7,64}\Z")
MAX_LINE: Final = 1000
"""Characters of a line or trailer that are matched; a longer one is not a forge's."""
