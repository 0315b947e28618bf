# METADATA
# title: Compose services
# description: Trivy has no scanner for Compose files and skips them in silence.
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-COMPOSE
#   avd_id: OC-COMPOSE
#   severity: HIGH
#   input:
#     selector:
#       - type: yaml
package user.compose

import rego.v1

services contains [name, service] if {
	not input.jobs
	some name, service in input.services
	is_object(service)
}

deny contains result.new(sprintf("OC-C01 service %s is privileged: name the capabilities that it needs in cap_add", [name]), service) if {
	some [name, service] in services
	service.privileged == true
}

deny contains result.new(sprintf("OC-C02 service %s is on the host's network: publish its ports", [name]), service) if {
	some [name, service] in services
	service.network_mode == "host"
}

deny contains result.new(sprintf("OC-C03 service %s has the Docker socket, and with it the host: take it away", [name]), service) if {
	some [name, service] in services
	some volume in service.volumes
	contains(json.marshal(volume), "docker.sock")
}

deny contains result.new(sprintf("OC-C04 service %s: the tag of %s floats: pin a version and its digest", [name, service.image]), service) if {
	some [name, service] in services
	not service.build # what is built here is never pulled
	floats(service.image)
}

floats(image) if endswith(image, ":latest")

floats(image) if {
	not contains(image, "$")
	not contains(image, "@sha256:")
	parts := split(image, "/")
	not contains(parts[count(parts) - 1], ":")
}

deny contains result.new(sprintf("OC-C05 service %s: %s holds a secret in plain text: use secrets and a _FILE variable", [name, key]), service) if {
	some [name, service] in services
	some [key, value] in variables(service)
	regex.match(`(?i)(password|secret|token|api_?key|private_?key)$`, key)
	value != ""
	not startswith(value, "$")
}

variables(service) := {[key, sprintf("%v", [value])] | some key, value in service.environment; is_object(service.environment); value != null} |
	{[parts[0], concat("=", array.slice(parts, 1, count(parts)))] |
		is_array(service.environment)
		some line in service.environment
		parts := split(line, "=")
		count(parts) > 1
	}
