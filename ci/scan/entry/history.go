//go:build linux

package entry

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// History writes out every version of every file in a Git repository, each
// once, as COMMIT/PATH of the oldest commit that has it. What the working tree
// has as well is left out. It needs git in PATH.
type History struct {
	// Git is the repository's .git folder.
	Git string
	// Tree is the working tree.
	Tree string
	// Out is the folder that is written to.
	Out string
}

// Past is how much it was.
type Past struct{ Commits, Files int }

// Command is the command line for a container with octocode-scan and git.
func (h History) Command() []string { return command("history", h) }

// version is one file in one commit.
type version struct{ commit, blob, path string }

func (h History) run() (Past, error) {
	if shallow, err := h.git("rev-parse", "--is-shallow-repository"); err != nil {
		return Past{}, fmt.Errorf("--history is no .git folder of a repository: %w", err)
	} else if strings.TrimSpace(shallow) == "true" {
		return Past{}, errors.New("the clone is shallow, so its history cannot be scanned: clone it with fetch-depth 0, or run git fetch --unshallow")
	}
	commits, err := h.git("rev-list", "--all", "HEAD", "--count")
	if err != nil {
		return Past{}, fmt.Errorf("the history cannot be read: %w", err)
	}
	// -m names what a merge itself brings in, too.
	log, err := h.git("log", "--all", "HEAD", "--reverse", "-m", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=d", "--format=%H")
	if err != nil {
		return Past{}, fmt.Errorf("the history cannot be read: %w", err)
	}
	versions, err := parseLog(log)
	if err != nil {
		return Past{}, err
	}
	files, err := h.write(versions)
	if err != nil {
		return Past{}, err
	}
	var past Past
	_, err = fmt.Sscan(commits, &past.Commits)
	past.Files = files
	return past, err
}

// parseLog reads what git log prints with --raw -z: the commit, then of each
// file ":MODE MODE BLOB BLOB STATUS" and its path, all ended by NUL.
func parseLog(log string) ([]version, error) {
	seen := map[string]bool{}
	var all []version
	var commit string
	fields := strings.Split(log, "\x00")
	for i := 0; i < len(fields); i++ {
		field := strings.TrimLeft(fields[i], "\n")
		meta, ok := strings.CutPrefix(field, ":")
		if !ok {
			if field != "" {
				commit = field
			}
			continue
		}
		change := strings.Fields(meta)
		if i++; len(change) != 5 || i >= len(fields) || len(commit) < 12 {
			return nil, fmt.Errorf("git log says %q, which is not understood", field)
		}
		// Files only: no submodules, no symbolic links.
		if !strings.HasPrefix(change[1], "100") || seen[change[3]] {
			continue
		}
		seen[change[3]] = true
		all = append(all, version{commit: commit[:12], blob: change[3], path: fields[i]})
	}
	return all, nil
}

// write gets the contents from one process, for there may be many.
func (h History) write(versions []version) (files int, err error) {
	cmd := h.command("cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.Close(), cmd.Wait()) }()
	answers := bufio.NewReader(out)
	for _, v := range versions {
		if _, err := fmt.Fprintln(in, v.blob); err != nil {
			return 0, err
		}
		var blob, kind string
		var size int64
		line, err := answers.ReadString('\n')
		if err == nil {
			_, err = fmt.Sscan(line, &blob, &kind, &size)
		}
		if err != nil {
			return 0, fmt.Errorf("%s of commit %s is missing in the repository: fetch it, then scan again", v.path, v.commit)
		}
		text := make([]byte, size+1) // and the newline behind it
		if _, err := io.ReadFull(answers, text); err != nil {
			return 0, err
		}
		text = text[:size]
		if now, err := os.ReadFile(filepath.Join(h.Tree, v.path)); err == nil && bytes.Equal(now, text) {
			continue
		}
		if !filepath.IsLocal(v.path) {
			return 0, fmt.Errorf("commit %s has a file with the path %q, which leads out of it", v.commit, v.path)
		}
		name := filepath.Join(h.Out, v.commit, v.path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return 0, err
		}
		files++
	}
	return files, nil
}

func (h History) git(args ...string) (string, error) {
	out, err := h.command(args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}

// command is git without the configuration of anyone, for a folder that
// belongs to another user.
func (h History) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*", "--git-dir", h.Git}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_NO_LAZY_FETCH=1"}
	return cmd
}

// String says how much it was.
func (p Past) String() string {
	return fmt.Sprintf("history: %d commits, %d versions of files that the sources do not have", p.Commits, p.Files)
}
