# METADATA
# title: "Writable root filesystem in production"
# description: "Who breaks in can leave a program behind."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C10
#   long_id: compose-writable-root
#   severity: HIGH
#   recommended_action: "Set read_only, and a tmpfs for what has to be written."
#   input:
#     selector:
#       - type: yaml
package user.compose.writable_root

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s can write to its root filesystem", [name]), compose.at(["services", name])) if {
	compose.production
	some name, service in compose.defined
	not read_only(service)
}

# A rule of its own: where the key is missing, a call inside of not would make
# the whole body undefined.
read_only(service) if compose.value(service.read_only) == "true"
