# METADATA
# title: GitHub workflows
# description: Actions by commit, few permissions, no text of strangers in scripts.
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-WORKFLOW
#   avd_id: OC-WORKFLOW
#   severity: HIGH
#   input:
#     selector:
#       - type: yaml
package user.workflow

import rego.v1

steps contains [name, step] if {
	some name, job in input.jobs
	some step in job.steps
}

deny contains result.new(sprintf("OC-W01 job %s: %s is no commit: pin the action by its full SHA", [name, step.uses]), step) if {
	some [name, step] in steps
	not startswith(step.uses, "./")
	not startswith(step.uses, "docker://")
	not regex.match(`@[0-9a-f]{40}$`, step.uses)
}

deny contains result.new("OC-W02 the workflow may write everything: name the permissions that it needs", input.permissions) if {
	input.jobs
	input.permissions == "write-all"
}

deny contains result.new("OC-W03 the workflow names no permissions: write permissions: contents: read", input.jobs) if {
	input.jobs
	not input.permissions
	some job in input.jobs
	not job.permissions
}

deny contains result.new(sprintf("OC-W04 job %s puts text of a stranger into a script: hand it over in env", [name]), step) if {
	some [name, step] in steps
	regex.match(`\$\{\{[^}]*github\.(head_ref|event\.[a-z_.]*(title|body|message|ref|name|label|email))`, step.run)
}
