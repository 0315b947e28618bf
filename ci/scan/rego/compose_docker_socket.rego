# METADATA
# title: "Service with the socket of the container engine"
# description: "Who has the socket can start a container that has the host."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C03
#   long_id: compose-docker-socket
#   severity: CRITICAL
#   recommended_action: "Take the socket away, or put a proxy before it that lets only reads through."
#   input:
#     selector:
#       - type: yaml
package user.compose.docker_socket

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s has the socket of the container engine", [name]), compose.at(["services", name, "volumes", sprintf("%d", [i])])) if {
	some name, service in compose.services
	some i, volume in service.volumes
	regex.match(`(docker|containerd|podman|crio)\.sock`, json.marshal(volume))
}

# So it has where the folder around it is mounted.
deny contains result.new(sprintf("service %s has the folder %s of the host, and with it the socket of the container engine", [name, folder]), compose.at(["services", name, "volumes", sprintf("%d", [i])])) if {
	some name, service in compose.services
	some i, volume in service.volumes
	folder := trim_right(source(volume), "/")
	folder in {"", "/run", "/var", "/var/run"}
}

source(volume) := split(compose.with_defaults(volume), ":")[0] if is_string(volume)

source(volume) := compose.with_defaults(volume.source) if volume.type == "bind"

# Compose mounts it by itself when it is asked to.
deny contains result.new(sprintf("service %s has the socket of the container engine", [name]), compose.at(["services", name, "use_api_socket"])) if {
	some name, service in compose.services
	compose.value(service.use_api_socket) == "true"
}
