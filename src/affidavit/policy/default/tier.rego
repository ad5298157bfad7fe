# How risky the change is: by what it touches, how large it is, how much of it is of an agent.
package merge

# What the gate shows: an emergency is named, and owes a retrospective review.
tier := risk if not emergency

tier := sprintf("emergency-%s", [risk]) if emergency

risk := "critical" if {
	critical
} else := "high" if {
	high
} else := "low" if {
	low
} else := "standard"

# Null is no empty list: what is not known is taken to be touched.
critical if input.gate.touched != []

critical if is_null(input.classes)

critical if {
	some class in touched
	class in settings.tiers.critical.classes
}

high if {
	some class in touched
	class in settings.tiers.high.classes
}

# Null is less than every number.
high if input.change.files > settings.tiers.high.files

high if input.ai.share_ppm >= settings.tiers.high.ai_share_ppm

high if lines > settings.tiers.high.lines

# A low risk is a small change of nothing but a class that is no risk, without an agent.
low if {
	not agent
	lines <= settings.tiers.low.lines
	some class in settings.tiers.low.classes
	input.classes[class].files == input.change.files
}

touched := {class | input.classes[class].files > 0}

lines := input.change.added + input.change.deleted if {
	is_number(input.change.added)
	is_number(input.change.deleted)
}

# An agent had a hand in it, unless it is known that none had.
default agent := true

agent := false if {
	input.ai.agent_opened == false
	input.authors.agents == 0
	input.ai.agents == []
	input.ai.commits == 0
	input.ai.use in {"none", "assisted"}
	input.ai.declared == "approval"
}

# What the author alone says in their own favour.
claimed if {
	input.ai.declared != "approval"
	input.ai.use in {"none", "assisted"}
}

# The worst was assumed, because something that tells the risk is not known.
guessed if {
	some value in [sorted, input.gate.touched, input.authors.agents, input.ai.use]
	is_null(value)
}

guessed if claimed

guessed if {
	is_null(input.ai.agent_opened)
	not forgeless
}
