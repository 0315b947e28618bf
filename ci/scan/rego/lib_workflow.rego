# METADATA
# title: "What the checks of GitHub workflows share"
# custom:
#   library: true
#   input:
#     selector:
#       - type: yaml
package lib.octocode.workflow

import rego.v1

workflow if {
	input.jobs
	input.on
}

# The names of the events that start it, from all three forms.
events contains input.on if is_string(input.on)

events contains event if {
	is_array(input.on)
	some event in input.on
}

events contains event if {
	is_object(input.on)
	some event, _ in input.on
}

# Steps of workflows and of composite actions, with where they are.
steps contains [path, step] if {
	workflow
	some name, job in input.jobs
	some i, step in job.steps
	path := ["jobs", name, "steps", sprintf("%d", [i])]
}

steps contains [["runs", "steps", sprintf("%d", [i])], step] if {
	some i, step in input.runs.steps
}

# How a message calls a place: the job, or the action.
owner(path) := sprintf("job %s", [path[1]]) if path[0] == "jobs"

owner(path) := "the action" if path[0] == "runs"

# See lib_compose.rego.
at(path) := {"resource": concat("/", path)}
