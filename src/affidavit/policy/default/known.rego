# What must be known: a field that a rule needs and that is null denies, and nothing lifts that.
package merge

# Each of these in one list: whether any is null is asked once, which one only if so.
needed := [
	input.ai.agent_opened,
	input.ai.share_ppm,
	input.ai.use,
	input.approvals.against,
	input.approvals.needed,
	input.approvals.persons,
	input.authors.agents,
	input.change.added,
	input.change.conflicts,
	input.change.deleted,
	input.change.draft,
	input.change.files,
	input.checks.failed,
	input.checks.missing,
	input.checks.passed,
	input.checks.pending,
	input.checks.skipped,
	sorted,
	input.gate.touched,
	input.scan.state,
	input.teams.missing,
	input.teams.needed,
]

# Whether the files are sorted: null or true. What is in the classes is not handed to the engine for
# this, as all of it is where input.classes stands alone.
sorted := null if is_null(input.classes)

sorted := true if is_object(input.classes)

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
	"classes": sorted,
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
	null in needed
	some field in nothing
	not forgiven[field]
	part := split(field, ".")[0]
}

found contains object.union(reason, {"unknown": true}) if {
	input.ai.use == "none"
	claimed
	reason := against("ai.known", "that no AI was used is said by the author alone", ways.ai)
}

# data.json may say that these two are not needed; no other ever.
forgiven contains field if {
	some field in {"change.conflicts", "change.draft"}
	field in settings.may_be_null
}

# Where it says that there is no forge, and none was asked, what a forge alone tells is not needed.
forgiven contains field if {
	forgeless
	some field in told_by_forge
}

forgeless if {
	settings.forge == "none"
	input.forge == false
}

told_by_forge := {
	"ai.agent_opened",
	"change.draft",
	"checks.failed",
	"checks.missing",
	"checks.passed",
	"checks.pending",
	"checks.skipped",
}

found contains against("input.whole", "the input lacks a field", "Ask with an input that this gate made.") if not needed

ways := {
	"ai": "Let a reviewer answer the question about AI, and let the gate read commits and request.",
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
	some class in (named | object.keys(settings.teams)) - object.keys(input.classes)
}

named := {class | some class in settings.tiers[_].classes} | {class | some class in settings.second_person}

found contains unknown("approvals.known", "approvals.proven", ways.approvals) if {
	input.approvals.proven == null
	not settings.persons_proven[risk] == 0
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
