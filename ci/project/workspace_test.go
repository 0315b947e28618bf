package project

import (
	"slices"
	"strings"
	"testing"
)

// monorepo has the lockfile and the package manager in its root, and the
// schema in a package of its own.
func monorepo() files {
	app := strings.NewReplacer(`"packageManager": "pnpm@10.34.9",`, "", `"engines": { "node": ">=22.13" },`, "").Replace(packageJSON)
	return files{
		"package.json":                                       `{"name": "mono", "packageManager": "pnpm@10.34.9", "engines": {"node": "24"}}`,
		"pnpm-lock.yaml":                                     pnpmLock,
		"pnpm-workspace.yaml":                                "# all\npackages:\n  - 'apps/*'   # apps\n\n  - \"packages/*\"\nallowBuilds:\n  x: false\n",
		"apps/web/package.json":                              app,
		"apps/web/next.config.js":                            nextConfig,
		"packages/db/package.json":                           `{"name": "@acme/db", "dependencies": {"prisma": "6.19.3"}}`,
		"packages/db/prisma/schema.prisma":                   schema,
		"packages/db/prisma/migrations/1_init/migration.sql": "SELECT 1;",
	}
}

func TestMonorepo(t *testing.T) {
	p := detect(t, monorepo(), Options{App: "./apps/web/", Node: "24.21.0"})
	if p.App != "apps/web" || p.Root != "." || !p.Workspace || p.Node != "24" || p.PackageManager.Lockfile != "pnpm-lock.yaml" {
		t.Errorf("got %+v", p)
	}
	if len(p.Warnings) != 0 {
		t.Errorf("warnings: %v", p.Warnings)
	}
	want := Prisma{Dir: "packages/db", Schema: "packages/db/prisma/schema.prisma", Generator: true, Provider: "postgresql", Migrations: "packages/db/prisma/migrations", Version: "6.19.3"}
	if p.Prisma == nil || *p.Prisma != want {
		t.Errorf("got %+v", p.Prisma)
	}
	step, _ := p.Step(Generate)
	if step.Dir != "packages/db" || strings.Join(step.Argv, " ") != "pnpm exec prisma generate" {
		t.Errorf("got %+v", step)
	}
}

func TestMonorepoProblems(t *testing.T) {
	web := Options{App: "apps/web"}
	for name, c := range map[string]struct {
		files files
		want  string
	}{
		"not a member": {monorepo().with("pnpm-workspace.yaml", "packages: [packages/*]\n"),
			`pnpm-workspace.yaml: "apps/web" has no lockfile and is not a package of the workspace in ".": add it to the workspace's packages, or commit a lockfile in "apps/web"`},
		"no list": {monorepo().with("pnpm-workspace.yaml", "packages: apps\n"),
			`pnpm-workspace.yaml:1: "packages" is not a list of folders: write one "- folder" in a line`},
		"pnpm ignores workspaces": {monorepo().with("pnpm-workspace.yaml", "", "package.json", `{"workspaces":["apps/*"],"packageManager":"pnpm@10.34.9"}`),
			`pnpm-workspace.yaml: "apps/web" has no lockfile and is not a package of the workspace in ".": add it to the workspace's packages, or commit a lockfile in "apps/web"`},
		"no lockfile": {monorepo().with("pnpm-lock.yaml", ""),
			"package.json: no lockfile: run `pnpm install` and commit pnpm-lock.yaml"},
		"no lockfile, no packageManager": {monorepo().with("pnpm-lock.yaml", "", "pnpm-workspace.yaml", "", "package.json", `{"workspaces":["apps/*"]}`),
			"package.json: no \"packageManager\" and no lockfile: run `pnpm install` and commit pnpm-lock.yaml"},
		"two package managers": {monorepo().with("apps/web/package.json", packageJSON, "package.json", `{"packageManager": "pnpm@10.0.0"}`),
			`apps/web/package.json:4: "packageManager" is "pnpm@10.34.9" here and "pnpm@10.0.0" in package.json: keep the one in package.json`},
		"invalid root": {monorepo().with("package.json", "{"),
			"package.json:1: invalid JSON: unexpected end of JSON input: correct the file"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := problemsOf(t, c.files, web).Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWorkspacesOfNpm(t *testing.T) {
	for _, list := range []string{`["apps/*"]`, `{"packages": ["./apps/web/"]}`} {
		f := monorepo().with("pnpm-lock.yaml", "", "pnpm-workspace.yaml", "", "package-lock.json", npmLock,
			"package.json", `{"packageManager":"npm@11.0.0","workspaces":`+list+`}`)
		if p := detect(t, f, Options{App: "apps/web"}); !p.Workspace {
			t.Errorf("%s: no workspace", list)
		}
	}
	// A lockfile of its own makes an application independent of what is above.
	f := monorepo().with("apps/web/package.json", packageJSON, "apps/web/pnpm-lock.yaml", pnpmLock, "apps/web/prisma/schema.prisma", schema)
	if p := detect(t, f, Options{App: "apps/web"}); p.Root != "apps/web" || p.Workspace || p.Prisma.Dir != "apps/web" {
		t.Errorf("got %+v", p)
	}
}

func TestSchemaWithoutPlace(t *testing.T) {
	f := monorepo().with("packages/db/prisma/schema.prisma", "", "packages/db/main.prisma", schema, "packages/db/migrations/1/migration.sql", "x")
	p := detect(t, f, Options{App: "apps/web"})
	step, _ := p.Step(Generate)
	if got := strings.Join(step.Argv, " "); step.Dir != "apps/web" || got != "pnpm exec prisma generate --schema ../../packages/db/main.prisma" {
		t.Errorf("got %+v", step)
	}
}

func TestWorkspacePackages(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "0 ",
		"allowBuilds: {}\n":                   "0 ",
		"packages:\n- a\n- b # no\nx: 1\n- c": "0 a b",
		"packages: # list\n  - '#a'\n":        "0 #a",
		"packages: [a, 'b/*',]":               "0 a b/*",
		"packages: [a,\n  b\n]":               "0 a b",
		"packages: [a,\n  b\n":                "1 ",
		"x: 1\npackages: *anchor":             "2 ",
		"packages:\n  apps: 1":                "2 ",
		"packages:\r\n  - \"a\"\r\n  -\r\n":   "0 a",
		"  packages:\n    - nested":           "0 ",
	} {
		list, line := workspacePackages(text)
		if got := string(rune('0'+line)) + " " + strings.Join(list, " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMember(t *testing.T) {
	for _, c := range []struct {
		patterns string
		dir      string
		want     bool
	}{
		{"apps/*", "apps/web", true},
		{"apps/*", "apps/web/sub", false},
		{"apps/*", "apps", false},
		{"apps/**", "apps/web/sub", true},
		{"**", "a/b/c", true},
		{"**/**/**/x", "a/b/c", false},
		{"./apps/web/", "apps/web", true},
		{"apps/* !apps/web", "apps/web", false},
		{"!apps/web apps/*", "apps/web", false},
		{"{apps,libs}/*", "apps/web", true},
		{"apps/* !{apps}/web", "apps/web", true},
		{"", "apps/web", false},
	} {
		if got := member(strings.Fields(c.patterns), c.dir); got != c.want {
			t.Errorf("%q, %q: got %v", c.patterns, c.dir, got)
		}
	}
}

func TestPaths(t *testing.T) {
	if got := parents("a/b"); !slices.Equal(got, []string{"a/b", "a", "."}) {
		t.Errorf("got %q", got)
	}
	for _, c := range [][3]string{{".", "a/b", "a/b"}, {"a", "a/b", "b"}, {"a/b", "c", "../../c"}, {"a/b", "a/c/d", "../c/d"}, {"a", "ab/c", "../ab/c"}} {
		if got := relative(c[0], c[1]); got != c[2] {
			t.Errorf("relative(%q, %q) is %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got, ok := within(".", "."); got != "." || !ok {
		t.Errorf("got %q", got)
	}
}
