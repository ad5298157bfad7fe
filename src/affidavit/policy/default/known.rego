# What must be known: a field that a rule needs and that is null denies, and nothing lifts that.
package affidavit.merge

import data.settings

# In one table, for speed: a rule for each field costs more than all the rest.
fields := {
	"ai.agent_opened": input.ai.agent_opened,
	"ai.share_ppm": input.ai.share_ppm,
	"ai.use": input.ai.use,
	"approvals.against": input.approvals.against,
	"approvals.needed": input.approvals.needed,
	"approvals.persons": input.approvals.persons,
	"authors.agents": input.authors.agents,
	"change.added": input.change.added,
	"change.conflicts": input.change.conflicts,
	"change.deleted": input.change.deleted,
	"change.draft": input.change.draft,
	"change.files": input.change.files,
	"checks.failed": input.checks.failed,
	"checks.missing": input.checks.missing,
	"checks.passed": input.checks.passed,
	"checks.pending": input.checks.pending,
	"checks.skipped": input.checks.skipped,
	"classes": input.classes,
	"gate.touched": input.gate.touched,
	"scan.state": input.scan.state,
	"teams.missing": input.teams.missing,
	"teams.needed": input.teams.needed,
}

nothing := {field |
	some field, value in fields
	is_null(value)
}

found contains unknown(sprintf("%s.known", [part]), field, ways[part]) if {
	some field in nothing
	not forgiven[field]
	part := split(field, ".")[0]
}

# Where there is no forge, data.json may say that these two are not needed; no other ever.
forgiven := {"change.conflicts", "change.draft"} & {field | some field in settings.may_be_null}

found contains against("input.whole", "the input lacks a field", "Ask with an input that this gate made.") if not fields

ways := {
	"ai": "Answer the question about AI in the checklist, and let the gate read commits and request.",
	"approvals": "Let the gate read the reviews, the signed approvals and the identities of the base.",
	"authors": "Let the gate read the commits and the request.",
	"change": "Let the gate read the diff and the request, and try the merge.",
	"checks": "Let the gate read the checks of the head.",
	"classes": "Let the gate read the diff of the change, and name the class in policy.toml.",
	"gate": "Let the gate read the diff of the change and the rules of the branch.",
	"scan": "Hand the gate the report of a scanner on the head.",
	"teams": "Let the gate read the code owners of the base and the members of their teams.",
}

# Every class that the settings name must have been looked for.
found contains unknown("classes.known", sprintf("the class %s", [class]), ways.classes) if {
	is_object(input.classes)
	some class in used - object.keys(input.classes)
}

used := {class |
	some class in array.concat(
		array.concat(settings.tiers.critical.classes, settings.tiers.high.classes),
		array.concat(settings.tiers.low.classes, settings.second_person),
	)
} | object.keys(settings.teams)

found contains unknown("approvals.known", "approvals.proven", ways.approvals) if {
	is_null(input.approvals.proven)
	not unsigned
}

found contains unknown("change.known", "change.behind", ways.change) if {
	settings.current == true
	is_null(input.change.behind)
}

found contains unknown("scan.known", "scan.independent", ways.scan) if {
	settings.scan.independent == true
	is_null(input.scan.independent)
}

found contains unknown("gate.known", "gate.rules_known", ways.gate) if {
	settings.gate.rules == true
	not input.gate.rules_known == true
}

found contains unknown("gate.known", "gate.weaknesses", ways.gate) if {
	settings.gate.rules == true
	is_null(input.gate.weaknesses)
}

found contains unknown("input.known", field, "Let the gate read it, or name it in optional of data.json.") if {
	some field in input.unknown
	not nothing[field]
	not spared(field)
}

spared(field) if field in settings.optional

spared(field) if {
	some known in settings.optional
	startswith(field, sprintf("%s.", [known]))
}
