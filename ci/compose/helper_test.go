package compose

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/stack"
)

// project writes files into a folder named "shop". One text holds them all:
// what stands before the first "== name ==" is compose.yaml.
func project(t testing.TB, text string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	name, body := "compose.yaml", []string{}
	write := func() {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Join(body, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "== ") {
			write()
			name, body = strings.Trim(line, "= "), nil
			continue
		}
		body = append(body, line)
	}
	write()
	return dir
}

func load(t testing.TB, text string, o Options) (*stack.Plan, error) {
	t.Helper()
	o.Dir = project(t, text)
	return Load(context.Background(), o)
}

func mustLoad(t *testing.T, text string, o Options) *stack.Plan {
	t.Helper()
	p, err := load(t, text, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func problemsOf(t *testing.T, text string, o Options) stack.Problems {
	t.Helper()
	p, err := load(t, text, o)
	var problems stack.Problems
	if !errors.As(err, &problems) || p != nil {
		t.Fatalf("got %v, %v instead of problems", p, err)
	}
	return problems
}
