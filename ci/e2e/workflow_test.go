//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const consumerWorkflows = "examples/workflows/.github/workflows"

// script is a step of a workflow that runs commands.
type script struct{ Name, Run string }

// scripts are the steps of a job with commands, in order.
func scripts(t *testing.T, file, job string) []script {
	t.Helper()
	var w struct {
		Jobs map[string]struct{ Steps []script }
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(root, consumerWorkflows, file))), &w); err != nil {
		t.Fatal(err)
	}
	list := slices.DeleteFunc(w.Jobs[job].Steps, func(s script) bool { return s.Run == "" })
	if len(list) == 0 {
		t.Fatalf("%s has no job %s with commands", file, job)
	}
	return list
}

// The commands of the job `ci`, as they stand in the workflow that consumers
// copy, in a consumer's repository: green, and red with all reports.
func TestConsumerWorkflow(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("npm"), nil)
	toolchain(t, dir)
	bin := t.TempDir()
	program := fmt.Sprintf("#!/bin/sh\nexec '%s' dagger --progress=plain \"$@\"\n", filepath.Join(root, "bin/octocode"))
	if err := os.WriteFile(filepath.Join(bin, "dagger"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	summary := filepath.Join(t.TempDir(), "summary")
	// job runs the steps and returns the name of the one that failed.
	job := func() string {
		for _, step := range scripts(t, "pull-request.yml", "ci") {
			// As GitHub runs them.
			cmd := exec.Command("bash", "-e", "-o", "pipefail", "-c", step.Run)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "GITHUB_STEP_SUMMARY="+summary, "GITHUB_SHA=0123456789abcdef0123456789abcdef01234567")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Logf("%s: %v\n%s", step.Name, err, lastLines(string(out), 10))
				return step.Name
			}
		}
		return ""
	}
	if failed := job(); failed != "" {
		t.Fatalf("the step %q failed", failed)
	}
	if text := read(t, summary); !strings.Contains(text, "typecheck") || !strings.Contains(text, "passed") {
		t.Errorf("the job's summary:\n%s", text)
	}
	for _, name := range []string{"junit.xml", "summary.json", "test/junit.xml"} {
		if read(t, filepath.Join(dir, "build/ci", name)) == "" {
			t.Errorf("%s is empty", name)
		}
	}

	write(t, dir, "src/lib/fault.ts", "export const fault: number = 'text';\n")
	if failed := job(); failed != "Verdict" {
		t.Errorf("with a type error the step %q failed, want the verdict", failed)
	}
	if text := read(t, summary); !strings.Contains(text, "error TS2322") {
		t.Errorf("the job's summary of a red run:\n%s", text)
	}
}

var (
	called     = regexp.MustCompile(`dagger call octocode ([a-z-]+)([^\n]*)`)
	longFlag   = regexp.MustCompile(` --([a-z-]+)`)
	nextWord   = regexp.MustCompile(`^ ([a-z-]+)`)
	substitute = regexp.MustCompile(`"\$\([^)]*\)"`)
)

// Each function and flag in the workflows is one that the module has.
func TestWorkflowsCallWhatIsThere(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, consumerWorkflows, "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("only %q, %v", files, err)
	}
	help := map[string]string{}
	for _, file := range files {
		text := strings.ReplaceAll(read(t, file), "\\\n", " ")
		calls := called.FindAllStringSubmatch(text, -1)
		if len(calls) == 0 {
			t.Errorf("%s calls nothing", file)
		}
		for _, c := range calls {
			function, rest := c[1], substitute.ReplaceAllString(c[2], "X")
			if sub := nextWord.FindStringSubmatch(rest); function == "scan" && sub != nil {
				function += " " + sub[1]
			}
			if help[function] == "" {
				r := dagger(t, root, append(append([]string{"call"}, strings.Fields(function)...), "--help")...)
				if r.code != 0 || !strings.Contains(r.stdout, "dagger call "+function) {
					t.Errorf("%s: there is no function %s", filepath.Base(file), function)
				}
				help[function] = r.stdout
			}
			for _, flag := range longFlag.FindAllStringSubmatch(rest, -1) {
				if flag[1] != "path" && !strings.Contains(help[function], " --"+flag[1]+" ") {
					t.Errorf("%s: %s has no flag --%s", filepath.Base(file), function, flag[1])
				}
			}
		}
	}
}
