# Tests of this bundle: `affidavit policy test` runs each rule whose name begins with test_.
package tests.merge

# Ids of the rules that refuse a change which differs from a good one in `changes`.
refused(changes) := {one.id | some one in data.merge.deny with input as object.union(good, changes)}

risk(changes) := answer if {
	answer := data.merge.tier with input as object.union(good, changes)
}

test_a_good_change_is_allowed if refused({}) == set()

test_a_draft_is_refused if refused({"change": {"draft": true}}) == {"change.draft"}

test_a_conflict_is_refused if refused({"change": {"conflicts": true}}) == {"change.conflicts"}

test_what_is_not_known_is_refused if {
	refused({"change": {"files": null}}) == {"change.known"}
	refused({"approvals": {"persons": null}}) == {"approvals.known"}
	refused({"authors": {"bots": null}}) == set()
	refused({"checks": {"failed": null}}) == {"checks.known"}
	refused({"scan": {"state": null}}) == {"scan.known"}
	refused({"teams": {"missing": null}}) == {"teams.known"}
	refused({"ai": {"share_ppm": null}}) == {"ai.known"}
	refused({"unknown": ["approvals.by"]}) == {"input.known"}
}

test_where_there_is_no_forge_what_it_alone_tells_is_not_needed if {
	unseen := {
		"ai": {"agent_opened": null},
		"change": {"draft": null},
		"checklist": {"ai_review": true},
		"checks": {"passed": null, "failed": null, "pending": null, "skipped": null, "missing": null},
	}
	local := object.union(good, object.union(unseen, {"forge": false}))
	asked := object.union(good, unseen)
	{one.id | some one in data.merge.deny with input as local with data.settings.forge as "none"} == set()
	{one.id | some one in data.merge.deny with input as asked with data.settings.forge as "none"} == {"ai.known", "change.known", "checks.known"}
	{one.id | some one in data.merge.deny with input as local with data.settings.forge as "asked"} == {"ai.known", "change.known", "checks.known"}
}

test_what_no_rule_needs_may_be_unknown if {
	refused({"labels": null, "unknown": ["labels", "emergency.labelled"]}) == set()
}

test_an_agent_that_may_have_been_there_is_taken_for_one if {
	refused({"authors": {"agents": null}}) == {"authors.known", "checklist.answered"}
}

test_without_the_classes_the_risk_is_critical if {
	risk({"classes": null}) == "critical"
	refused({"classes": null}) == {"classes.known", "persons.enough"}
}

test_another_input_is_refused if {
	refused({"format": "affidavit/policy-input@2"}) == {"input.format"}
	refused({"purpose": "deploy"}) == {"input.purpose"}
	refused({"at": "2026-11-20 12:00"}) == {"input.time"}
	lacking := object.remove(good, ["scan"])
	"input.whole" in {one.id | some one in data.merge.deny with input as lacking}
}

test_without_an_approval_it_is_refused if {
	refused({"approvals": {"persons": 0, "possible": 0, "by": []}}) == {"persons.enough"}
}

test_who_asked_for_changes_stops_it if {
	refused({"approvals": {"against": 1}}) == {"approvals.against"}
}

test_authentication_needs_two_persons_and_the_security_team if {
	refused({"classes": {"auth": one_file}}) == {"persons.enough", "teams.approved"}
	refused({
		"classes": {"auth": one_file},
		"approvals": {"persons": 2, "possible": 2, "by": [approval(["security"])]},
	}) == set()
}

test_a_missing_code_owner_stops_it if {
	refused({"teams": {"needed": ["web"], "missing": ["web"]}}) == {"owners.approved"}
}

test_a_workflow_needs_a_code_owner_or_a_second_person if {
	refused({"classes": {"workflow": one_file}}) == {"owners.second"}
	refused({"classes": {"submodule": one_file}}) == {"owners.second"}
	refused({"classes": {"lfs_pointer": one_file}}) == {"owners.second"}
	refused({"classes": {"workflow": object.union(one_file, {"owned": true})}}) == set()
	refused({"classes": {"workflow": object.union(one_file, {"owned": null})}}) == {"owners.second"}
	refused({"classes": {"workflow": one_file}, "teams": {"needed": ["ops"], "approved": ["ops"]}}) == {"owners.second"}
	refused({"classes": {"workflow": one_file}, "approvals": {"persons": 2}}) == set()
}

test_required_checks_must_pass if {
	refused({"checks": {"required": [], "passed": []}}) == {"checks.some"}
	refused({"checks": {"passed": ["scan"], "failed": ["test"]}}) == {"checks.failed"}
	refused({"checks": {"passed": ["scan"], "pending": ["test"]}}) == {"checks.pending"}
	refused({"checks": {"passed": ["scan"], "skipped": ["test"]}}) == {"checks.skipped"}
	refused({"checks": {"passed": ["scan"], "missing": ["test"]}}) == {"checks.missing"}
}

test_the_scan_must_be_clean if {
	refused({"scan": {"state": "none"}}) == {"scan.clean"}
	refused({"scan": {"state": "findings", "open": {"low": 1}}}) == {"scan.clean"}
}

test_an_agents_change_answers_for_it if {
	agents := {"ai": {"use": "generated", "agents": ["claude-code"], "commits": 2}}
	refused(agents) == {"checklist.answered"}
	refused(object.union(agents, {"checklist": {"ai_review": true}})) == set()
	refused(object.union(agents, {"ai": {"use": "none"}})) == {"ai.declared", "checklist.answered"}
}

test_the_author_alone_does_not_say_that_no_ai_was_used if {
	refused({"ai": {"declared": "request"}}) == {"ai.known", "checklist.answered"}
	asked := {"ai": {"declared": "request", "use": "assisted"}, "checklist": {"ai_review": true}}
	refused(asked) == set()
	dependencies := {"classes": {"dependencies": one_file}}
	refused(object.union(asked, dependencies)) == {"persons.enough"}
	refused(object.union(dependencies, {"ai": {"use": "none"}})) == set()
}

test_much_of_an_agent_needs_two_persons if {
	refused({"ai": {"use": "generated", "share_ppm": 600000}, "checklist": {"ai_review": true}}) == {"persons.enough"}
}

test_the_gates_own_files_need_two_persons_and_no_waiver_helps if {
	touched := {"gate": {"touched": ["policy"]}}
	refused(touched) == {"gate.persons", "persons.enough"}
	waived := object.union(touched, {"waivers": [waiver(["gate.persons", "persons.enough"])]})
	refused(waived) == {"gate.persons"}
	refused({"gate": {"touched": null}}) == {"gate.known", "gate.persons", "persons.enough"}
}

test_a_waiver_lifts_what_it_names if {
	refused({"scan": {"state": "none"}, "waivers": [waiver(["scan.clean"])]}) == set()
	refused({"scan": {"state": null}, "waivers": [waiver(["scan.clean", "scan.known"])]}) == {"scan.known"}
}

test_a_waiver_of_an_author_lifts_nothing if {
	gained := object.union(waiver(["scan.clean"]), {"beneficiary": true})
	refused({"scan": {"state": "none"}, "waivers": [gained]}) == {"scan.clean"}
}

test_an_emergency_asks_for_fewer_persons_but_for_tests_and_scan if {
	hurried := {
		"classes": {"auth": one_file},
		"emergency": {"labelled": true, "by": "person:ann", "entitled": true, "at": "2026-11-20T11:30:00Z"},
	}
	refused(hurried) == set()
	risk(hurried) == "emergency-critical"
	refused(object.union(hurried, {"scan": {"state": "none"}})) == {"scan.clean"}
	refused(object.union(hurried, {"emergency": {"entitled": false}})) == {"persons.enough", "teams.approved"}
	data.merge.obligations == {"retrospective review within 2 working days"} with input as object.union(good, hurried)
}

test_a_frozen_branch_is_refused if {
	window := {
		"from": "2026-11-20T00:00:00Z",
		"until": "2026-11-21T00:00:00Z",
		"reason": "the launch",
		"branches": ["main"],
	}
	{one.id | some one in data.merge.deny with input as good with data.settings.freeze as [window]} == {"freeze.window"}
	{one.id | some one in data.merge.deny with input as good with data.settings.freeze as [{}]} == {"settings.freeze"}
}

test_what_is_off_by_default_can_be_asked_for if {
	{one.id | some one in data.merge.deny with input as good with data.settings.persons_proven.standard as 1} == {"persons.proven"}
	behind := object.union(good, {"change": {"behind": true}})
	{one.id | some one in data.merge.deny with input as behind with data.settings.current as true} == {"change.current"}
	own := object.union(good, {"scan": {"independent": false}})
	{one.id | some one in data.merge.deny with input as own with data.settings.scan.independent as true} == {"scan.independent"}
	weak := object.union(good, {"gate": {"weaknesses": ["admins are exempt"]}})
	{one.id | some one in data.merge.deny with input as weak with data.settings.gate.rules as true} == {"gate.rules"}
}

test_risks if {
	risk({}) == "standard"
	risk({"classes": {"payments": one_file}}) == "critical"
	risk({"classes": {"dependencies": one_file}}) == "high"
	risk({"change": {"added": 1001}}) == "high"
	risk({"change": {"files": 1}, "classes": {"documentation": one_file}}) == "low"
}

one_file := {"files": 1, "lines": 3, "paths": ["a/b"]}

nothing := {"files": 0, "lines": 0, "paths": []}

approval(teams) := {
	"party": "person:bea",
	"grade": "R3",
	"counts": true,
	"on_head": true,
	"carried": false,
	"roles": ["reviewer"],
	"teams": teams,
	"at": "2026-11-20T11:00:00Z",
}

waiver(items) := {
	"items": items,
	"until": "2026-12-01T00:00:00Z",
	"grade": "R4",
	"entitled": true,
	"beneficiary": false,
}

good := {
	"format": "affidavit/policy-input@1",
	"purpose": "merge",
	"at": "2026-11-20T12:00:00Z",
	"forge": true,
	"repository": "acme/shop",
	"branch": "main",
	"change": {
		"base": "b",
		"head": "a",
		"tree": "c",
		"merge_base": "b",
		"request": 7,
		"draft": false,
		"commits": 2,
		"files": 2,
		"added": 30,
		"deleted": 4,
		"behind": false,
		"conflicts": false,
	},
	"paths": ["src/cart.py", "tests/test_cart.py"],
	"paths_cut": false,
	"classes": {
		"agent_instructions": nothing,
		"auth": nothing,
		"configuration": nothing,
		"data_access": nothing,
		"dependencies": nothing,
		"documentation": nothing,
		"lfs_pointer": nothing,
		"payments": nothing,
		"secrets": nothing,
		"submodule": nothing,
		"workflow": nothing,
	},
	"teams": {"needed": [], "approved": [], "missing": []},
	"labels": [],
	"ai": {
		"use": "none",
		"declared": "approval",
		"agents": [],
		"commits": 0,
		"share_ppm": 0,
		"agent_opened": false,
		"bound": "lower",
	},
	"authors": {"persons": 1, "agents": 0, "bots": 0, "prompter": null},
	"approvals": {
		"persons": 1,
		"possible": 1,
		"needed": 1,
		"proven": 0,
		"against": 0,
		"by": [approval(["core"])],
	},
	"checklist": {
		"functional_correctness": true,
		"security": true,
		"tests": true,
		"ai_review": null,
	},
	"checks": {
		"required": ["scan", "test"],
		"passed": ["scan", "test"],
		"failed": [],
		"pending": [],
		"skipped": [],
		"missing": [],
	},
	"scan": {"state": "clean", "open": {}, "waived": 0, "tool": "scanner 1.0", "independent": true},
	"emergency": {"labelled": false, "by": null, "entitled": null, "at": null},
	"waivers": [],
	"gate": {"touched": [], "rules_known": true, "weaknesses": []},
	"score": 92,
	"unknown": [],
}
