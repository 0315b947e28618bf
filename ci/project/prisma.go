package project

import (
	"path"
	"slices"
	"strings"
)

// Prisma is the database layer of the application.
type Prisma struct {
	// Dir is the folder in which the prisma command runs.
	Dir string `json:"dir"`
	// Schema is a file, or a folder with several .prisma files.
	Schema string `json:"schema"`
	// SchemaFlag is true when prisma does not find the schema by itself.
	SchemaFlag bool   `json:"schemaFlag"`
	Generator  bool   `json:"generator"`
	Provider   string `json:"provider,omitempty"`
	// Migrations is their folder, "" without any.
	Migrations string `json:"migrations,omitempty"`
	// Config is the path of prisma.config.*, "" without one.
	Config string `json:"config,omitempty"`
	// Version is the requirement of package.json, as written.
	Version string `json:"version,omitempty"`
}

var extensions = []string{"ts", "mts", "cts", "js", "mjs", "cjs"}

// findPrisma looks for a schema in the application, then in Root, then, when
// the application depends on Prisma, in the whole workspace.
func (d *detector) findPrisma() {
	depends := d.app.dependsOn("prisma", "@prisma/client") != ""
	pr := d.schemaIn(d.p.App, d.app)
	if pr == nil && depends && d.p.Root != d.p.App {
		pr = d.schemaIn(d.p.Root, d.root)
	}
	if pr == nil && depends {
		var several bool
		if pr, several = d.schemaAnywhere(); several {
			return
		}
	}
	if pr == nil {
		if depends {
			d.problem(Problem{Code: NoPrismaSchema, File: d.app.File, Message: "Prisma is a dependency, but there is no schema",
				Fix: `create prisma/schema.prisma, or name the schema in prisma.config.ts`})
		}
		return
	}
	d.p.Prisma = pr
	for _, m := range []*manifest{d.app, d.root} {
		if pr.Version == "" && m != nil {
			pr.Version = m.Dependencies[m.dependsOn("prisma", "@prisma/client")]
		}
	}
	d.readSchema(pr)
	d.checkPrisma(pr, depends)
}

// checkPrisma says what is missing around a schema.
func (d *detector) checkPrisma(pr *Prisma, depends bool) {
	if !pr.Generator {
		d.problem(Problem{Code: NoPrismaGenerator, File: pr.Schema, Message: "the schema has no generator",
			Fix: `add generator client { provider = "prisma-client-js" }`})
	}
	if !depends && pr.Version == "" {
		d.warn(Problem{Code: NoPrismaDependency, File: d.app.File, Message: "there is a Prisma schema, but prisma is not a dependency",
			Fix: "add prisma and @prisma/client"})
	}
	switch {
	case !isPostgres(pr.Provider):
		d.warn(Problem{Code: UnsupportedDatabase, File: pr.Schema, Message: "the provider is " + quote(pr.Provider) + ", and only PostgreSQL is started for it",
			Fix: `use provider = "postgresql"`})
	case pr.Migrations == "":
		d.warn(Problem{Code: NoPrismaMigrations, File: pr.Schema, Message: "there are no migrations, so the database stays empty",
			Fix: "write the first with `prisma migrate dev` and commit it"})
	}
}

// schemaIn looks where prisma itself looks: the config, package.json, and the
// two default places.
func (d *detector) schemaIn(dir string, m *manifest) *Prisma {
	pr := &Prisma{Dir: dir}
	migrations := ""
	for _, ext := range extensions {
		if pr.Config == "" {
			pr.Config = d.firstFile(dir, "prisma.config."+ext, ".config/prisma."+ext)
		}
	}
	if pr.Config != "" {
		if code, ok := d.read(pr.Config); ok {
			tokens, base := tokenize(code), path.Dir(pr.Config)
			pr.Schema = d.firstPath(base, values(tokens, "schema"))
			for _, v := range values(tokens, "migrations") {
				if at := d.firstPath(base, values(v.tokens, "path")); at != "" && migrations == "" {
					migrations = at
				}
			}
		}
	}
	if pr.Schema == "" && m != nil && m.PrismaSchema != "" {
		if at := path.Join(dir, m.PrismaSchema); d.isFile(at) || d.hasSchemas(at) {
			pr.Schema = at
		}
	}
	if pr.Schema == "" {
		pr.Schema = d.firstFile(dir, "prisma/schema.prisma", "schema.prisma")
	}
	if pr.Schema == "" {
		return nil
	}
	pr.Migrations = d.migrationsOf(pr.Schema, migrations)
	return pr
}

// firstPath joins the strings of each value, as in path.join("prisma", "x"),
// and returns the first that exists. Which of the values is meant does not
// show in the code, but an option of that name elsewhere names no file.
func (d *detector) firstPath(base string, list []value) string {
	for _, v := range list {
		if len(v.strings) == 0 || v.object {
			continue
		}
		at := path.Join(append([]string{base}, v.strings...)...)
		if d.isFile(at) || d.hasAny(at) {
			return at
		}
	}
	return ""
}

// schemaAnywhere takes the only schema of the workspace.
func (d *detector) schemaAnywhere() (found *Prisma, several bool) {
	var files []string
	walk(d.fsys, d.p.Root, func(file string) {
		if path.Ext(file) != ".prisma" {
			return
		}
		if code, err := head(d.fsys, file, maxFile); err == nil && datasourceBlock.MatchString(code) {
			files = append(files, file)
		}
	})
	switch len(files) {
	case 0:
		return nil, false
	case 1:
	default:
		slices.Sort(files)
		d.problem(Problem{Code: SeveralSchemas, File: d.app.File, Message: "there are several Prisma schemas: " + strings.Join(files, ", "),
			Fix: "name one in prisma.config.ts beside package.json"})
		return nil, true
	}
	for _, dir := range parents(path.Dir(files[0])) {
		if !d.isFile(path.Join(dir, "package.json")) {
			continue
		}
		code, _ := head(d.fsys, path.Join(dir, "package.json"), maxFile)
		m, _ := parseManifest("", code)
		if pr := d.schemaIn(dir, m); pr != nil && pr.Schema == files[0] {
			if m != nil {
				pr.Version = m.Dependencies[m.dependsOn("prisma", "@prisma/client")]
			}
			return pr, false
		}
		break
	}
	return &Prisma{Dir: d.p.App, Schema: files[0], SchemaFlag: true, Migrations: d.migrationsOf(files[0], "")}, false
}
