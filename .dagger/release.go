package main

import (
	"github.com/octocode/octocode-ci/ci/release"
)

// Tags derives the tags of an image and sends nothing.
//
//	dagger call tags --version 1.2.3 --released 1.3.0
func (m *Octocode) Tags(
	// Semantic version.
	//
	// +optional
	version string,
	// Branch, such as "main" or "refs/heads/main".
	//
	// +optional
	branch string,
	// Hash of the commit.
	//
	// +optional
	commit string,
	// Number of the pull request.
	//
	// +optional
	pullRequest int,
	// Versions that exist already: none of them loses "latest" to an older one.
	//
	// +optional
	released []string,
) ([]string, error) {
	return release.Tags(release.Origin{Version: version, Branch: branch, Commit: commit, PullRequest: pullRequest, Released: released})
}
