package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/octocode/octocode-ci/ci/compose"
	"github.com/octocode/octocode-ci/ci/stack"
	"github.com/spf13/cobra"
)

// stackCommand reads Compose files.
func stackCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "stack",
		Short: "Compose files: check them, and show what of them a Dagger engine runs",
		Long: `Compose files: check them, and show what of them a Dagger engine runs.

A variable is set by --env or by an env file, never by the environment of this
process. Without --env-file, the .env beside the first Compose file is read.`,
		Example: "  octocode stack check --file docker-compose.yml\n  octocode stack plan --file docker-compose.prod.yml --env-file prod.env",
	}
	c.AddCommand(stackPlan(), stackCheck())
	return c
}

// stackFlags are the flags that both commands have.
type stackFlags struct {
	options compose.Options
	env     []string
	strict  bool
}

func (f *stackFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.options.Dir, "dir", ".", "the project's folder; all paths are relative to it")
	flags.StringArrayVarP(&f.options.Files, "file", "f", nil, "a Compose file; several are merged in this order (default compose.yaml and its usual names)")
	flags.StringArrayVar(&f.options.Profiles, "profile", nil, `a profile to activate; "*" is all (default the variable COMPOSE_PROFILES)`)
	flags.StringArrayVar(&f.options.EnvFiles, "env-file", nil, "a file with variables; of several, the last one wins (default .env beside the Compose file)")
	flags.StringArrayVarP(&f.env, "env", "e", nil, "a variable, NAME=VALUE; it wins over env files")
	flags.StringVar(&f.options.ProjectName, "name", "", "the project's name (default that in the files, or the folder's)")
	flags.BoolVar(&f.strict, "strict", false, "what an engine cannot carry out is an error")
}

// load reads the files that the flags name.
func (f *stackFlags) load(c *cobra.Command) (*stack.Plan, error) {
	f.options.Env = map[string]string{}
	for _, text := range f.env {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return nil, fmt.Errorf("--env %s has no value: write --env NAME=VALUE", name)
		}
		f.options.Env[name] = value
	}
	return compose.Load(c.Context(), f.options)
}

// formats are the renderings of a plan.
var formats = map[string]func(stack.Plan) string{
	"text": stack.Plan.Text, "mermaid": stack.Plan.Diagram, "ascii": stack.Plan.ASCII,
}

func stackPlan() *cobra.Command {
	var f stackFlags
	var format string
	var reveal bool
	c := &cobra.Command{
		Use: "plan", Short: "Show what is started, in which order, and what is not carried out", Args: cobra.NoArgs,
		Long: `Show what is started, in which order, and what is not carried out.

Secrets are masked in each format. A program that carries the plan out needs
them: --reveal writes the JSON with them, to be piped and not to be logged.`,
		Example: `  octocode stack plan
  octocode stack plan --file docker-compose.yml --file docker-compose.prod.yml --profile backup
  octocode stack plan --env-file prod.env --env APP_IMAGE=shop:1.2.3 --format mermaid
  octocode stack plan --format json | jq '.services[].name'`,
		RunE: func(c *cobra.Command, _ []string) error {
			render, known := formats[format]
			if !known && format != "json" {
				return fmt.Errorf("there is no format %q: use text, json, mermaid or ascii", format)
			}
			if reveal && format != "json" {
				return errors.New("--reveal is for programs: use it with --format json")
			}
			plan, err := f.load(c)
			if err != nil {
				return err
			}
			if f.strict {
				if err := plan.Strict(); err != nil {
					return err
				}
			}
			switch {
			case reveal:
				text, err := plan.Reveal()
				if err != nil {
					return fmt.Errorf("write plan: %w", err)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n", text)
				return err
			case render == nil:
				return writeJSON(c.OutOrStdout(), plan)
			}
			_, err = io.WriteString(c.OutOrStdout(), render(*plan))
			return err
		},
	}
	f.add(c)
	c.Flags().StringVar(&format, "format", "text", "text, json, mermaid or ascii")
	c.Flags().BoolVar(&reveal, "reveal", false, "write secrets into the JSON")
	return c
}

func stackCheck() *cobra.Command {
	var f stackFlags
	c := &cobra.Command{
		Use: "check", Short: "Say what is wrong with Compose files, one line each; exit code 1 when anything is", Args: cobra.NoArgs,
		Long: `Say what is wrong with Compose files, one line each, with file, line and cure.

The exit code is 1 when anything is. Warnings alone leave it at 0; so does what an
engine cannot carry out, unless --strict is given.`,
		Example: "  octocode stack check\n  octocode stack check --file docker-compose.prod.yml --env-file prod.env --strict",
		RunE: func(c *cobra.Command, _ []string) error {
			plan, err := f.load(c)
			if err != nil {
				return err
			}
			masked := plan.Mask()
			for _, warning := range masked.Warnings {
				fmt.Fprintln(c.ErrOrStderr(), "warning:", warning)
			}
			for _, d := range masked.Dropped {
				if d.Severity == stack.Warn && !f.strict {
					fmt.Fprintln(c.ErrOrStderr(), "warning:", d)
				}
			}
			if f.strict {
				if err := plan.Strict(); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: no problems in %s\n", plan.Name, strings.Join(plan.Names(), ", "))
			return err
		},
	}
	f.add(c)
	return c
}
