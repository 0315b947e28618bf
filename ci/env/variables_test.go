package env

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/secrets"
)

const root = "../.."

func variable(t *testing.T, name string) (Variable, bool) {
	t.Helper()
	i := slices.IndexFunc(specification, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return Variable{}, false
	}
	return specification[i], true
}

func TestSpecificationIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range All() {
		if seen[v.Name] {
			t.Errorf("%s stands here twice", v.Name)
		}
		seen[v.Name] = true
		if v.Type == "" || len(v.NeededBy) == 0 || !strings.HasSuffix(v.About, ".") || !slices.Contains([]string{"", "always", "prod"}, v.Required) {
			t.Errorf("%s is not specified fully: %+v", v.Name, v)
		}
		if v.File != "" && !slices.Contains(secrets.Names, v.File) {
			t.Errorf("%s: nobody makes the secret file %s", v.Name, v.File)
		}
		if v.Default != "" {
			if _, err := v.decode(v.Default); err != nil {
				t.Errorf("%s: the default %v", v.Name, err)
			}
		}
	}
}

// The stack's own secrets pass the check of production.
func TestGeneratedSecretsAreGood(t *testing.T) {
	dir := t.TempDir()
	if _, err := secrets.Generate(dir, secrets.Options{}); err != nil {
		t.Fatal(err)
	}
	report, err := Check(Options{Profile: Prod, Secrets: os.DirFS(dir), Sources: []Source{{Values: map[string]string{"APP_IMAGE": "shop:1.2.3"}}}})
	if err != nil || report.Errors+report.Warnings > 0 {
		t.Errorf("%v\n%s", err, report.Text())
	}
}

func TestExampleFileAgrees(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "examples/octocode/.env.example"))
	if err != nil {
		t.Fatal(err)
	}
	matches := regexp.MustCompile(`(?m)^(#?)([A-Z][A-Z0-9_]*)=(.*)$`).FindAllStringSubmatch(string(data), -1)
	if len(matches) < 15 {
		t.Fatalf("only %d variables were found", len(matches))
	}
	for _, m := range matches {
		commented, name, value := m[1] != "", m[2], m[3]
		v, known := variable(t, name)
		switch {
		case !known:
			t.Errorf("%s is not in the specification", name)
		case commented && v.Default != value:
			t.Errorf("%s: the default is %q, .env.example says %q", name, v.Default, value)
		}
		if v.Secret && value != "" && !commented {
			report, err := Check(Options{Profile: Prod, Sources: []Source{{Name: "x", Values: map[string]string{name: value}}}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Rows, func(r Row) bool { return r.Variable == name && r.Level == Error }) {
				t.Errorf("%s: production takes the value of .env.example", name)
			}
		}
	}
}

// Every ${VARIABLE} of the Compose files is specified. A default differs only
// where the stack has to differ from the application on its own.
func TestComposeFilesAgree(t *testing.T) {
	different := map[string]bool{"REALTIME_URL": true}
	files, err := filepath.Glob(filepath.Join(root, "docker", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	nested, _ := filepath.Glob(filepath.Join(root, "docker", "*", "docker-compose*.yml"))
	use := regexp.MustCompile(`(?:^|[^$])\$\{([A-Z][A-Z0-9_]*)(?:(:?[-?+])([^}]*))?\}`)
	for _, file := range append(files, nested...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(data), -1) {
			name, operator, value := m[1], m[2], m[3]
			v, known := variable(t, name)
			switch {
			case strings.HasPrefix(name, "COMPOSE_"):
			case !known:
				t.Errorf("%s: %s is not in the specification", file, name)
			case strings.HasSuffix(operator, "-") && !v.Secret && value != v.Default && !different[name]:
				t.Errorf("%s: the default of %s is %q, the specification says %q", file, name, value, v.Default)
			}
		}
	}
}

func TestLists(t *testing.T) {
	text, markdown := ListText(All()), ListMarkdown(All())
	for _, want := range []string{"AUTH_SECRET", "required in production", "number 1..100", "Also as AUTH_SECRET_FILE; secret file auth_secret."} {
		if !strings.Contains(text, want) || !strings.Contains(markdown, want) {
			t.Errorf("a list does not say %q", want)
		}
	}
	if !strings.Contains(markdown, "| `PORT` | port | `3000` | oc_app, dev | Port of pages and API. |\n") {
		t.Error("Markdown has another form")
	}
	for _, line := range strings.Split(strings.TrimSpace(markdown), "\n") {
		if strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 6 {
			t.Errorf("not five columns: %s", line)
		}
	}
}
