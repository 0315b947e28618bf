# METADATA
# title: "Service with all privileges"
# description: "A privileged container is root on its host."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C01
#   long_id: compose-privileged
#   severity: CRITICAL
#   recommended_action: "Name the capabilities that it needs in cap_add."
#   input:
#     selector:
#       - type: yaml
package user.compose.privileged

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s is privileged", [name]), compose.at(["services", name, "privileged"])) if {
	some name, service in compose.services
	compose.value(service.privileged) == "true"
}

deny contains result.new(sprintf("service %s has the capability %s, which is as good as privileged", [name, capability]), compose.at(["services", name, "cap_add"])) if {
	some name, service in compose.services
	some capability in service.cap_add
	trim_prefix(upper(capability), "CAP_") in ["ALL", "SYS_ADMIN"]
}

deny contains result.new(sprintf("service %s runs without a filter of system calls: %s", [name, option]), compose.at(["services", name, "security_opt"])) if {
	some name, service in compose.services
	some option in service.security_opt
	regex.match(`^(seccomp|apparmor)[:=]unconfined$`, option)
}
