// Package project finds out what an application is and how it is checked.
//
// Detect reads a handful of small files (Patterns names them), runs nothing
// and returns a plan: the package manager with its exact version, the commands
// for lint, typecheck, tests and build, and what Next.js and Prisma need.
//
//	p, err := project.Detect(os.DirFS("."), project.Options{App: "apps/web", Node: "24.21.0"})
//	if err != nil {
//		return err // one line for each problem, each with its cure
//	}
//	step, ok := p.Step(project.Lint) // pnpm run lint
//
// The package is pure and imports the standard library only, so that a module
// that carries the plan out stays quick to load.
package project

import "io/fs"

// Patterns are the files Detect looks at, as include patterns. A caller that
// uploads no more than these (without node_modules) gets the same answer as
// with the whole source.
var Patterns = []string{
	"**/package.json",
	"**/pnpm-lock.yaml", "**/package-lock.json", "**/npm-shrinkwrap.json", "**/yarn.lock",
	"**/bun.lock", "**/bun.lockb", "**/deno.lock",
	"**/pnpm-workspace.yaml", "**/.yarnrc.yml",
	"**/tsconfig.json",
	"**/next.config.*",
	"**/prisma.config.*", "**/.config/prisma.*",
	"**/*.prisma", "**/migration_lock.toml", "**/migration.sql",
	"**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile",
}

// Options say which application is meant and what it will meet.
type Options struct {
	// App is the application's folder inside the source; "" and "." are the root.
	App string
	// Dockerfile is the application's own Dockerfile, as a path inside the
	// source. "" looks for one in the application's folder, then in Root.
	Dockerfile string
	// BuiltIn plans for our five-stage image, whatever Dockerfile there is.
	BuiltIn bool
	// Node is the exact version of Node.js that will run the application. It
	// is only compared with engines.node; "" compares nothing.
	Node string
	// Versions replaces entries of DefaultVersions, with the same keys.
	Versions map[string]string
}

// Project is what Detect found. All paths are slash-separated and relative to
// the source; "." is its root.
type Project struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// App is the folder in which the commands run.
	App string `json:"app"`
	// Root is the folder of the lockfile, in which packages are installed.
	Root string `json:"root"`
	// Workspace is true when Root holds more packages than its own.
	Workspace bool `json:"workspace"`

	PackageManager PackageManager    `json:"packageManager"`
	Scripts        map[string]string `json:"scripts"`
	// Node is the requirement of engines.node, as written.
	Node string `json:"node,omitempty"`
	// TestRunner is "vitest", "jest", "node" or "".
	TestRunner string `json:"testRunner,omitempty"`
	// Coverage is true when the test runner can measure coverage as installed.
	Coverage bool `json:"coverage"`
	// JestJUnit is true when jest can write JUnit XML as installed.
	JestJUnit bool `json:"jestJUnit,omitempty"`
	// TypeScript is true when a tsconfig.json and the compiler are there.
	TypeScript bool `json:"typescript"`

	Next   Next    `json:"next"`
	Prisma *Prisma `json:"prisma,omitempty"`
	Needs  Needs   `json:"needs"`
	// Dockerfile is the application's own, "" when our image is used.
	Dockerfile string `json:"dockerfile,omitempty"`
	// Warnings do not stop anything but deserve a look.
	Warnings []Problem `json:"warnings"`
}

// Needs are the services the application talks to.
type Needs struct {
	Postgres bool `json:"postgres"`
	Redis    bool `json:"redis"`
}

// Detect reads the application in fsys. All problems are collected: the error
// is of type Problems. The Project is never nil; next to an error it holds
// what could be found out.
//
//	p, err := project.Detect(fsys, project.Options{})
func Detect(fsys fs.FS, opts Options) (*Project, error) {
	d := &detector{fsys: fsys, opts: opts}
	d.p = &Project{App: ".", Root: ".", Scripts: map[string]string{}, Warnings: []Problem{}}
	d.run()
	if len(d.problems) > 0 {
		return d.p, d.problems
	}
	return d.p, nil
}
