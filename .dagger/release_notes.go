package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/release"
)

// notes are made from the commits since the release before, with the git of this
// module's own container.
func notes(ctx context.Context, git *dagger.Directory, version, url string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "clone")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := git.Export(ctx, filepath.Join(dir, ".git")); err != nil {
		return nil, fmt.Errorf("read the commits: %w", err)
	}
	n := release.Notes{Version: version, URL: url}
	if err := n.Read(func(args ...string) (string, error) {
		text, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "-c", "safe.directory=*"}, args...)...).Output()
		return string(text), err
	}); err != nil {
		return nil, fmt.Errorf("--git: %w", err)
	}
	var text strings.Builder
	err = n.Markdown(&text)
	return []byte(text.String()), err
}
