package release

import (
	"errors"
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Git runs git with arguments in a clone, and gives what it prints.
type Git func(args ...string) (string, error)

// Read fills in the notes' commits, and the tags of this release and of the one
// before unless they are given. The clone needs its history: where it is cut off
// the notes would say less, and nobody would see it.
//
//	n := release.Notes{Version: "1.2.3"}
//	err := n.Read(func(args ...string) (string, error) {
//		text, err := exec.Command("git", args...).Output()
//		return string(text), err
//	})
func (n *Notes) Read(git Git) error {
	v, err := version(n.Version)
	if err != nil {
		return err
	}
	shallow, err := git("rev-parse", "--is-shallow-repository")
	if err != nil {
		return errors.New("notes: there is no clone to read the commits of")
	}
	if strings.TrimSpace(shallow) != "false" {
		return errors.New("notes: this clone is shallow, the commits since the last release are not in it: `git fetch --unshallow --tags`, or fetch-depth: 0 in a workflow")
	}
	// Not those of other branches: a fix of 1.x does not begin the notes of 2.0.
	tags, err := git("tag", "--list", "--merged", "HEAD")
	if err != nil {
		return errors.New("notes: the tags cannot be read: is there a commit yet?")
	}
	this, previous := tagsOf(v, strings.Fields(tags))
	if n.Previous == "" {
		n.Previous = previous
	}
	if n.Tag == "" {
		n.Tag = this
	}
	commits := "HEAD"
	if n.Previous != "" {
		commits = n.Previous + "..HEAD"
	}
	text, err := git("log", "--no-show-signature", "--format=%H%x1f%s%x1f%b%x1e", "--end-of-options", commits)
	if err != nil {
		return fmt.Errorf("notes: there are no commits %s: is the tag in this clone?", commits)
	}
	n.Commits = ParseLog(text)
	return nil
}

// tagsOf are the tags of a version and of the highest one below it, with "v" or
// without; empty if there is none. Without a tag of its own, a version is
// written as the one before.
func tagsOf(v *semver.Version, tags []string) (this, previous string) {
	var below *semver.Version
	for _, tag := range tags {
		switch other, err := version(tag); {
		case err != nil:
		case other.Equal(v) && other.Metadata() == v.Metadata():
			this = tag
		case other.LessThan(v) && (below == nil || other.GreaterThan(below)):
			below, previous = other, tag
		}
	}
	if this == "" {
		this = v.String()
		if previous == "" || strings.HasPrefix(previous, "v") {
			this = "v" + this
		}
	}
	return this, previous
}
