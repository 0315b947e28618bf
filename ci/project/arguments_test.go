package project

import (
	"strings"
	"testing"
)

func TestBuildArgs(t *testing.T) {
	web := Options{App: "apps/web"}
	bare := good().with("prisma/schema.prisma", "", "prisma/migrations/20260101000000_init/migration.sql", "")
	for name, c := range map[string]struct {
		files files
		opts  Options
		want  string
	}{
		"usual":            {good(), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=."},
		"without Prisma":   {bare.edit(`"@prisma/client": "6.19.3", `, "", `"prisma": "6.19.3", `, ""), Options{}, "APP=. MANAGER=pnpm@10.34.9"},
		"with a hash":      {good().edit("pnpm@10.34.9", "pnpm@10.34.9+sha512.0aF9"), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=."},
		"app's manager":    {monorepo().with("apps/web/package.json", packageJSON, "package.json", "{}"), web, "APP=apps/web MANAGER=pnpm@10.34.9 PRISMA_DIR=packages/db PRISMA_FILES=packages/db/prisma/schema.prisma|packages/db/prisma/migrations"},
		"assumed manager":  {bare.edit(`"packageManager": "pnpm@10.34.9",`, "", `"@prisma/client": "6.19.3", `, "", `"prisma": "6.19.3", `, "").with("pnpm-lock.yaml", "", "yarn.lock", berryLock, ".yarnrc.yml", "nodeLinker: node-modules"), Options{}, "APP=. MANAGER=yarn@" + DefaultVersions["@yarnpkg/cli-dist"]},
		"beside it":        {bare.with("schema.prisma", schema, "migrations/1/migration.sql", "x"), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=. PRISMA_FILES=schema.prisma|migrations"},
		"only schema":      {bare.with("src/db/main.prisma", schema), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=. PRISMA_SCHEMA=src/db/main.prisma PRISMA_FILES=src/db/main.prisma"},
		"folder":           {bare.with("db/a.prisma", schema, "db/migrations/1/migration.sql", "x").edit(`"version"`, `"prisma": {"schema": "db"}, "version"`), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=. PRISMA_FILES=db"},
		"application":      {bare.with("a.prisma", schema, "migrations/1/migration.sql", "x").edit(`"version"`, `"prisma": {"schema": "."}, "version"`), Options{}, "APP=. MANAGER=pnpm@10.34.9 PRISMA_DIR=. PRISMA_FILES=migrations"},
		"in root":          {monorepo().with("packages/db/prisma/schema.prisma", "", "prisma/schema.prisma", schema), web, "APP=apps/web MANAGER=pnpm@10.34.9 PRISMA_DIR=. PRISMA_FILES=prisma/schema.prisma"},
		"odd in a package": {monorepo().with("packages/db/prisma/schema.prisma", "", "packages/db/main.prisma", schema), web, "APP=apps/web MANAGER=pnpm@10.34.9 PRISMA_DIR=apps/web PRISMA_SCHEMA=../../packages/db/main.prisma PRISMA_FILES=packages/db/main.prisma"},
		"root in a folder": {under("shop", monorepo()), Options{App: "shop/apps/web"}, "APP=apps/web MANAGER=pnpm@10.34.9 PRISMA_DIR=packages/db PRISMA_FILES=packages/db/prisma/schema.prisma|packages/db/prisma/migrations"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(detect(t, c.files, c.opts).BuildArgs(), " ")
			if got = strings.ReplaceAll(got, "\n", "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// under moves a source into a folder of another.
func under(dir string, f files) files {
	moved := files{}
	for name, text := range f {
		moved[dir+"/"+name] = text
	}
	return moved
}

func TestWorkdir(t *testing.T) {
	p := detect(t, monorepo(), Options{App: "apps/web"})
	for kind, want := range map[Kind]string{Lint: ".", Migrate: "../../packages/db"} {
		if step, ok := p.Step(kind); !ok || p.Workdir(step) != want {
			t.Errorf("%s: got %q, want %q", kind, p.Workdir(step), want)
		}
	}
}
