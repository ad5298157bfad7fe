# What ran on the head: the checks that are required, and the scan.
package merge

found contains against(
	"checks.some",
	"no check is required at all",
	"Name in [gate] of affidavit.toml the checks that must pass, on the base branch.",
) if {
	input.checks.required == []
}

found contains against(
	"checks.failed",
	sprintf("the required check %s failed", [name]),
	"Make it pass on the head.",
) if {
	input.checks.failed != []
	is_array(input.checks.failed)
	some name in input.checks.failed
}

found contains object.union(reason, {"unknown": true}) if {
	input.checks.pending != []
	is_array(input.checks.pending)
	some name in input.checks.pending
	reason := against(
		"checks.pending",
		sprintf("the required check %s has not ended", [name]),
		"Wait for it, then ask the gate again.",
	)
}

found contains against(
	"checks.skipped",
	sprintf("the required check %s was skipped", [name]),
	"Let it run: what is skipped shows nothing.",
) if {
	input.checks.skipped != []
	is_array(input.checks.skipped)
	some name in input.checks.skipped
}

# Also what stands in no list at all is missing.
found contains against(
	"checks.missing",
	sprintf("the required check %s did not run on the head", [name]),
	"Let it run on the head.",
) if {
	input.checks.passed != input.checks.required
	not untold
	some name in input.checks.required
	not told[name]
}

untold if {
	some list in ["passed", "failed", "pending", "skipped"]
	is_null(input.checks[list])
}

told contains name if {
	some list in ["passed", "failed", "pending", "skipped"]
	is_array(input.checks[list])
	some name in input.checks[list]
}

found contains against(
	"scan.clean",
	"no scanner looked at the head",
	"Run the scanner on the head and record its report.",
) if {
	input.scan.state == "none"
}

found contains against(
	"scan.clean",
	"the scan of the head has open findings",
	"Mend them, or let somebody entitled waive them.",
) if {
	input.scan.state == "findings"
	not tolerated
}

# Every open finding is of a severity that the settings tolerate; none counted is not that.
tolerated if {
	settings.scan.tolerated != []
	is_object(input.scan.open)
	every severity, number in input.scan.open {
		minor(severity, number)
	}
}

minor(_, number) if number == 0

minor(severity, _) if severity in settings.scan.tolerated
