// Package compose makes a plan of Compose files: what package stack describes
// and a Dagger module carries out.
//
//	plan, err := compose.Load(ctx, compose.Options{Dir: ".", Files: []string{"docker-compose.yml"}})
//	if err != nil {
//		return err // one line for each problem: file, line, what is wrong, its cure
//	}
//	fmt.Print(plan.Text())
//
// The files are read by compose-go, the library of Docker Compose, so that they
// mean here what they mean there. It loses the positions of what it reads and
// stops at the first problem. So the files are read twice: once as YAML nodes,
// which know their lines and tell all problems at once, and once by compose-go,
// which has the last word.
//
// Nothing of the process's environment is looked at: a variable is set when
// Options.Env or an env file sets it.
package compose

import (
	"cmp"
	"context"
	"path/filepath"

	"github.com/octocode/octocode-ci/ci/stack"
)

// Options say which files are meant and what they meet.
type Options struct {
	// Dir is the project's folder; "" is the working directory. Paths in the
	// plan are relative to it, and nothing outside of it can be carried out.
	Dir string
	// Files are Compose files, relative to Dir, each one over those before it.
	// Without any, compose.yaml and its usual names are looked for.
	Files []string
	// EnvFiles hold variables for the Compose files. Without any, the .env
	// beside the first Compose file is used when there is one.
	EnvFiles []string
	// Env are variables that go before those of the env files.
	Env map[string]string
	// Profiles are the active ones; nil takes the variable COMPOSE_PROFILES.
	Profiles []string
	// ProjectName goes before the variable COMPOSE_PROJECT_NAME, the name in
	// the files, and the name of their folder.
	ProjectName string

	// Dotenv is the text of a .env whose values are all secret. It goes after
	// EnvFiles, and stands in for the .env files that services name and that are
	// missing: for that Dir has to be a copy, to which it is written.
	Dotenv []byte
	// Given are the secrets whose values the caller has: their files and variables
	// need not be there. Open lets the others be missing as well, with a warning,
	// as they may be given later.
	Given []string
	Open  bool
	// VariableFlag is what sets a variable, for messages; default --env.
	VariableFlag string
	// Copied says that .env and what Git ignores were left out of Dir, and so how
	// to pass them.
	Copied bool
}

func (o Options) setVariable() string {
	return "set it in an env file or with " + cmp.Or(o.VariableFlag, "--env")
}

// Load reads the files and returns the plan. All problems are collected: the
// error is of type stack.Problems. What does not stop anything stands in the
// plan, as Warnings and as Dropped.
func Load(ctx context.Context, o Options) (*stack.Plan, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, stack.Problems{{Code: Unreadable, File: o.Dir, Message: "the project's folder has no absolute path"}}
	}
	l := &loading{ctx: ctx, options: o, dir: dir, sensitive: map[string]bool{}}
	// Each step needs what the one before it has made sure.
	for _, step := range []func(){
		l.findFiles, l.readEnvironment, l.readFiles, l.readProject, l.checkProject, l.confirm,
	} {
		step()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(l.problems) > 0 {
			return nil, l.sorted()
		}
	}
	return l.plan(), nil
}
