# METADATA
# title: "Service without limits in production"
# description: "One service takes the memory of all."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C08
#   long_id: compose-limits
#   severity: HIGH
#   recommended_action: "Set deploy.resources.limits, with memory at least."
#   input:
#     selector:
#       - type: yaml
package user.compose.limits

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s has no limit of its memory", [name]), compose.at(["services", name])) if {
	compose.production
	some name, service in compose.defined
	not limited(service)
}

limited(service) if limit(service.deploy.resources.limits.memory)

limited(service) if limit(service.mem_limit)

# None at all is written as nothing and as 0.
limit(memory) if {
	compose.given(memory)
	not regex.match(`^0+[a-z]*$`, compose.value(memory))
}
