# The change itself, what was answered about it, and the time.
package merge

found contains against("input.format", "this is no affidavit/policy-input@1", "Ask with an input that this gate made.") if {
	input.format != "affidavit/policy-input@1"
}

found contains against("input.purpose", "this policy decides on merges alone", "Use a policy for this purpose.") if {
	input.purpose != "merge"
}

found contains against("input.time", "the time is not of the form 2026-01-31T12:00:00Z", "Ask with a time in UTC.") if {
	not substring(input.at, 19, -1) == "Z"
}

found contains against("change.draft", "the request is a draft", "Mark it as ready for review.") if {
	input.change.draft == true
}

found contains against("change.conflicts", "it conflicts with the base", "Merge or rebase it, and have it approved again.") if {
	input.change.conflicts == true
}

found contains against(
	"ai.declared",
	"the answer is that no AI was used, but an agent left its trace",
	"Answer assisted or generated.",
) if {
	input.ai.use == "none"
	agent
	traced
}

traced if input.ai.agents != []

traced if input.ai.commits > 0

traced if input.ai.agent_opened == true

found contains unanswered("checklist.answered", item) if {
	some item in settings.checklist
	not input.checklist[item] == true
}

found contains unanswered("checklist.answered", item) if {
	some item in settings.checklist_with_ai
	not input.checklist[item] == true
	with_ai
}

with_ai if agent

with_ai if input.ai.use != "none"

unanswered(id, item) := against(
	id,
	sprintf("the checklist says no to %s", [item]),
	"Do what it asks for, then answer yes.",
) if input.checklist[item] == false

unanswered(id, item) := unknown(id, sprintf("checklist.%s", [item]), "Answer it in an approving review or in a signed approval.") if {
	not input.checklist[item] == false
}
