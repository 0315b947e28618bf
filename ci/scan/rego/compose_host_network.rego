# METADATA
# title: "Service in the network of the host"
# description: "It reaches every port of the host, those of the loopback interface too."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C02
#   long_id: compose-host-network
#   severity: HIGH
#   recommended_action: "Publish the ports that it serves."
#   input:
#     selector:
#       - type: yaml
package user.compose.host_network

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s is in the network of the host", [name]), compose.at(["services", name, "network_mode"])) if {
	some name, service in compose.services
	compose.value(service.network_mode) == "host"
}

# By its name as a network.
deny contains result.new(sprintf("the network %s is that of the host", [name]), compose.at(["networks", name])) if {
	not input.jobs
	some name, network in input.networks
	compose.value(network.external) == "true"
	compose.value(object.get(network, "name", name)) == "host"
}

deny contains result.new(sprintf("service %s is built in the network of the host", [name]), compose.at(["services", name, "build", "network"])) if {
	some name, service in compose.services
	compose.value(service.build.network) == "host"
}
