// Package release decides what a release is called and what it consists of:
// tags, notes, the bundle. It is pure; package oci has to do with images and
// registries, package attest with signatures and what is signed.
package release

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Origin is what a build was made from. All fields are optional, but one of
// them has to be there.
type Origin struct {
	// Version is a semantic version, "1.2.3" or "v1.2.3".
	Version string `json:"version,omitempty"`
	// Branch is a name or a reference, "main" or "refs/heads/main".
	Branch string `json:"branch,omitempty"`
	// Commit is the full or abbreviated hash, 7 to 64 hexadecimal digits.
	Commit string `json:"commit,omitempty"`
	// PullRequest is its number; 0 is none.
	PullRequest int `json:"pullRequest,omitempty"`
	// Released are the tags that exist already, in Git or in the registry;
	// those that are no versions do not count.
	Released []string `json:"released,omitempty"`
}

// check finds what cannot be right, before anything is built.
func (o Origin) check() error {
	switch {
	case o.Version == "" && o.Branch == "" && o.Commit == "" && o.PullRequest == 0:
		return errors.New("there is nothing to derive a tag from: give version, branch, commit or pull request")
	case o.PullRequest < 0:
		return fmt.Errorf("pull request %d: it is a number above 0", o.PullRequest)
	case o.PullRequest > 0 && o.Version != "":
		return fmt.Errorf("version %s of pull request %d: a pull request is no release, leave one of them out", o.Version, o.PullRequest)
	case o.Commit != "" && !commitHash.MatchString(o.Commit):
		return fmt.Errorf("commit %q: it is 7 to 64 hexadecimal digits, as `git rev-parse HEAD` prints them", shorten(o.Commit))
	}
	return nil
}

var commitHash = regexp.MustCompile(`^[0-9a-fA-F]{7,64}$`)

// version reads a semantic version, with or without "v".
func version(text string) (*semver.Version, error) {
	v, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	if err != nil {
		return nil, fmt.Errorf("version %q: it is no semantic version, such as 1.2.3 or 1.2.3-rc.1", shorten(text))
	}
	return v, nil
}

// tagVersion reads the tag of a version, where "_" stands for "+".
func tagVersion(tag string) (*semver.Version, error) {
	return version(strings.Replace(tag, "_", "+", 1))
}

// shorten keeps a message at one line, whatever it quotes.
func shorten(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}
