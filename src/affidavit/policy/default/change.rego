# The change itself, what was answered about it, and the time.
package affidavit.merge

import data.settings

found contains against("input.format", "this is no affidavit/policy-input@1", "Ask with an input that this gate made.") if {
	input.format != "affidavit/policy-input@1"
}

found contains against("input.purpose", "this policy decides on merges alone", "Use a policy for this purpose.") if {
	input.purpose != "merge"
}

found contains against("input.time", "the time is not of the form 2026-01-31T12:00:00Z", "Ask with a time in UTC.") if {
	not moment(input.at)
}

# As long as a time in UTC to the second: only then does the order of texts tell the order of times.
moment(time) if {
	count(time) == 20
	endswith(time, "Z")
}

found contains against("change.draft", "the request is a draft", "Mark it as ready for review.") if {
	input.change.draft == true
}

found contains against("change.conflicts", "it conflicts with the base", "Merge or rebase it, and have it approved again.") if {
	input.change.conflicts == true
}

found contains against("change.current", "the base has commits that it lacks", "Merge or rebase it.") if {
	settings.current == true
	input.change.behind == true
}

found contains against(
	"ai.declared",
	"the answer is that no AI was used, but an agent left its trace",
	"Answer assisted or generated.",
) if {
	input.ai.use == "none"
	traced
}

traced if input.ai.agents != []

traced if input.ai.commits > 0

traced if input.ai.agent_opened == true

found contains against(
	"checklist.answered",
	sprintf("the checklist says no to %s", [item]),
	"Do what it asks for, then answer yes.",
) if {
	some item in asked_items
	input.checklist[item] == false
}

found contains unknown("checklist.answered", sprintf("checklist.%s", [item]), "Answer it in the request or in a signed approval.") if {
	some item in asked_items
	not input.checklist[item] in {true, false}
}

asked_items contains item if {
	some item in settings.checklist
}

asked_items contains item if {
	with_ai
	some item in settings.checklist_with_ai
}

found contains against(
	"gate.rules",
	sprintf("the rules of the branch are weaker than the baseline: %s", [weakness]),
	"Mend the rules of the branch; affidavit doctor shows how.",
) if {
	settings.gate.rules == true
	is_array(input.gate.weaknesses)
	some weakness in input.gate.weaknesses
}

found contains against(
	"freeze.window",
	sprintf("the branch is frozen until %s: %s", [window.until, window.reason]),
	"Wait until then, or use the emergency path.",
) if {
	some window in settings.freeze
	window["from"] <= input.at
	input.at < window.until
	frozen(window.branches)
}

# A branch that is not known is frozen with any.
frozen(branches) if "*" in branches

frozen(branches) if input.branch in branches

frozen(_) if is_null(input.branch)

found contains against(
	"settings.freeze",
	"a freeze window of data.json is not of the documented form",
	"Give from and until as 2026-12-20T00:00:00Z, a reason and branches.",
) if {
	some window in settings.freeze
	not whole(window)
}

whole(window) if {
	moment(window["from"])
	moment(window.until)
	is_string(window.reason)
	is_array(window.branches)
}
