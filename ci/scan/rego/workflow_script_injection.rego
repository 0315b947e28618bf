# METADATA
# title: "Text of strangers in a script"
# description: "The title of an issue becomes a command."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-W04
#   long_id: workflow-script-injection
#   severity: CRITICAL
#   recommended_action: "Hand it over in env, and use the variable in quotes."
#   input:
#     selector:
#       - type: yaml
package user.workflow.script_injection

import rego.v1

import data.lib.octocode.workflow

deny contains result.new(sprintf("%s puts %s into a script", [workflow.owner(path), expression]), workflow.at(array.concat(path, keys))) if {
	some [path, step] in workflow.steps
	some [keys, script] in scripts(step)
	some expression in regex.find_n(`\$\{\{(?:[^}]|\}[^}])*\}\}`, script, -1)
	some name in regex.find_n(foreign, expression, -1)
	not harmless(name)
}

scripts(step) := {[["run"], step.run] | step.run} | {[["with", "script"], step["with"].script] |
	startswith(step.uses, "actions/github-script@")
}

# The names of what others have written: events, branches and tags, all of the
# context at once, and inputs, which are what a caller makes of them.
foreign := `(?i)\bgithub(\.|\[['"])(head_ref|ref_name|ref|event)\b[A-Za-z0-9_.*\[\]'"-]*|tojson\(\s*github\s*\)|(^|[^.A-Za-z0-9_-])inputs\b[A-Za-z0-9_.*\[\]'"-]*`

# Numbers and hashes that GitHub makes say nothing to a shell.
harmless(name) if regex.match(`(?i)^github\.event\.(number|before|after|(issue|pull_request|comment|review|workflow_run|check_run|check_suite|release|discussion|repository|sender|head_commit)(\.(head|base|user|repo|owner|milestone))*\.(number|id|sha|node_id|created_at|updated_at))$`, name)
