# METADATA
# title: "Service that may be root"
# description: "Without a user the image decides, and most images decide for root. Development is let off where nobody asks for root."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C07
#   long_id: compose-root
#   severity: HIGH
#   recommended_action: "Set user, or drop all capabilities and set no-new-privileges."
#   input:
#     selector:
#       - type: yaml
package user.compose.root

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s runs as root", [name]), compose.at(["services", name, "user"])) if {
	some name, service in compose.services
	regex.match(`^(root|0+)(:.*)?$`, compose.value(service.user))
	not compose.powerless(service)
}

deny contains result.new(sprintf("service %s has no user, and the capabilities of root", [name]), compose.at(["services", name])) if {
	compose.production
	some name, service in compose.defined
	not has_user(service)
	not compose.powerless(service)
}

has_user(service) if compose.given(service.user)
