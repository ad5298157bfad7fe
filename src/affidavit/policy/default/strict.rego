# What is off by default, or applies for a while: it is looked at only where data.json asks for any.
package merge

found contains one if {
	not off
	some one in stricter
}

off if {
	settings.current == false
	settings.scan.independent == false
	settings.gate.rules == false
	settings.freeze == []
}

stricter contains against("change.current", "the base has commits that it lacks", "Merge or rebase it.") if {
	settings.current == true
	input.change.behind == true
}

stricter contains unknown("change.known", "change.behind", ways.change) if {
	settings.current == true
	is_null(input.change.behind)
}

stricter contains against(
	"scan.independent",
	"the scan was run by the author of the change",
	"Let CI run the scanner.",
) if {
	settings.scan.independent == true
	input.scan.independent == false
}

stricter contains unknown("scan.known", "scan.independent", ways.scan) if {
	settings.scan.independent == true
	is_null(input.scan.independent)
}

stricter contains against(
	"gate.rules",
	sprintf("the rules of the branch are weaker than the baseline: %s", [weakness]),
	"Mend the rules of the branch; affidavit doctor shows how.",
) if {
	settings.gate.rules == true
	is_array(input.gate.weaknesses)
	some weakness in input.gate.weaknesses
}

stricter contains unknown("gate.known", "gate.rules_known", ways.gate) if {
	settings.gate.rules == true
	not input.gate.rules_known == true
}

stricter contains unknown("gate.known", "gate.weaknesses", ways.gate) if {
	settings.gate.rules == true
	is_null(input.gate.weaknesses)
}

stricter contains against(
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

stricter contains against(
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

# As long as a time in UTC to the second: only then does the order of texts tell the order of times.
moment(time) if substring(time, 19, -1) == "Z"
