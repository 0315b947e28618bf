package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// upstreamDir is the nested module that pins the engine's commands.
const upstreamDir = "ci/engine/upstream"

// FindSource returns the checkout that holds the pinned definitions: from
// OCTOCODE_SOURCE, or the nearest parent of the working directory or of this
// program that has them.
func FindSource() (string, error) {
	var starts []string
	if dir := os.Getenv("OCTOCODE_SOURCE"); dir != "" {
		starts = append(starts, dir)
	}
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			if exists(filepath.Join(dir, upstreamDir, "go.mod")) {
				return dir, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", fmt.Errorf("no OctoCode CI checkout here: run inside one, or set OCTOCODE_SOURCE to it")
}

// digest is a short content key over the named files and folders of a tree
// and any further inputs; the same inputs give the same key on any machine.
func digest(root string, paths []string, inputs ...string) (string, error) {
	var files []string
	for _, p := range paths {
		err := filepath.WalkDir(filepath.Join(root, p), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	sort.Strings(files)
	h := sha256.New()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", rel, len(data))
		h.Write(data)
	}
	for _, in := range inputs {
		fmt.Fprintf(h, "%q\n", in)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}
