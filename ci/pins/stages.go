package pins

import (
	"fmt"
	"slices"
	"strings"
)

// Families are the base images that a caller can ask for by name, the default
// first.
var Families = []string{"debian", "archlinux", "alpine"}

// CheckStages says what is wrong with what a caller asks for, before an image is
// pulled. dockerfile is the application's own, which has its own images and
// would ignore others; "" is ours. Whether a reference is an image of these
// families shows in the image only, by HasPackageManager.
//
//	err := pins.CheckStages("redis", pins.Node, "") // --base-image "redis": use …
func CheckStages(base, node, dockerfile string) error {
	const ours = "leave it out, or take our Dockerfile with --dockerfile none"
	switch {
	case dockerfile != "" && base != Families[0]:
		return fmt.Errorf("--base-image %q: %s names its images itself: %s", base, dockerfile, ours)
	case dockerfile != "" && node != Node:
		return fmt.Errorf("--node %q: %s names its images itself: %s", node, dockerfile, ours)
	case !slices.Contains(Families, base) && !isReference(base):
		return ForeignBase(base)
	}
	return nil
}

// HasPackageManager is the shell's word for it: it ends with 0 in an image of a
// family that our Dockerfile knows.
const HasPackageManager = "command -v apt-get || command -v pacman || command -v apk"

// ForeignBase is the error of a base image that is of none of the families.
func ForeignBase(base string) error {
	return fmt.Errorf("--base-image %q: use %s, or the reference of an image of these families with its tag, such as docker.io/library/ubuntu:24.04",
		base, strings.Join(Families, ", "))
}

// isReference is true for an image with a tag or a digest; the port of a
// registry is neither.
func isReference(ref string) bool {
	name, tag, ok := strings.Cut(ref[strings.LastIndex(ref, "/")+1:], ":")
	return ok && name != "" && tag != ""
}

// ForStages are the references of base image and Node.js image for what a
// caller asks for: base is a family or a reference, node a version or a
// reference. Node.js is built for one C library: Alpine has musl, the other
// families glibc.
//
//	base, node := pins.ForStages("alpine", pins.Node)
func ForStages(base, node string) (baseRef, nodeRef string) {
	if slices.Contains(Families, base) {
		base = Ref(base)
	}
	if strings.ContainsAny(node, ":/@") {
		return base, node
	}
	name := "node"
	if strings.Contains(base, "alpine") {
		name = "node-alpine"
	}
	if node == Node {
		return base, Ref(name)
	}
	return base, strings.Replace(Tag(name), Node, node, 1)
}
