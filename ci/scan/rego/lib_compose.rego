# METADATA
# title: "What the checks of Compose files share"
# custom:
#   library: true
#   input:
#     selector:
#       - type: yaml
package lib.octocode.compose

import rego.v1

# Services of a Compose file by name. A workflow has services too, in its jobs.
services[name] := service if {
	not input.jobs
	some name, service in input.services
	is_object(service)
}

# Those that this file defines, and does not only add to.
defined[name] := service if {
	some name, service in services
	some key in ["image", "build"]
	service[key]
}

# A file is of production when it says so in x-production, and else when one of
# its services has a deploy section, is started again after an end, or has
# NODE_ENV=production. The file's name is not known here: see AsProduction.
production if input["x-production"] == true

production if {
	object.get(input, "x-production", null) == null
	some service in services
	for_production(service)
}

for_production(service) if service.deploy

for_production(service) if service.restart in ["always", "unless-stopped"]

for_production(service) if {
	some [key, value] in environment(service)
	key == "NODE_ENV"
	with_defaults(value) == "production"
}

# The environment as a set of [name, value], from both of its forms.
environment(service) := pairs(object.get(service, "environment", {}))

# The same of any such section.
pairs(section) := {[key, sprintf("%v", [value])] |
	some key, value in section
	is_object(section)
	value != null
} | {[parts[0], concat("=", array.slice(parts, 1, count(parts)))] |
	is_array(section)
	some line in section
	parts := split(line, "=")
	count(parts) > 1
}

# What stands for text that is not known. No file has this character.
unknown := "\u0001"

# Whether a key has a value: null is none, and neither is the empty text.
given(any) if not value(any) in {"", "null", "<nil>"}

# A value as Compose takes it: "true", true and ${X:-true} are the same.
value(any) := lower(with_defaults(sprintf("%v", [any])))

# Text with the defaults of its variables; one without a default becomes unknown.
with_defaults(text) := replace(outer, "$$", "$") if {
	inner := regex.replace(text, `\$\{[A-Za-z0-9_]+:?-([^{}]*)\}`, "$1")
	nested := regex.replace(inner, `\$\{[A-Za-z0-9_]+:?-([^{}]*)\}`, "$1")
	braces := regex.replace(nested, `\$\{[^{}]*\}`, unknown)
	outer := regex.replace(braces, `(^|[^$])\$[A-Za-z_][A-Za-z0-9_]*`, concat("", ["$1", unknown]))
}

# Nothing that root could do is left: neither now nor by way of a program.
powerless(service) if {
	"ALL" in service.cap_drop
	some option in service.security_opt
	regex.match(`^no-new-privileges([:=]true)?$`, option)
}

# The cause of a result. Trivy keeps no lines of YAML, so it says the place as a
# path of keys, of which the line is made later.
at(path) := {"resource": concat("/", path)}
