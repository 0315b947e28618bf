# METADATA
# title: "Workflow that names no permissions"
# description: "What it may do is then what the repository allows, often everything."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-W03
#   long_id: workflow-no-permissions
#   severity: HIGH
#   recommended_action: "Set permissions, contents read, for the workflow."
#   input:
#     selector:
#       - type: yaml
package user.workflow.no_permissions

import rego.v1

import data.lib.octocode.workflow

deny contains result.new(sprintf("job %s has no permissions, nor has the workflow", [name]), workflow.at(["jobs", name])) if {
	workflow.workflow
	not named(input)
	some name, job in input.jobs
	not named(job)
}

# An empty set of permissions is one: none at all.
named(where) if where.permissions != null
