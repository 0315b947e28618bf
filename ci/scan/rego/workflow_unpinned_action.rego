# METADATA
# title: "Action that is no commit"
# description: "Tags move: in March 2026 those of a scanner were pointed at a thief."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-W01
#   long_id: workflow-unpinned-action
#   severity: HIGH
#   recommended_action: "Pin it by the full SHA of a commit, with the version in a comment."
#   input:
#     selector:
#       - type: yaml
package user.workflow.unpinned_action

import rego.v1

import data.lib.octocode.workflow

deny contains result.new(sprintf("%s: %s is no commit", [workflow.owner(path), step.uses]), workflow.at(array.concat(path, ["uses"]))) if {
	some [path, step] in workflow.steps
	unpinned(step.uses)
}

deny contains result.new(sprintf("job %s: %s is no commit", [name, job.uses]), workflow.at(["jobs", name, "uses"])) if {
	workflow.workflow
	some name, job in input.jobs
	unpinned(job.uses)
}

unpinned(uses) if {
	not startswith(uses, "./")
	not startswith(uses, "docker://")
	not regex.match(`@[0-9a-f]{40}$`, uses)
}

unpinned(uses) if {
	startswith(uses, "docker://")
	not regex.match(`@sha256:[0-9a-f]{64}$`, uses)
}
