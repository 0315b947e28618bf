package project

import (
	"path"
	"regexp"
)

var (
	generatorBlock  = regexp.MustCompile(`(?m)^\s*generator\s+\w+\s*\{`)
	datasourceBlock = regexp.MustCompile(`(?m)^\s*datasource\s+\w+\s*\{([^}]*)`)
	providerLine    = regexp.MustCompile(`(?m)^\s*provider\s*=\s*\[?\s*"([^"]*)"`)
	schemaComment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// readSchema reads generator and provider of all files of the schema. A line
// comment needs no care: the patterns are bound to the start of a line.
func (d *detector) readSchema(pr *Prisma) {
	files := []string{pr.Schema}
	if !d.isFile(pr.Schema) {
		files = files[:0]
		walk(d.fsys, pr.Schema, func(file string) {
			if path.Ext(file) == ".prisma" {
				files = append(files, file)
			}
		})
	}
	for _, file := range files {
		code, _ := d.read(file)
		code = schemaComment.ReplaceAllString(code, "")
		if generatorBlock.MatchString(code) {
			pr.Generator = true
		}
		if block := datasourceBlock.FindStringSubmatch(code); block != nil && pr.Provider == "" {
			if m := providerLine.FindStringSubmatch(block[1]); m != nil {
				pr.Provider = m[1]
			}
		}
	}
}

// migrationsOf looks beside the schema and in the folder of the config.
func (d *detector) migrationsOf(schema, configured string) string {
	dirs := []string{path.Join(path.Dir(schema), "migrations"), path.Join(schema, "migrations")}
	if configured != "" {
		dirs = []string{configured}
	}
	for _, dir := range dirs {
		found := false
		walk(d.fsys, dir, func(file string) { found = found || path.Base(file) == "migration.sql" })
		if found {
			return dir
		}
	}
	return ""
}

func (d *detector) hasSchemas(dir string) bool {
	found := false
	walk(d.fsys, dir, func(file string) { found = found || path.Ext(file) == ".prisma" })
	return found
}

// hasAny is true for a folder that holds a file.
func (d *detector) hasAny(dir string) bool {
	found := false
	walk(d.fsys, dir, func(string) { found = true })
	return found
}

func isPostgres(provider string) bool { return provider == "postgresql" || provider == "postgres" }
