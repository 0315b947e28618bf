# METADATA
# title: "Image by a tag that floats"
# description: "The same file starts another program tomorrow."
# schemas:
#   - input: schema["yaml"]
# custom:
#   id: OC-C04
#   long_id: compose-floating-tag
#   severity: HIGH
#   recommended_action: "Name a version, and its digest where it is known."
#   input:
#     selector:
#       - type: yaml
package user.compose.floating_tag

import rego.v1

import data.lib.octocode.compose

deny contains result.new(sprintf("service %s: the tag of %s floats", [name, service.image]), compose.at(["services", name, "image"])) if {
	some name, service in compose.services
	not service.build # what is built here is never pulled
	floats(compose.with_defaults(service.image))
}

floats(image) if {
	named(image)
	not contains(tagged(image), ":")
}

floats(image) if {
	named(image)
	[_, tag] := split(tagged(image), ":")
	floating(tag)
}

# A version has a number, and a moving name may stand before one.
floating(tag) if {
	not regex.match(`[0-9]`, tag)
	not contains(tag, compose.unknown)
}

floating(tag) if regex.match(`^(latest|stable|edge|nightly|main|master|dev|lts|current|mainline|rolling)\b`, tag)

# Workflows have images, too.
deny contains result.new(sprintf("job %s: the tag of %s floats", [name, image]), compose.at(path)) if {
	some name, job in input.jobs
	some [path, image] in images(name, job)
	not contains(image, "${{")
	floats(image)
}

images(name, job) := {[["jobs", name, "container"], job.container] | is_string(job.container)} | {[["jobs", name, "container", "image"], job.container.image] |
	is_string(job.container.image)
} | {[["jobs", name, "services", service, "image"], image] |
	some service, definition in job.services
	image := definition.image
	is_string(image)
}

# A name of which something is known, and which has no digest.
named(image) if {
	image != compose.unknown
	not contains(image, "@sha256:")
}

# The last part of the name: a registry may have a port.
tagged(image) := parts[count(parts) - 1] if parts := split(image, "/")
