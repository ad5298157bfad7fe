"""Violations that are planted, and what looks like one and is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import plans_after as after
import plans_before as before
import plans_events as events
import plans_evidence as evidence
from building import Builder, Draft

Hook = Callable[[Builder, Draft], None]


class Plan(NamedTuple):
    """What is planted in a change: `test` is the one it is to be found by.

    `before` is done to it before it lands, `after` afterwards. What is not given is left to chance.
    """

    name: str
    test: str = ""
    before: Hook | None = None
    after: Hook | None = None
    method: str = ""
    kind: str = ""
    critical: bool = False


PLANS = (
    Plan("direct push", "01", method="direct"),
    Plan("force push", "01", method="forced"),
    Plan("request merged by a push", "01", method="pushed"),
    Plan("nobody recorded the merge", "01", after=after.unrecorded, method="squash"),
    Plan("branch deleted", "01", after=after.deleted, method="squash"),
    Plan("nobody approved", "03", after=after.unapproved),
    Plan("approved by its author", "03", after=after.by_itself, kind="person"),
    Plan("approved by a co-author", "03", before=before.with_coauthor, after=after.by_author),
    Plan("approved by a committer", "03", before=before.with_committer, after=after.by_author),
    Plan("approved by a bot", "03", after=after.by_bot),
    Plan("approved by a second account", "03", before=before.opened_by_two, after=after.by_second,
         kind="person"),
    Plan("approved by the prompter", "03", after=after.by_prompter, kind="agent"),
    Plan("approved by whom the agent asked", "03", after=after.by_prompter, kind="asked"),
    Plan("approved by the agent's owner", "03", after=after.by_owner, kind="owned"),
    Plan("dismissed", "03", after=after.dismissed),
    Plan("withdrawn", "03", after=after.withdrawn),
    Plan("too few", "03", after=after.too_few, critical=True),
    Plan("one person with two accounts", "03", after=after.by_both_accounts, critical=True),
    Plan("unknown prompter, one approval", "03", after=after.one_only, kind="unprompted"),
    Plan("stale head", "04", before=before.later_commit, after=after.approved_earlier),
    Plan("approved after the merge", "04", after=after.approved_late),
    Plan("force-pushed after", "04", before=before.replaced, after=after.approved_replaced),
    Plan("named before it was there", "04", before=before.replaced, after=after.approved_unseen),
    Plan("update that alters", "04", before=before.evil_update, after=after.approved_earlier,
         method="squash"),
    Plan("merge that alters", "04", before=before.evil_update, after=after.approved_earlier,
         method="merge"),
    Plan("in the second of the merge", "04", after=after.same_second, method="merge"),
    Plan("approval of an unknown commit", "04", after=after.no_commit),
    Plan("check failed", "05", after=evidence.concluded("failure")),
    Plan("check skipped", "05", after=evidence.concluded("skipped")),
    Plan("check neutral", "05", after=evidence.concluded("neutral")),
    Plan("check missing", "05", after=evidence.no_check),
    Plan("checked on an old head only", "05", before=before.later_commit,
         after=evidence.checked_earlier),
    Plan("check ended after the merge", "05", after=evidence.checked_late),
    Plan("check still ran", "05", after=evidence.unfinished),
    Plan("check of another app", "05", after=evidence.other_app),
    Plan("newest attempt failed", "05", after=evidence.failed_again),
    Plan("failed in the merge group", "05", after=evidence.failed_in_group, method="queue"),
    Plan("required check missing", "05", after=evidence.no_lint),
    Plan("not scanned", "06", after=evidence.unscanned),
    Plan("open finding", "06", after=evidence.finding),
    Plan("tool not pinned", "06", after=evidence.unpinned),
    Plan("scanner failed", "06", after=evidence.scanner_failed),
    Plan("scanned on an old head only", "06", before=before.later_commit,
         after=evidence.scanned_earlier),
    Plan("newest scan has a finding", "06", after=evidence.found_later),
    Plan("scanned what landed alone", "06", after=evidence.scanned_other_tree, method="squash"),
    Plan("second scanner has a finding", "06", after=evidence.second_scanner),
    Plan("no model", "07", after=evidence.no_model, kind="agent"),
    Plan("no session", "07", after=evidence.no_session, kind="agent"),
    Plan("no prompt", "07", after=evidence.no_prompt, kind="ai"),
    Plan("agent's account without attribution", "07", before=before.unattributed, kind="agent"),
    Plan("no box", "08", after=evidence.no_box, kind="ai"),
    Plan("other text", "08", after=evidence.other_text, kind="ai"),
    Plan("not ticked", "08", after=evidence.not_ticked, kind="ai"),
    Plan("ticked by the author", "08", after=evidence.ticked_by_author, kind="ai"),
    Plan("deployed before it was merged", "10", after=events.deployed_head, method="squash"),
    Plan("deployed by an agent", "10", after=events.deployed_by_agent),
    Plan("deployed by nobody known", "10", after=events.deployed_by_nobody),
    Plan("deployed, and it deviates", "10", after=events.deployed_unapproved),
    Plan("deployed a change of before", "10", after=events.deployed_old),
    Plan("label after the merge", "11", after=events.labelled_late),
    Plan("label by somebody not entitled", "11", after=events.labelled_by_anybody),
    Plan("label by somebody no longer entitled", "11", after=events.labelled_by_former),
    Plan("approved too late", "11", after=events.emergency_late),
    Plan("never approved", "11", after=events.emergency_never),
    Plan("emergency whose approval was dismissed", "11", after=events.emergency_dismissed),
    Plan("no decision", "13", after=evidence.undecided),
    Plan("decided against", "13", after=evidence.refused),
    Plan("decision of no policy", "13", after=evidence.no_policy),
)  # fmt: skip
DECOYS = (
    Plan("failed on the head, not in the group", after=evidence.failed_on_head, method="queue"),
    Plan("merger is approver", after=after.merged_by_approver, method="squash"),
    Plan("update-branch after approval", before=before.updated, after=after.approved_earlier,
         method="merge"),
    Plan("update-branch, then squashed", before=before.updated, after=after.approved_earlier,
         method="squash"),
    Plan("queue checks alone", after=evidence.checked_in_queue, method="queue"),
    Plan("approved again", after=after.approved_again),
    Plan("auto-merge in the second", after=after.auto_merged, method="squash"),
    Plan("checked again", after=evidence.checked_again),
    Plan("failed after the merge", after=evidence.failed_late),
    Plan("dismissed after the merge", after=after.dismissed_late),
    Plan("changes asked for, then approved", after=after.changed_mind),
    Plan("emergency", after=events.emergency),
    Plan("revert", before=before.revert),
    Plan("bump", kind="bump"),
    Plan("bump that one person approved", after=after.one_only, kind="bump"),
    Plan("two approved for an unknown prompter", kind="unprompted"),
    Plan("a person opened the agent's work", kind="led"),
    Plan("finding that was mended", after=evidence.mended),
    Plan("finding below", after=evidence.small_finding),
    Plan("label of the approver", after=events.approved_emergency),
    Plan("label by somebody entitled later", after=events.labelled_by_newcomer),
    Plan("deployed", after=events.well_deployed),
    Plan("deployed to staging by an agent", after=events.staged),
    Plan("deployment that failed", after=events.failed_deployment),
    Plan("scan of the same tree", before=before.updated, after=evidence.scanned_landing,
         method="squash"),
    Plan("second scanner is content", after=evidence.second_scanner_content),
)  # fmt: skip
ROLES = Plan(
    "roles given", before=before.roles, after=events.roles_in_force, method="squash", kind="person"
)
"""Gives somebody a role; there is one such change."""
