package scan

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// fixture is an entry of testdata/rules.yaml.
type fixture struct {
	Lines     []int  `yaml:"lines"`
	Bad, Good string `yaml:",omitempty"`
}

func fixtures(t *testing.T) map[string]fixture {
	t.Helper()
	data, err := os.ReadFile("testdata/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]fixture
	if err := yaml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// Each check has an ID of its own, a severity, what to do, and fixtures.
func TestRules(t *testing.T) {
	all := fixtures(t)
	seen := map[string]string{}
	for name, text := range Rules() {
		if strings.HasPrefix(name, "lib_") {
			continue
		}
		field := func(key string) string {
			match := regexp.MustCompile(`(?m)^# +` + key + `: "?([^"\n]+)`).FindStringSubmatch(text)
			if match == nil {
				t.Errorf("%s has no %s", name, key)
				return ""
			}
			return match[1]
		}
		id := field("id")
		if seen[id] != "" {
			t.Errorf("%s and %s are both %s", name, seen[id], id)
		}
		seen[id] = name
		field("title")
		field("description")
		field("recommended_action")
		if s := Severity(field("severity")); s.rank() < High.rank() {
			t.Errorf("%s: severity %s does not fail by default", name, s)
		}
		if !strings.Contains(text, "\npackage "+RulesNamespace+".") {
			t.Errorf("%s is not in the namespace %s", name, RulesNamespace)
		}
		if f := all[id]; f.Bad == "" || f.Good == "" || len(f.Lines) == 0 {
			t.Errorf("%s: testdata/rules.yaml has no bad file, good file or lines for %s", name, id)
		}
	}
	if len(seen) != len(all) || len(seen) < 15 {
		t.Errorf("%d checks, %d fixtures", len(seen), len(all))
	}
}

// scanner is the binary that OCTOCODE_TRIVY names.
func scanner(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("OCTOCODE_TRIVY")
	if binary == "" {
		t.Skip("OCTOCODE_TRIVY names no scanner; the end-to-end tests have one in a container")
	}
	return binary
}

// trivy runs the scanner over a folder with our checks and returns its report,
// with lines.
func trivy(t *testing.T, dir string) []byte {
	t.Helper()
	binary := scanner(t)
	rules := t.TempDir()
	for name, text := range Rules() {
		if err := os.WriteFile(filepath.Join(rules, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(binary, "config", "--quiet", "--skip-check-update", "--disable-telemetry", "--skip-version-check",
		"--cache-dir", t.TempDir(), "--config-check", rules, "--check-namespaces", RulesNamespace,
		"--misconfig-scanners", "yaml,dockerfile", "--format", "json", dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	out, err = AddLines(out, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name)) })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The bad file of each check has its fault in the right lines and no other
// fault, the good file has none.
func TestRulesWithTrivy(t *testing.T) {
	all := fixtures(t)
	dir := t.TempDir()
	for id, f := range all {
		for name, text := range map[string]string{id + "-bad.yml": f.Bad, id + "-good.yml": f.Good} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	report, err := Parse(trivy(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]int{}
	for _, f := range report.Findings {
		id, kind, _ := strings.Cut(strings.TrimSuffix(f.Target, ".yml"), "-good")
		id = strings.TrimSuffix(id, "-bad")
		if f.ID != id || kind != "" || strings.Contains(f.Target, "-good") {
			t.Errorf("%s:%d: %s %s", f.Target, f.Line, f.ID, f.Title)
			continue
		}
		if f.Resolution == "" || f.Title == "" {
			t.Errorf("%s: %+v does not say what to do", f.Target, f)
		}
		lines[id] = append(lines[id], f.Line)
	}
	for id, f := range all {
		slices.Sort(lines[id])
		if !slices.Equal(lines[id], f.Lines) {
			t.Errorf("%s: found in lines %v, want %v", id, lines[id], f.Lines)
		}
		if err := report.RequireFiles(id+"-bad.yml", id+"-good.yml"); err != nil {
			t.Error(err)
		}
	}
}

// The lines reach SARIF, which the scanner makes of the report.
func TestLinesReachSARIF(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(filepath.Join(dir, "compose.yml"), []byte(fixtures(t)["OC-C02"].Bad), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, trivy(t, dir), 0o644); err != nil {
		t.Fatal(err)
	}
	sarif, err := exec.Command(scanner(t), "convert", "--quiet", "--format", "sarif", out).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"ruleId": "OC-C02"`, `"uri": "compose.yml"`, `"startLine": 4`} {
		if !strings.Contains(string(sarif), want) {
			t.Errorf("SARIF does not say %s", want)
		}
	}
}

// Our own definitions pass, but for what docker/security says, all of which is
// still needed.
func TestOwnDefinitionsWithTrivy(t *testing.T) {
	const root = "../.."
	dir := t.TempDir()
	for _, folder := range []string{"docker", ".github", "examples/workflows", "ci"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	composes, err := filepath.Glob(filepath.Join(dir, "docker", "*.yml"))
	if err != nil || len(composes) < 3 {
		t.Fatalf("only %q, %v", composes, err)
	}
	for _, name := range composes {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(AsProduction(name, string(text))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	report, err := Parse(trivy(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Require(Config+"/yaml", Config+"/dockerfile"); err != nil {
		t.Error(err)
	}
	if err := report.RequireFiles(".github/workflows/ci.yml", "examples/workflows/.github/workflows/pull-request.yml", "docker/Dockerfile", "docker/docker-compose.stack.yml"); err != nil {
		t.Error(err)
	}
	v := Judge(report.Findings, Policy{Ignores: ownIgnores(t), Now: time.Now()})
	if err := v.Err(); err != nil {
		t.Error(err)
	}
	for _, note := range Unused(Looked{Scan: "config", Kinds: []Kind{Misconfiguration}, Unused: v.Unused}) {
		t.Error(note)
	}
}

// ownIgnores are the entries of docker/security.
func ownIgnores(t *testing.T) []Ignore {
	t.Helper()
	var all []Ignore
	for name, parse := range map[string]func(string, []byte) ([]Ignore, error){".trivyignore": ParseIgnore, ".trivyignore.yaml": ParseIgnoreYAML} {
		data, err := os.ReadFile(filepath.Join("../../docker/security", name))
		if err != nil {
			t.Fatal(err)
		}
		ignores, err := parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ignores...)
	}
	return all
}

func TestOwnIgnoresHaveReasons(t *testing.T) {
	for _, ignore := range ownIgnores(t) {
		if len(ignore.Paths) == 0 {
			t.Errorf("%s: %s holds everywhere: name paths", ignore.Where, ignore.ID)
		}
	}
}
