# Who must have approved: how many persons, which teams, which owners.
package merge

# Persons that are asked for. In an emergency fewer are, but never for the gate's own files.
needs := max(array.concat([settings.persons[risk]], least)) if {
	not agent
	not emergency
}

needs := max(array.concat([settings.persons[risk], settings.persons_with_agent[risk]], least)) if {
	agent
	not emergency
}

needs := max(array.concat([settings.emergency.persons], least)) if emergency

# What else sets a number: that no prompter is known, that it touches what the gate judges by.
least := array.concat(
	[number | number := input.approvals.needed; is_number(number)],
	[number | input.gate.touched != []; number := settings.gate.persons],
)

found contains object.union(reason, {"unknown": perhaps}) if {
	not input.approvals.persons >= needs
	input.approvals.persons != null
	reason := against(
		"persons.enough",
		sprintf("%s of %s persons outside the authors approved the head", [text(input.approvals.persons), wanted]),
		"Ask for the review of another person who neither wrote, prompted nor pushed it.",
	)
}

# What is asked for the gate's own files has an id of its own, that nothing lifts.
found contains object.union(reason, {"unknown": perhaps}) if {
	input.gate.touched != []
	not input.approvals.persons >= settings.gate.persons
	reason := against(
		"gate.persons",
		sprintf("it changes what the gate judges by, and %s of %s persons approved", [text(input.approvals.persons), text(settings.gate.persons)]),
		"Let two persons outside the authors approve the head, or take these files out of the change.",
	)
}

# Whether approvals whose weight is not known would make it enough.
default perhaps := false

perhaps if input.approvals.possible >= needs

perhaps if is_null(input.approvals.possible)

perhaps if guessed

default wanted := "an unknown number of"

wanted := text(needs)

text(number) := sprintf("%v", [number])

found contains against(
	"persons.proven",
	sprintf("%s persons signed with a proven key, of %s", [text(input.approvals.proven), proof]),
	"Let a person sign with affidavit approve and a hardware key whose enrolment is proven.",
) if {
	not settings.persons_proven[risk] == 0
	is_number(input.approvals.proven)
	not input.approvals.proven >= settings.persons_proven[risk]
}

default proof := "an unknown number of"

proof := text(settings.persons_proven[risk])

found contains against(
	"approvals.against",
	sprintf("%s persons asked for changes or rejected it", [text(input.approvals.against)]),
	"Settle what they ask for; they approve or take it back.",
) if {
	input.approvals.against > 0
}

# Teams by class of path.
found contains object.union(reason, {"unknown": maybe(team)}) if {
	some class in touched
	team := settings.teams[class]
	not agreed[team]
	reason := against(
		"teams.approved",
		sprintf("it touches %s, and nobody of the team %s approved", [class, team]),
		sprintf("Ask a member of %s, outside the authors, for a review.", [team]),
	)
}

agreed contains team if {
	some one in input.approvals.by
	one.counts == true
	one.grade in {"R3", "R4"}
	some team in one.teams
}

agreed contains team if {
	is_array(input.teams.approved)
	some team in input.teams.approved
}

maybe(team) if team in unsure

else if is_null(input.teams.approved)

else := false

unsure contains team if {
	some one in input.approvals.by
	is_null(one.counts)
	some team in one.teams
}

found contains against(
	"owners.approved",
	sprintf("the code owner %s did not approve", [owner]),
	"Ask this owner for a review.",
) if {
	input.teams.missing != []
	is_array(input.teams.missing)
	some owner in input.teams.missing
}

# A code owner of each of these very files or a second person, for what steers builds and agents.
found contains against(
	"owners.second",
	sprintf("it touches %s, and neither a code owner nor a second person approved", [class]),
	"Ask a code owner of these files, or a second person, for a review.",
) if {
	some class in touched
	class in settings.second_person
	not input.approvals.persons >= 2
	not input.classes[class].owned == true
}
