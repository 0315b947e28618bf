# METADATA
# title: "Port of a database published"
# description: "A database that the world reaches is one password away from it."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C09
#   long_id: compose-database-port
#   severity: HIGH
#   recommended_action: "Let services reach it over their network, or publish it on 127.0.0.1."
#   input:
#     selector:
#       - type: yaml
package user.compose.database_port

import rego.v1

import data.lib.octocode.compose

ports := {
	"1433", "1521", "2379", "3306", "5432", "5984", "6379", "7687", "8086", "8123",
	"9000", "9042", "9200", "11211", "27017", "33060",
}

names := `(^|/)(postgres|postgis|timescaledb|pgvector|mysql|mariadb|percona|redis|valkey|keydb|memcached|mongo|mongodb|elasticsearch|opensearch|cassandra|clickhouse-server|influxdb|neo4j|couchdb|etcd)(:|@|$)`

deny contains result.new(sprintf("service %s publishes port %s of a database", [name, target]), compose.at(["services", name, "ports", sprintf("%d", [i])])) if {
	some name, service in compose.services
	some i, port in service.ports
	target := published(port)
	database(service, target)
}

# One of a range is enough. 9000 is many things.
database(_, target) if {
	ends := split(target, "-")
	some known in ports - {"9000"}
	to_number(ends[0]) <= to_number(known)
	to_number(known) <= to_number(ends[count(ends) - 1])
}

database(service, _) if regex.match(names, compose.with_defaults(service.image))

# The port in the container, where all the world reaches it.
published(port) := target if {
	not is_object(port)
	text := compose.with_defaults(sprintf("%v", [port]))
	not regex.match(`^(127\.[0-9.]+|\[?::1\]?|localhost):`, text)
	parts := split(split(text, "/")[0], ":")
	target := parts[count(parts) - 1]
}

published(port) := sprintf("%v", [port.target]) if {
	is_object(port)
	address := compose.with_defaults(object.get(port, "host_ip", ""))
	not regex.match(`^(127\.|::1$|localhost$)`, address)
}
