"""Changes, and what the default bundle says of each, by hand; a ``?`` is what is unknown."""

from __future__ import annotations

from policy_inputs import approver, touching, waiver

BAD = ["checks.missing", "scan.clean"]
TWO = {"approvals__persons": 2, "approvals__possible": 2}
NOBODY = {"approvals__persons": 0, "approvals__possible": 0, "approvals__by": []}
SECURITY = {**TWO, "approvals__by": [approver(teams=["security"])]}
HURRIED = {
    "emergency": {
        "labelled": True,
        "by": "person:ann",
        "entitled": True,
        "at": "2026-11-20T11:59:59Z",
    }
}
AGENT = {"ai__use": "generated", "ai__agents": ["claude-code"], "ai__commits": 2}
REVIEWED = {**AGENT, "checklist__ai_review": True}
GOLDEN: dict[str, tuple[dict[str, object], list[str]]] = {
    "all is well": ({}, []),
    "nobody approved": (NOBODY, ["persons.enough"]),
    "an approval that may count": (
        {**NOBODY, "approvals__possible": 1},
        ["persons.enough?"],
    ),
    "approvals that nobody could read": ({"approvals__persons": None}, ["approvals.known?"]),
    "no known prompter, one person": ({"approvals__needed": 2}, ["persons.enough"]),
    "no known prompter, two persons": ({"approvals__needed": 2, **TWO}, []),
    "somebody asked for changes": ({"approvals__against": 1}, ["approvals.against"]),
    "who is against is not known": ({"approvals__against": None}, ["approvals.known?"]),
    "a draft": ({"change__draft": True}, ["change.draft"]),
    "perhaps a draft": ({"change__draft": None}, ["change.known?"]),
    "a conflict": ({"change__conflicts": True}, ["change.conflicts"]),
    "no size": ({"change__added": None}, ["change.known?"]),
    "behind the base": ({"change__behind": True}, []),
    "authentication, one person": (
        {"classes": touching("auth")},
        ["persons.enough", "teams.approved"],
    ),
    "authentication, two persons of another team": (
        {"classes": touching("auth"), **TWO},
        ["teams.approved"],
    ),
    "authentication, security among them": ({"classes": touching("auth"), **SECURITY}, []),
    "payments, security's approval may count": (
        {
            "classes": touching("payments"),
            **TWO,
            "approvals__by": [approver(teams=["security"], counts=None)],
        },
        ["teams.approved?"],
    ),
    "payments, security's approval is no more than a claim": (
        {
            "classes": touching("payments"),
            **TWO,
            "approvals__by": [approver(teams=["security"], grade="R2")],
        },
        ["teams.approved"],
    ),
    "data access, security as code owner": (
        {
            "classes": touching("data_access"),
            **TWO,
            "teams__needed": ["security"],
            "teams__approved": ["security"],
        },
        [],
    ),
    "secrets, one person": ({"classes": touching("secrets")}, ["persons.enough"]),
    "a code owner is missing": (
        {"teams__needed": ["web"], "teams__missing": ["web"]},
        ["owners.approved"],
    ),
    "code owners that nobody could read": (
        {"teams__needed": None, "teams__approved": None, "teams__missing": None},
        ["teams.known?"],
    ),
    "configuration, one person": ({"classes": touching("configuration")}, ["owners.second"]),
    "configuration, a code owner": (
        {
            "classes": touching("configuration", owned=True),
            "teams__needed": ["ops"],
            "teams__approved": ["ops"],
        },
        [],
    ),
    "configuration, an owner of other files": (
        {
            "classes": touching("configuration", owned=False),
            "teams__needed": ["ops"],
            "teams__approved": ["ops"],
        },
        ["owners.second"],
    ),
    "a workflow, two persons": ({"classes": touching("workflow"), **TWO}, []),
    "instructions for agents, one person": (
        {"classes": touching("agent_instructions")},
        ["owners.second"],
    ),
    "dependencies, one person": ({"classes": touching("dependencies")}, []),
    "dependencies, of an agent": (
        {"classes": touching("dependencies"), **REVIEWED},
        ["persons.enough"],
    ),
    "an agent's small change": (REVIEWED, []),
    "an agent's change, not reviewed for that": (AGENT, ["checklist.answered?"]),
    "an agent's change in authentication, one person": (
        {**REVIEWED, "classes": touching("auth")},
        ["persons.enough", "teams.approved"],
    ),
    "an agent's change in authentication, two persons": (
        {**REVIEWED, "classes": touching("auth"), **SECURITY},
        [],
    ),
    "much of it of an agent": ({**REVIEWED, "ai__share_ppm": 500_000}, ["persons.enough"]),
    "a large change of a person": ({"change__added": 5_000}, []),
    "a large change of an agent": ({**REVIEWED, "change__added": 5_000}, ["persons.enough"]),
    "the question about AI is not answered": (
        {"ai__use": None},
        ["ai.known?", "checklist.answered?"],
    ),
    "no AI, and the author alone says so": (
        {"ai__declared": "request"},
        ["ai.known?", "checklist.answered?"],
    ),
    "AI assisted, and the author alone says so": (
        {"ai__declared": "request", "ai__use": "assisted", "checklist__ai_review": True},
        [],
    ),
    "AI assisted, as the author says, and dependencies": (
        {
            **REVIEWED,
            "ai__declared": "request",
            "classes": touching("dependencies"),
            "ai__use": "assisted",
            "ai__agents": [],
            "ai__commits": 0,
        },
        ["persons.enough?"],
    ),
    "AI assisted, as a reviewer says, and dependencies": (
        {"ai__use": "assisted", "checklist__ai_review": True, "classes": touching("dependencies")},
        [],
    ),
    "no AI, says who used one": (
        {**REVIEWED, "ai__use": "none"},
        ["ai.declared"],
    ),
    "assisted, without a trace": (
        {"ai__use": "assisted", "checklist__ai_review": True},
        [],
    ),
    "the checklist says no": ({"checklist__security": False}, ["checklist.answered"]),
    "the checklist is silent": ({"checklist__tests": None}, ["checklist.answered?"]),
    "no check is required": (
        {"checks__required": [], "checks__passed": []},
        ["checks.some"],
    ),
    "a check failed": (
        {"checks__passed": ["scan"], "checks__failed": ["test"]},
        ["checks.failed"],
    ),
    "a check goes on": (
        {"checks__passed": ["scan"], "checks__pending": ["test"]},
        ["checks.pending?"],
    ),
    "a check was skipped": (
        {"checks__passed": ["scan"], "checks__skipped": ["test"]},
        ["checks.skipped"],
    ),
    "a check did not run": (
        {"checks__passed": ["scan"], "checks__missing": ["test"]},
        ["checks.missing"],
    ),
    "a check stands in no list": ({"checks__passed": ["scan"]}, ["checks.missing"]),
    "a check both passed and failed": ({"checks__failed": ["test"]}, ["checks.failed"]),
    "checks that nobody could read": (
        {"checks__passed": None, "checks__failed": None, "checks__skipped": None},
        ["checks.known?"],
    ),
    "nobody scanned it": ({"scan__state": "none"}, ["scan.clean"]),
    "the scan found something": (
        {"scan__state": "findings", "scan__open": {"low": 1}},
        ["scan.clean"],
    ),
    "a scan that nobody could read": ({"scan__state": None}, ["scan.known?"]),
    "the gate's own files, one person": (
        {"gate__touched": ["policy"]},
        ["gate.persons", "persons.enough"],
    ),
    "the gate's own files, two persons": ({"gate__touched": ["signers"], **TWO}, []),
    "the gate's own files, perhaps": (
        {"gate__touched": None, **TWO},
        ["gate.known?"],
    ),
    "the gate's own files in an emergency": (
        {"gate__touched": ["workflow"], **HURRIED},
        ["gate.persons", "persons.enough"],
    ),
    "an emergency in authentication": ({"classes": touching("auth"), **HURRIED}, []),
    "an emergency that nobody approved": ({**NOBODY, **HURRIED}, ["persons.enough"]),
    "an emergency without tests and scan": (
        {**HURRIED, "checks__passed": ["scan"], "scan__state": "none"},
        BAD,
    ),
    "an emergency by somebody who may not": (
        {"classes": touching("auth"), "emergency": {**HURRIED["emergency"], "entitled": False}},
        ["persons.enough", "teams.approved"],
    ),
    "an emergency that begins later": (
        {
            "classes": touching("auth"),
            "emergency": {**HURRIED["emergency"], "at": "2026-11-20T12:00:01Z"},
        },
        ["persons.enough", "teams.approved"],
    ),
    "a waived scan": ({"scan__state": "none", "waivers": [waiver("scan.clean")]}, []),
    "a waiver that ended": (
        {"scan__state": "none", "waivers": [waiver("scan.clean", until="2026-11-20T12:00:00Z")]},
        ["scan.clean"],
    ),
    "a waiver by an author": (
        {"scan__state": "none", "waivers": [waiver("scan.clean", beneficiary=True)]},
        ["scan.clean"],
    ),
    "a waiver by nobody entitled": (
        {"scan__state": "none", "waivers": [waiver("scan.clean", entitled=None)]},
        ["scan.clean"],
    ),
    "a waiver with a software key": (
        {"scan__state": "none", "waivers": [waiver("scan.clean", grade="R2")]},
        ["scan.clean"],
    ),
    "a waiver of what is unknown": (
        {"scan__state": None, "waivers": [waiver("scan.clean", "scan.known")]},
        ["scan.known?"],
    ),
    "a waiver of the gate's own rules": (
        {"gate__touched": ["policy"], "waivers": [waiver("gate.persons", "persons.enough")]},
        ["gate.persons"],
    ),
    "a class that nobody looked for": (
        {"classes": {name: one for name, one in touching().items() if name != "auth"}},
        ["classes.known?"],
    ),
    "another unknown part": ({"unknown": ["approvals.by"]}, ["input.known?"]),
    "unknown parts that no rule needs": ({"unknown": ["labels", "emergency.by"]}, []),
    "a deployment": ({"purpose": "deploy"}, ["input.purpose"]),
    "a time of another form": ({"at": "2026-11-20T12:00:00+01:00"}, ["input.time"]),
}
