# METADATA
# title: "Code of strangers with our secrets"
# description: "pull_request_target, workflow_run and issue_comment have secrets and a token that writes; what they check out is run with both."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-W05
#   long_id: workflow-untrusted-checkout
#   severity: CRITICAL
#   recommended_action: "Use pull_request, or check out the base only."
#   input:
#     selector:
#       - type: yaml
package user.workflow.untrusted_checkout

import rego.v1

import data.lib.octocode.workflow

privileged := {"pull_request_target", "workflow_run", "issue_comment"}

head := `(?i)github\.head_ref|github\.event\.(pull_request|workflow_run)\.(head|merge|number)|refs/pull/|github\.event\.number`

deny contains result.new(sprintf("%s checks out %s on %s", [workflow.owner(path), step["with"].ref, event]), workflow.at(array.concat(path, ["with", "ref"]))) if {
	some event in workflow.events & privileged
	some [path, step] in workflow.steps
	startswith(step.uses, "actions/checkout@")
	regex.match(head, step["with"].ref)
}

deny contains result.new(sprintf("%s fetches the code of a pull request on %s", [workflow.owner(path), event]), workflow.at(array.concat(path, ["run"]))) if {
	some event in workflow.events & privileged
	some [path, step] in workflow.steps
	regex.match(`gh pr checkout|git\s[^\n]*\b(pull/|refs/pull/)`, step.run)
}
