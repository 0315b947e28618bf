package project

import (
	"path"
	"strings"
)

// BuildArgs are what our Dockerfile has to know of the application, as
// NAME=VALUE. Paths are relative to Root, which is the build context.
//
//	APP             folder of the application
//	MANAGER         package manager with its version, such as pnpm@10.34.9
//	PRISMA_DIR      folder in which the prisma command runs; absent without Prisma
//	PRISMA_SCHEMA   its --schema, where it does not find the schema by itself
//	PRISMA_FILES    schema and migrations, one a line, which are not in APP/prisma
func (p *Project) BuildArgs() []string {
	args := []string{
		"APP=" + relative(p.Root, p.App),
		"MANAGER=" + p.PackageManager.Name + "@" + p.PackageManager.Version,
	}
	if p.Prisma == nil {
		return args
	}
	args = append(args, "PRISMA_DIR="+relative(p.Root, p.Prisma.Dir))
	if p.Prisma.SchemaFlag {
		args = append(args, "PRISMA_SCHEMA="+relative(p.Prisma.Dir, p.Prisma.Schema))
	}
	if files := p.prismaFiles(); len(files) > 0 {
		args = append(args, "PRISMA_FILES="+strings.Join(files, "\n"))
	}
	return args
}

// prismaFiles leaves out what lies in APP/prisma, for that is in the image
// anyway, and a folder of schemas that is the application's own or above it.
func (p *Project) prismaFiles() []string {
	var files []string
	shipped := []string{path.Join(p.App, "prisma")}
	for _, file := range []string{p.Prisma.Schema, p.Prisma.Migrations} {
		rel, inside := within(p.Root, file)
		if _, above := within(file, p.App); file == "" || !inside || above || lies(file, shipped) {
			continue
		}
		files, shipped = append(files, rel), append(shipped, file)
	}
	return files
}

func lies(file string, dirs []string) bool {
	for _, dir := range dirs {
		if _, ok := within(dir, file); ok {
			return true
		}
	}
	return false
}

// Workdir is the folder of a step as seen from the application's, "." for that
// itself.
func (p *Project) Workdir(step Step) string { return relative(p.App, step.Dir) }
