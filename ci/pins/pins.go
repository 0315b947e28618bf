// Package pins is the one place where the version of everything external
// stands: engine, runtime and images. Dockerfile arguments, Compose variables
// and stand-in images are checked against it by a test, so none of them can
// drift. A tag is a release, or says why it moves.
package pins

// Engine is the version of the Dagger engine, CLI and SDK.
const Engine = "v0.19.10"

// Suite is the Debian release of the default base image and of the engine's
// own root filesystem.
const Suite = "trixie"

// Go is the toolchain that the scanner is built with. It comes as a Go module,
// whose checksum the checksum database has.
const Go = "1.26.8"

// Node is the JavaScript runtime of the images.
const Node = "24.21.0"

// Image is one external container image.
type Image struct {
	// Name is the short name by which our own code asks for it.
	Name string
	// Ref is the reference with its tag, as Docker Hub serves it.
	Ref string
	// Digest of Ref, where it is known; empty otherwise.
	Digest string
	// Moves says why the tag is that of a line of releases, not of one.
	Moves string
	// Variable is the build argument or Compose variable that overrides it.
	Variable string
}

// Scanner is the image of Trivy that the release workflow of this repository
// builds of checksummed sources and publishes. It prints the digest, which goes
// in here; until then the scanner is built where it is needed.
var Scanner = Image{Name: "scanner", Ref: "ghcr.io/octocode/octocode-ci/scanner:v0.74.0"}

// ByDigest is the reference with its digest; empty where that is not known, so
// that nothing is taken by a tag, which moves.
func (i Image) ByDigest() string {
	if i.Digest == "" {
		return ""
	}
	return i.Ref + "@" + i.Digest
}

// fixes is why some tags move: with a line of releases come its security fixes.
const fixes = "security fixes of the line"

// Images are all images that the definitions need. No digest is known so far:
// where this was written, no registry could be reached. Until then a tag is what
// its registry says today; the provenance of a release names the digests that it
// was built on, and its bundle runs images by digest.
var Images = []Image{
	{Name: "debian", Ref: "docker.io/library/debian:trixie-slim", Moves: fixes, Variable: "BASE_IMAGE"},
	{Name: "node", Ref: "docker.io/library/node:24.21.0-trixie-slim", Variable: "NODE_IMAGE"},
	{Name: "postgres", Ref: "docker.io/library/postgres:17-trixie", Moves: fixes, Variable: "POSTGRES_IMAGE"},
	{Name: "redis", Ref: "docker.io/library/redis:8.0", Moves: fixes, Variable: "REDIS_IMAGE"},
	{Name: "nginx", Ref: "docker.io/library/nginx:1.26.3", Variable: "NGINX_IMAGE"},
	{Name: "pgadmin", Ref: "docker.io/dpage/pgadmin4:9.8", Variable: "PGADMIN_IMAGE"},
	{Name: "falco", Ref: "docker.io/falcosecurity/falco:0.43.0", Variable: "FALCO_IMAGE"},
	{Name: "mailhog", Ref: "docker.io/mailhog/mailhog:v1.0.1", Variable: "MAILHOG_IMAGE"},
	{Name: "archlinux", Ref: "docker.io/library/archlinux:base-20251019.0.436919", Variable: "BASE_IMAGE"},
	{Name: "alpine", Ref: "docker.io/library/alpine:3.22", Moves: fixes, Variable: "BASE_IMAGE"},
	{Name: "node-alpine", Ref: "docker.io/library/node:24.21.0-alpine3.22", Variable: "NODE_IMAGE"},
}

// Ref returns the reference of the named image, with its digest where known.
// An unknown name gives an empty string.
func Ref(name string) string {
	for _, image := range Images {
		if image.Name == name {
			if image.Digest != "" {
				return image.Ref + "@" + image.Digest
			}
			return image.Ref
		}
	}
	return ""
}

// OfVariable returns the reference of the image that a Compose variable
// overrides; empty when none does.
func OfVariable(variable string) string {
	for _, image := range Images {
		if image.Variable == variable {
			return Ref(image.Name)
		}
	}
	return ""
}

// StandInLabel tells anyone who looks that an image is not the original.
const StandInLabel = "dev.octocode.standin"

// Tag returns the reference of the named image without its digest, for a
// caller that wants another version of it.
func Tag(name string) string {
	for _, image := range Images {
		if image.Name == name {
			return image.Ref
		}
	}
	return ""
}
