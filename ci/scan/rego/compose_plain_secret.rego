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
	regex.match(`(?i)(password|passwd|passphrase|secret|token|credentials?|(api|private|access|secret|signing|encryption|auth|master)_?key|secret_key_base|(^|_)(pass|pwd|pat))$`, key)
}

deny contains result.new(sprintf("service %s: %s holds a URL with a password in plain text", [name, key]), compose.at(["services", name, "environment", key])) if {
	some name, service in compose.services
	some [key, value] in compose.environment(service)
	regex.match(`://[^/:@\s]*:[^/@\s\x01]+@`, compose.with_defaults(value))
}

known(value) if {
	text := compose.with_defaults(value)
	not text in {"", "true", "false"}
	not contains(text, compose.unknown)
	not startswith(text, "/run/secrets/")
}

# Redis takes its password as an option. What a shell puts there is not known.
deny contains result.new(sprintf("service %s: its %s has a password in plain text", [name, key]), compose.at(["services", name, key])) if {
	some name, service in compose.services
	some key in ["command", "entrypoint"]
	regex.match(`--(requirepass|masterauth)[ =]+["']?[^\s"'$\x01-]`, compose.with_defaults(words(service[key])))
}

words(command) := command if is_string(command)

words(command) := concat(" ", [sprintf("%v", [word]) | some word in command]) if is_array(command)
