package project

import "testing"

func TestPrisma(t *testing.T) {
	base := good().with("prisma/schema.prisma", "", "prisma/migrations/20260101000000_init/migration.sql", "")
	for name, c := range map[string]struct {
		files files
		want  Prisma
	}{
		"beside package.json": {base.with("schema.prisma", schema, "migrations/1/migration.sql", "x"),
			Prisma{Schema: "schema.prisma", Migrations: "migrations"}},
		"package.json": {base.edit(`"version"`, `"prisma": {"schema": "./db/main.prisma"}, "version"`).with("db/main.prisma", schema),
			Prisma{Schema: "db/main.prisma"}},
		"config": {base.with("db/main.prisma", schema, "sql/1/migration.sql", "x", "prisma.config.ts",
			"// schema: 'old.prisma'\nexport default defineConfig({ schema: 'db/main.prisma', migrations: { path: 'sql', seed: 'x' }, adapter: () => f({ schema: q.get('schema') ?? 'public' }) })"),
			Prisma{Schema: "db/main.prisma", Config: "prisma.config.ts", Migrations: "sql"}},
		"config with path.join": {base.with("db/main.prisma", schema, "prisma.config.mjs", "export default { schema: path.join('db', 'main.prisma') }"),
			Prisma{Schema: "db/main.prisma", Config: "prisma.config.mjs"}},
		"config in its folder": {base.with("db/main.prisma", schema, ".config/prisma.ts", "export default { schema: '../db/main.prisma' }"),
			Prisma{Schema: "db/main.prisma", Config: ".config/prisma.ts"}},
		"config without a schema": {good().with("prisma.config.ts", "export default {}"),
			Prisma{Schema: "prisma/schema.prisma", Config: "prisma.config.ts", Migrations: "prisma/migrations"}},
		"config that leads outside": {good().with("prisma.config.ts", "export default { schema: '../../etc/x.prisma' }"),
			Prisma{Schema: "prisma/schema.prisma", Config: "prisma.config.ts", Migrations: "prisma/migrations"}},
		"folder": {base.with("prisma/a.prisma", "generator g {\n provider = \"prisma-client\"\n}\n", "prisma/sub/b.prisma", "datasource db {\n // provider = \"mysql\"\n provider = [\"postgres\"]\n}",
			"prisma/migrations/1/migration.sql", "x").edit(`"version"`, `"prisma": {"schema": "prisma"}, "version"`),
			Prisma{Schema: "prisma", Migrations: "prisma/migrations"}},
		"only one": {base.with("src/db/main.prisma", schema, "node_modules/x/y.prisma", schema),
			Prisma{Schema: "src/db/main.prisma", SchemaFlag: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p := detect(t, c.files, Options{})
			want := c.want
			want.Dir, want.Generator, want.Version = ".", true, "6.19.3"
			if want.Provider = "postgresql"; name == "folder" {
				want.Provider = "postgres"
			}
			if p.Prisma == nil || *p.Prisma != want {
				t.Errorf("got  %+v\nwant %+v", p.Prisma, want)
			}
			if !p.Needs.Postgres {
				t.Error("PostgreSQL is not needed")
			}
		})
	}
}

func TestPrismaInRoot(t *testing.T) {
	f := monorepo().with("packages/db/prisma/schema.prisma", "", "prisma/schema.prisma", schema)
	if p := detect(t, f, Options{App: "apps/web"}); p.Prisma.Dir != "." || p.Prisma.Schema != "prisma/schema.prisma" {
		t.Errorf("got %+v", p.Prisma)
	}
}

func TestNoPrisma(t *testing.T) {
	f := good().with("prisma/schema.prisma", "").edit(`"@prisma/client": "6.19.3", `, "", `"prisma": "6.19.3", `, "")
	if p := detect(t, f, Options{}); p.Prisma != nil || p.Needs.Postgres {
		t.Errorf("got %+v", p.Prisma)
	}
}
