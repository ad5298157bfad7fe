# The decision: all that is found against a change, less what a waiver or an emergency lifts.
#
# Every rule of the other files adds to `found`. A rule whose id ends in ".known" says that
# something it needs is null; that is never lifted, nor is what guards the gate itself.
package merge

# By a name of its own it is looked up once; by its path each time.
settings := data.settings

deny contains one if {
	some one in found
	not lifted[one.id]
}

lifted contains item if {
	some waiver in input.waivers
	waiver.grade in {"R3", "R4"}
	waiver.entitled == true
	waiver.beneficiary == false
	waiver.until > input.at
	some item in waiver.items
	not fixed(item)
}

lifted contains item if {
	emergency
	some item in settings.emergency.lifts
	not fixed(item)
	not startswith(item, "checks.")
	not startswith(item, "scan.")
}

fixed(id) if endswith(id, ".known")

fixed(id) if startswith(id, "gate.")

fixed(id) if startswith(id, "input.")

fixed(id) if startswith(id, "settings.")

# The emergency path: somebody entitled set the label, before now. Unknown is no emergency.
emergency if {
	input.emergency.labelled == true
	settings.emergency.enabled == true
	input.emergency.entitled == true
	is_string(input.emergency.by)
	is_string(input.emergency.at)
	input.emergency.at <= input.at
}

# What is owed after an emergency. Control test AFF-CC8.1-11 looks whether it was done.
obligations contains sprintf("retrospective review within %d working days", [settings.emergency.working_days]) if emergency

against(id, message, how) := {"id": id, "message": message, "how": how}

unknown(id, field, how) := {
	"id": id,
	"message": sprintf("%s is not known", [field]),
	"how": how,
	"unknown": true,
}
