package project

import "slices"

// Kind names a step of the pipeline.
type Kind string

// The steps an application can define.
const (
	Generate    Kind = "generate" // prisma generate, before everything else
	Lint        Kind = "lint"
	Typecheck   Kind = "typecheck"
	Test        Kind = "test"
	Integration Kind = "test:integration"
	Browser     Kind = "test:browser" // against a whole stack, as is Smoke
	Smoke       Kind = "test:smoke"
	Build       Kind = "build"

	// Work on the database.
	Migrate       Kind = "migrate"
	MigrateStatus Kind = "migrate:status"
	Reset         Kind = "migrate-reset"
	Seed          Kind = "seed"
	Drift         Kind = "drift"
)

// scriptNames are the scripts that define a step, the usual name first.
var scriptNames = map[Kind][]string{
	Lint:        {"lint"},
	Typecheck:   {"typecheck", "type-check", "tsc", "check-types"},
	Test:        {"test"},
	Integration: {"test:integration", "integration"},
	Browser:     {"test:browser", "test:e2e:browser"},
	Smoke:       {"test:smoke", "smoke"},
	Build:       {"build"},

	Migrate:       {"db:migrate", "migrate:deploy", "prisma:migrate", "migrate"},
	MigrateStatus: {"db:status", "migrate:status"},
	Reset:         {"db:reset", "migrate:reset", "migrate-reset"},
	Seed:          {"db:seed", "prisma:seed", "seed"},
	Drift:         {"db:drift", "migrate:drift"},
}

// Step is one command to run.
type Step struct {
	Kind Kind              `json:"kind"`
	Dir  string            `json:"dir"` // the folder to run it in
	Argv []string          `json:"argv"`
	Env  map[string]string `json:"env,omitempty"`
	// JUnit and Coverage are the paths the step was asked to write, "" when it
	// cannot be asked.
	JUnit    string `json:"junit,omitempty"`
	Coverage string `json:"coverage,omitempty"`
	// Note says why the step is what it is, where that is not obvious.
	Note string `json:"note,omitempty"`
}

// Step returns the command of a step: the application's script where there is
// one. ok is false when the application does not define the step.
//
//	step, ok := p.Step(project.Lint) // [pnpm run lint]
func (p *Project) Step(kind Kind) (step Step, ok bool) {
	step = Step{Kind: kind, Dir: p.App}
	if kind == Generate {
		return p.generate(step)
	}
	if name := p.script(kind); name != "" {
		step.Argv = p.PackageManager.Run(name)
		return step, true
	}
	if args := prismaCommand(kind); args != nil && p.Prisma != nil && p.Prisma.Migrations != "" {
		if p.Prisma.SchemaFlag {
			args = append(args, "--schema", relative(p.Prisma.Dir, p.Prisma.Schema))
		}
		step.Dir, step.Argv = p.Prisma.Dir, p.PackageManager.Exec("prisma", args...)
		step.Note = "no script of that name: prisma, because there are migrations"
		return step, true
	}
	if kind == Typecheck && p.TypeScript {
		step.Argv = p.PackageManager.Exec("tsc", "--noEmit")
		step.Note = "no script of that name: tsc --noEmit, because there is a tsconfig.json"
		return step, true
	}
	return Step{}, false
}

// prismaCommand is what Prisma's own command does for a step, nil for those
// that an application has to say itself.
func prismaCommand(kind Kind) []string {
	switch kind {
	case Migrate:
		return []string{"migrate", "deploy"}
	case MigrateStatus:
		return []string{"migrate", "status"}
	case Reset:
		return []string{"migrate", "reset", "--force"}
	}
	return nil
}

// tests are the steps that run tests.
var tests = []Kind{Test, Integration, Browser, Smoke}

// TestStep is Step for tests, asked to write its results as JUnit XML to the file junit and its coverage summary into the folder
// coverageDir. Each may be "" for no such report. The Step says which of them
// will be written; Note says why one will not.
//
//	step, ok := p.TestStep(project.Test, "/out/junit.xml", "/out/coverage")
func (p *Project) TestStep(kind Kind, junit, coverageDir string) (step Step, ok bool) {
	if step, ok = p.Step(kind); !ok || !slices.Contains(tests, kind) {
		return step, ok
	}
	name := p.script(kind)
	c, safe := parseScript(p.Scripts[name]).appendable()
	if !safe {
		step.Note = `the script "` + name + `" does not end with a test runner, so no report can be asked of it`
		return step, true
	}
	args := p.testArgs(&step, c.runner, junit, coverageDir)
	step.Argv = p.PackageManager.Run(name, args...)
	return step, true
}

// script is the name of the script that defines a step, or "".
func (p *Project) script(kind Kind) string {
	for _, name := range scriptNames[kind] {
		line := p.Scripts[name]
		// `npm init` writes a test script that only says that there is none.
		if line != "" && !(kind == Test && noTests.MatchString(line)) {
			return name
		}
	}
	return ""
}

// generate is the step without which neither typecheck nor build can work.
func (p *Project) generate(step Step) (Step, bool) {
	if p.Prisma == nil || !p.Prisma.Generator {
		return Step{}, false
	}
	args := []string{"generate"}
	if p.Prisma.SchemaFlag {
		args = append(args, "--schema", relative(p.Prisma.Dir, p.Prisma.Schema))
	}
	step.Dir = p.Prisma.Dir
	step.Argv = p.PackageManager.Exec("prisma", args...)
	return step, true
}

// Install installs exactly what the lockfile says, in Root.
func (m PackageManager) Install() []string {
	switch {
	case m.Name == "npm":
		return []string{"npm", "ci"}
	case m.Berry:
		return []string{"yarn", "install", "--immutable"}
	}
	return []string{m.Name, "install", "--frozen-lockfile"}
}

// Run runs a script and hands it args. npm alone wants a -- before them and
// keeps the options for itself without it.
func (m PackageManager) Run(script string, args ...string) []string {
	argv := []string{m.Name, "run", script}
	if m.Name == "npm" && len(args) > 0 {
		argv = append(argv, "--")
	}
	return append(argv, args...)
}

// Exec runs a command of an installed package. None of the three installs a
// package that is missing; npm needs --no for that.
func (m PackageManager) Exec(command string, args ...string) []string {
	switch m.Name {
	case "npm":
		return slices.Concat([]string{"npm", "exec", "--no", "--", command}, args)
	case "yarn": // both Yarns run commands of packages like scripts
		return slices.Concat([]string{"yarn", "run", command}, args)
	}
	return slices.Concat([]string{m.Name, "exec", command}, args)
}
