# METADATA
# title: "Service that shares processes or memory with the host"
# description: "It sees, and may stop, what runs on the host."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C06
#   long_id: compose-host-processes
#   severity: HIGH
#   recommended_action: "Remove the key, or share with a service instead."
#   input:
#     selector:
#       - type: yaml
package user.compose.host_processes

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s shares %s with the host", [name, key]), compose.at(["services", name, key])) if {
	some name, service in compose.services
	some key in ["pid", "ipc", "uts", "userns_mode", "cgroup"]
	compose.value(service[key]) == "host"
}
