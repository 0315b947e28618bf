package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/env"
	"github.com/spf13/cobra"
)

// envCommand checks and lists variables.
func envCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "env",
		Short:   "The variables of the application and its stack: check them, list them",
		Example: "  octocode env check\n  octocode env list --format markdown",
	}
	c.AddCommand(envCheck(), envList())
	return c
}

func envCheck() *cobra.Command {
	var o env.Options
	var profile, secrets string
	var files, pairs []string
	var asJSON bool
	c := &cobra.Command{
		Use: "check", Short: "Say which variables are missing, malformed, weak or misspelled; exit code 1 on an error", Args: cobra.NoArgs,
		Long: `Say which variables are missing, malformed, weak or misspelled; exit code 1 on an error.

A variable comes from --env, else from the environment of this process, else from
an env file, of which the last one wins. Without --env-file, .env is read when it
is there. A secret may also come as NAME_FILE, the path of a file, or as its file in
the folder of --secrets, which stands in for /run/secrets.

Warnings alone leave the exit code at 0. No value is ever printed.`,
		Example: `  octocode env check
  octocode env check --profile prod --env-file prod.env --secrets docker/prod/secrets
  octocode env check --profile prod --service app --service worker
  octocode env check --env-file /dev/null --env DATABASE_URL=postgresql://app@db/app --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			o.Profile = env.Profile(profile)
			if o.Sources, err = envSources(pairs, files); err != nil {
				return err
			}
			if o.Dir, err = os.Getwd(); err != nil {
				return errors.New("the current folder is gone: change to another one")
			}
			o.Files = os.DirFS("/")
			if secrets != "" {
				if info, err := os.Stat(secrets); err != nil || !info.IsDir() {
					return fmt.Errorf("there is no folder %s: correct --secrets, or make it with `octocode secrets generate --dir %s`", secrets, secrets)
				}
				o.Secrets = os.DirFS(secrets)
			}
			report, err := env.Check(o)
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(c.OutOrStdout(), report)
			} else {
				_, err = io.WriteString(c.OutOrStdout(), report.Text())
			}
			if err == nil && report.Failed() {
				err = errors.New("the environment is not usable, " + report.Summary())
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&profile, "profile", "dev", "what the environment is for: dev or prod")
	flags.StringArrayVar(&files, "env-file", nil, "a file with variables; of several, the last one wins (default .env when it is there)")
	flags.StringArrayVarP(&pairs, "env", "e", nil, "a variable, NAME=VALUE; it wins over all else")
	flags.StringVar(&secrets, "secrets", "", "the folder of secret files, such as docker/prod/secrets")
	flags.StringArrayVar(&o.Services, "service", nil, "check only what this service needs; may be repeated (default all)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// envSources are the places of variables, the winning one first.
func envSources(pairs, files []string) ([]env.Source, error) {
	given := env.Source{Name: "--env", Values: map[string]string{}}
	for _, text := range pairs {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return nil, errors.New("an --env names no variable or has no value: write --env NAME=VALUE")
		}
		given.Values[name] = value
	}
	process := env.Source{Name: "environment", Values: map[string]string{}, Shared: true}
	for _, text := range os.Environ() {
		name, value, _ := strings.Cut(text, "=")
		process.Values[name] = value
	}
	if len(files) == 0 {
		if _, err := os.Stat(".env"); err == nil {
			files = []string{".env"}
		}
	}
	sources := []env.Source{given, process}
	set := maps.Clone(process.Values)
	maps.Copy(set, given.Values)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("there is no env file %s that can be read: create it, or correct the path", file)
		}
		source, err := env.ParseFile(file, text, set)
		if err != nil {
			return nil, err
		}
		sources = slices.Insert(sources, 2, source)
	}
	return sources, nil
}

func envList() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "list", Short: "List every variable with type, default and who needs it", Args: cobra.NoArgs,
		Example: "  octocode env list\n  octocode env list --format markdown\n  octocode env list --format json | jq -r '.[] | select(.secret).name'",
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			switch format {
			case "text":
				_, err = io.WriteString(c.OutOrStdout(), env.ListText(env.All()))
			case "markdown":
				_, err = io.WriteString(c.OutOrStdout(), env.ListMarkdown(env.All()))
			case "json":
				err = writeJSON(c.OutOrStdout(), env.All())
			default:
				err = fmt.Errorf("there is no format %q: use text, markdown or json", format)
			}
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	return c
}
