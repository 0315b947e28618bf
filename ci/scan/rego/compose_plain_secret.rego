# METADATA
# title: "Secret in plain text in the environment"
# description: "It stands in the file, in its history, and in what docker inspect prints."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C05
#   long_id: compose-plain-secret
#   severity: HIGH
#   recommended_action: "Use secrets and a variable that ends in _FILE."
#   input:
#     selector:
#       - type: yaml
package user.compose.plain_secret

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s: %s holds a secret in plain text", [name, key]), compose.at(["services", name, "environment", key])) if {
	some name, service in compose.services
	some [key, value] in compose.environment(service)
	secret(key)
	known(value)
}

deny contains result.new(sprintf("service %s: the build argument %s holds a secret in plain text", [name, key]), compose.at(["services", name, "build", "args", key])) if {
	some name, service in compose.services
	some [key, value] in compose.pairs(service.build.args)
	secret(key)
	known(value)
}

secret(key) if {
	regex.match(`(?i)(password|passwd|passphrase|secret|token|credentials?|(api|private|access|secret|signing|encryption|auth)_?key|(^|_)(pass|pwd|pat))$`, key)
}

deny contains result.new(sprintf("service %s: %s holds a URL with a password in plain text", [name, key]), compose.at(["services", name, "environment", key])) if {
	some name, service in compose.services
	some [key, value] in compose.environment(service)
	regex.match(`://[^/:@\s]*:[^/@\s?]+@`, compose.with_defaults(value))
}

known(value) if {
	text := compose.with_defaults(value)
	not text in {"", "true", "false"}
	not contains(text, "?")
	not startswith(text, "/run/secrets/")
}
