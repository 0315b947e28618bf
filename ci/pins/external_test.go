package pins

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ownFiles are the texts of our files by name, but for lockfiles and for
// fixtures, which have the faults that tests look for.
func ownFiles(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Skip("not a git checkout, so there is no list of our files")
	}
	skipped := regexp.MustCompile(`/testdata/|_test\.go$|\.sum$|-lock\.(yaml|json)$|\.(png|svg|ico|gz)$`)
	files := map[string]string{}
	for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		matches, err := filepath.Glob(filepath.Join(root, name))
		if err != nil || len(matches) != 1 || skipped.MatchString(name) {
			continue // deleted, but not yet in Git
		}
		files[name] = read(t, name)
	}
	if len(files) < 200 {
		t.Fatalf("only %d files of ours", len(files))
	}
	return files
}

// Nothing of ours asks for the newest of anything: no image, module or package.
func TestNothingIsLatest(t *testing.T) {
	latest := regexp.MustCompile(`[\w}][:@]latest\b`)
	for name, text := range ownFiles(t) {
		for _, line := range strings.Split(text, "\n") {
			if latest.MatchString(line) {
				t.Errorf("%s: %s", name, strings.TrimSpace(line))
			}
		}
	}
}

// Every image that has a registry's name has a tag or a digest too, and a base
// of a Dockerfile is a stage or a build argument, whose defaults are the pins.
func TestImagesHaveTags(t *testing.T) {
	image := regexp.MustCompile(`\b(?:docker\.io|ghcr\.io|quay\.io|gcr\.io|registry\.dagger\.io)/[\w./-]+(:[\w][\w.-]*)?(@sha256:[0-9a-f]{64})?`)
	from := regexp.MustCompile(`(?mi)^FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?`)
	seen := 0
	for name, text := range ownFiles(t) {
		for _, match := range image.FindAllStringSubmatch(text, -1) {
			seen++
			if match[1] == "" && match[2] == "" && !strings.HasSuffix(match[0], "/") {
				t.Errorf("%s: %s has neither tag nor digest", name, match[0])
			}
		}
		if !strings.HasPrefix(filepath.Base(name), "Dockerfile") {
			continue
		}
		stages := map[string]bool{"scratch": true}
		for _, match := range from.FindAllStringSubmatch(text, -1) {
			if base := match[1]; !stages[base] && !regexp.MustCompile(`^\$\{[A-Z_]+_IMAGE\}$`).MatchString(base) {
				t.Errorf("%s: FROM %s is no stage and no argument such as ${BASE_IMAGE}", name, base)
			}
			stages[match[2]] = true
		}
	}
	if seen < 20 {
		t.Errorf("only %d images found: the pattern misses them", seen)
	}
}

// Tags of actions move, as those of a scanner did in March 2026. Ours are named
// by commit, with the version beside it for people and for updates.
func TestActionsAreCommits(t *testing.T) {
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.+?)\s*$`)
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$`)
	byName := map[string]string{}
	seen := 0
	for name, text := range ownFiles(t) {
		if !strings.HasSuffix(name, ".yml") && !strings.HasSuffix(name, ".yaml") {
			continue
		}
		for _, match := range uses.FindAllStringSubmatch(text, -1) {
			action := match[1]
			if strings.HasPrefix(action, "./") {
				continue
			}
			seen++
			if !pinned.MatchString(action) {
				t.Errorf("%s: %s is not OWNER/NAME@COMMIT # vVERSION", name, action)
			}
			short, _, _ := strings.Cut(action, "@")
			if other := byName[short]; other != "" && other != action {
				t.Errorf("%s: %s, but elsewhere %s", name, action, other)
			}
			byName[short] = action
		}
	}
	if seen < 5 {
		t.Errorf("only %d actions found: the pattern misses them", seen)
	}
}
