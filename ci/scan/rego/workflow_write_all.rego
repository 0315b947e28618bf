# METADATA
# title: "Workflow that may write everything"
# description: "A step that is taken over can push, publish and release."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-W02
#   long_id: workflow-write-all
#   severity: HIGH
#   recommended_action: "Name the permissions that each job needs."
#   input:
#     selector:
#       - type: yaml
package user.workflow.write_all

import rego.v1

import data.lib.octocode.workflow

deny contains result.new("the workflow may write everything", workflow.at(["permissions"])) if {
	workflow.workflow
	input.permissions == "write-all"
}

deny contains result.new(sprintf("job %s may write everything", [name]), workflow.at(["jobs", name, "permissions"])) if {
	workflow.workflow
	some name, job in input.jobs
	job.permissions == "write-all"
}

deny contains result.new("every job of the workflow may write the repository", workflow.at(["permissions", "contents"])) if {
	workflow.workflow
	input.permissions.contents == "write"
}
