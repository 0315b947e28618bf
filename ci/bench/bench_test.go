package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/pins"
)

func TestOptions(t *testing.T) {
	tests := []struct {
		args     string
		runs     int
		coldRuns int
		only     string
		fault    string
	}{
		{"", 3, 1, "abc", ""},
		{"-runs 5 -cold-runs 2", 5, 2, "abc", ""},
		{"-cold=false -only b,c", 3, 0, "bc", ""},
		{"-quick -runs 9 -only a", 1, 0, "a", ""},
		{"-only x", 0, 0, "", "name some of a, b and c"},
		{"-only a,", 0, 0, "", "name some of a, b and c"},
		{"-runs 0", 0, 0, "", "begin at 1"},
		{"c", 0, 0, "", "c is not a flag"},
	}
	for _, test := range tests {
		o, err := parseOptions(strings.Fields(test.args), io.Discard)
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: error %v, want %q", test.args, err, test.fault)
			}
			continue
		}
		only := ""
		for _, letter := range []string{"a", "b", "c"} {
			if o.only[letter] {
				only += letter
			}
		}
		if err != nil || o.runs != test.runs || o.coldRuns != test.coldRuns || only != test.only {
			t.Errorf("%s: %+v, %v", test.args, o, err)
		}
	}
}

// The Dockerfile that BuildKit gets is the real one, with a stage for each
// check at its end.
func TestBenchDockerfile(t *testing.T) {
	real, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text, err := benchDockerfile(string(real), false)
	if err != nil || !strings.HasPrefix(text, string(real)) || !strings.HasSuffix(text, "\nFROM development AS bench-test\nRUN pm run test\n") {
		t.Errorf("%v:\n%s", err, text)
	}
	text, err = benchDockerfile(string(real), true)
	if err != nil || !strings.Contains(text, baseStage+"COPY --from=authorities ") || strings.Count(text, "authorities . ") != 1 {
		t.Errorf("%v:\n%s", err, text)
	}
	if _, err := benchDockerfile("FROM scratch\n", true); err == nil {
		t.Error("authorities can be put into a Dockerfile without the stage base")
	}
}

func TestBuildCommand(t *testing.T) {
	m := &makefile{dir: "/app", dockerfiles: "/docker", buildkit: &buildkit{home: "/home"}}
	argv := strings.Join(m.build("production", "--output=x").argv, " ")
	for _, want := range []string{"/home/bin/buildctl --addr unix:///home/run/buildkit/buildkitd.sock build ", "--local=context=/app ",
		"--opt=target=production ", "--opt=build-arg:NODE_IMAGE=docker.io/library/node:", " --output=x"} {
		if !strings.Contains(argv, want) {
			t.Errorf("no %q in %s", want, argv)
		}
	}
	if strings.Contains(argv, "authorities") {
		t.Errorf("authorities of a host that has none: %s", argv)
	}
	m.authorities = "/certs"
	if argv := m.build("base").argv; !strings.Contains(strings.Join(argv, " "), "--local=authorities=/certs --opt=context:authorities=local:authorities") {
		t.Errorf("no authorities in %q", argv)
	}
}

func TestConfigurationNamesTheMirrorOnlyWhereThereIsOne(t *testing.T) {
	if text := configuration(""); strings.Contains(text, "registry") || !strings.Contains(text, `networkMode = "host"`) {
		t.Errorf("without a mirror:\n%s", text)
	}
	if text := configuration("127.0.0.1:5001"); !strings.Contains(text, `mirrors = ["127.0.0.1:5001"]`) || !strings.Contains(text, "[registry.\"127.0.0.1:5001\"]\n  http = true\n") {
		t.Errorf("with a mirror:\n%s", text)
	}
}

// Whole trees go, and nothing else.
func TestRemoveGroups(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"pids" + cgroup + "/buildkit/a", "memory" + cgroup, "pids/buildkit", cgroup + "/b"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := removeGroups(root); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{"pids/buildkit": true, "memory": true, "pids" + cgroup: false, "memory" + cgroup: false, cgroup: false} {
		if _, err := os.Stat(filepath.Join(root, dir)); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", dir, err, want)
		}
	}
	if err := removeGroups(root); err != nil {
		t.Errorf("nothing to remove: %v", err)
	}
}

func sampleApplication(t *testing.T, manifest string) (*application, error) {
	t.Helper()
	dir := t.TempDir()
	files := edit{"package.json": []byte(manifest), "pnpm-lock.yaml": []byte("lockfileVersion: '9.0'\n"), page: []byte("export default 1;\n"),
		".gitignore": []byte("dist/\n"), "dist/out.js": []byte("made")}
	if err := files.write(dir); err != nil {
		t.Fatal(err)
	}
	if _, _, err := (command{argv: []string{"git", "init", "--quiet", dir}}).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return loadApplication(t.Context(), dir, "nonce")
}

func TestApplication(t *testing.T) {
	app, err := sampleApplication(t, `{"name": "shop", "packageManager": "pnpm@10.34.9+sha512.abc"}`)
	if err != nil {
		t.Fatal(err)
	}
	if app.manager != "pnpm@10.34.9" || !strings.Contains(string(app.files["package.json"]), `"name": "octocode-bench"`) || app.files["dist/out.js"] != nil {
		t.Errorf("application = %s, manager %s", app.files, app.manager)
	}
	first, second := string(app.editPage(1)[page]), string(app.editPage(2)[page])
	if first != "export default 1;\n\n// bench nonce 1\n" || first == second {
		t.Errorf("edits %q and %q", first, second)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	for range 2 {
		if err := app.copyTo(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".git", page} {
		if _, err := os.Stat(filepath.Join(copied, name)); err != nil {
			t.Errorf("the copy has no %s", name)
		}
	}
	if _, err := sampleApplication(t, `{"name": "shop", "packageManager": "yarn@1.22.22"}`); err == nil || !strings.Contains(err.Error(), "pnpm") {
		t.Errorf("an application of yarn: %v", err)
	}
}

func TestInstallToolsSaysWhatIsMissing(t *testing.T) {
	home := t.TempDir()
	if _, err := installTools(t.Context(), t.TempDir(), home, "pnpm@1"); err == nil || !strings.Contains(err.Error(), "fetch Node.js: ") {
		t.Errorf("without our program: %v", err)
	}
	// What is there already is not fetched.
	if err := os.MkdirAll(filepath.Join(home, "tools", pins.Node+"-pnpm@1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if tools, err := installTools(t.Context(), t.TempDir(), home, "pnpm@1"); err != nil || !strings.HasSuffix(tools.pnpm(), "-pnpm@1/bin/pnpm") {
		t.Errorf("with the tools there: %+v, %v", tools, err)
	}
}

// The commands on the host get the image's tools and a store of their own, and
// nothing that would make them behave as in production.
func TestToolsEnvironment(t *testing.T) {
	t.Setenv("NODE_ENV", "production")
	env := (&tools{dir: "/tools", caches: "/caches"}).env()
	text := "\n" + strings.Join(env, "\n") + "\n"
	if !strings.HasPrefix(text, "\nPATH=/tools/bin:") || strings.Count(text, "\nPATH=") != 1 || strings.Contains(text, "\nNODE_ENV=") ||
		!strings.Contains(text, "\nnpm_config_store_dir=/caches/store\n") {
		t.Errorf("environment:%s", text)
	}
}

func TestFailedCommandShowsItsLastLines(t *testing.T) {
	c := command{argv: []string{"sh", "-c", "echo first; echo reason; echo \x1b[31mred\x1b[0m >&2; exit 3"}}
	out, _, err := c.run(t.Context())
	if err == nil || out != "first\nreason\n" {
		t.Fatalf("%q, %v", out, err)
	}
	for _, want := range []string{"exit status 3", "  reason\n", "  red\n"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestMemoryGB(t *testing.T) {
	for text, want := range map[string]float64{"MemTotal:       1000000 kB\nMemFree: 1 kB\n": 1.024, "MemFree: 5 kB\n": 0, "": 0} {
		if got := memoryGB(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
