//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

func TestDatabase(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	if out := call(t, dir, "migrate", "output"); !strings.Contains(out, "20260209140000_teams") || !strings.Contains(out, "successfully applied") {
		t.Errorf("migrate says %q", out)
	}
	if out := call(t, dir, "seed", "output"); !strings.Contains(out, "3 tasks added") {
		t.Errorf("seed says %q", out)
	}
	if status := call(t, dir, "drift", "status"); status != "passed" {
		t.Errorf("drift is %q", status)
	}
}

// What has to be red is red, and says why.
func TestDatabaseGates(t *testing.T) {
	t.Parallel()
	nowhere := secretFile(t, "nowhere", "postgresql://app:secret-of-nobody@127.0.0.1:1/app")
	schema := "prisma/schema.prisma"
	for name, c := range map[string]struct {
		edits map[string]func(string) string
		args  []string
		want  string
	}{
		"drift":     {map[string]func(string) string{schema: func(s string) string { return s + "\nmodel Planted {\n  id Int @id\n}\n" }}, []string{"drift"}, "Planted"},
		"migration": {map[string]func(string) string{"prisma/migrations/20260209140000_teams/migration.sql": content("SELECT no_such_function();\n")}, []string{"migrate"}, "no_such_function"},
		"server":    {nil, []string{"migrate", "--url", nowhere}, "Can't reach database server"},
		"reset":     {nil, []string{"migrate-reset", "--url", nowhere}, "say --yes if that is meant"},
		"service":   {nil, []string{"migrate", "--database", "tcp://127.0.0.1:1"}, "--database is given without --url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := try(t, application(t, c.edits), c.args...)
			if r.code == 0 || !strings.Contains(r.stderr, c.want) {
				t.Errorf("exit code %d, want %q\n%s", r.code, c.want, lastLines(r.stderr, 15))
			}
			if strings.Contains(r.stderr+r.stdout, "secret-of-nobody") {
				t.Error("the password is printed")
			}
		})
	}
}

func TestCheckEnv(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	if out := call(t, dir, "check-env", "--file", ".env.example", "text"); !strings.Contains(out, "0 errors") {
		t.Errorf("the example's own file: %s", lastLines(out, 5))
	}
	// Secret files of a folder, and of several files the last one wins.
	write(t, dir, "a.env", "PORT=seven\nDATABASE_URL=postgresql://app:Vb3kQ9xT@db/app\nREDIS_URL=redis://cache\nAUTH_SECRET_FILE=/run/secrets/auth_secret\n")
	write(t, dir, "b.env", "PORT=7000\n")
	write(t, dir, "given/auth_secret", strings.Repeat("k7Qx", 12))
	out := call(t, dir, "check-env", "--file", "a.env", "--file", "b.env", "--secrets", "given", "text")
	if !strings.Contains(out, "0 errors") || !strings.Contains(out, "  AUTH_SECRET_FILE ") || strings.Contains(out, "k7Qx") {
		t.Errorf("with a folder of secrets:\n%s", out)
	}
	r := try(t, dir, "check-env", "--profile", "prod", "--file", ".env.example")
	if r.code == 0 || !strings.Contains(r.stderr, "AUTH_SECRET (.env.example) is a placeholder of an example") {
		t.Errorf("exit code %d of development values in production\n%s", r.code, lastLines(r.stderr, 15))
	}
	if r := try(t, dir, "check-env", "--profile", "moon"); r.code == 0 || !strings.Contains(r.stderr, "moon") {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 5))
	}
}
