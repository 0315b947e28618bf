package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/spf13/cobra"
)

func engineCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "engine",
		Short: "The Dagger engine of this machine: up, down, status, doctor, logs, images, clean",
		Long: `The Dagger engine of this machine.

A configured runner or Docker is used where there is one. On a bare Linux machine
the engine is built from pinned, checksummed Go modules and run as a daemon.
Everything of it lives below one folder (OCTOCODE_HOME, default ` + engine.DefaultHome + `, or of a user that is not root the cache folder).`,
		Example: "  octocode engine up\n  octocode engine status --json\n  octocode engine logs registry",
	}
	c.AddCommand(engineUp(), engineDown(), engineStatus(), engineDoctor(), engineLogs(), engineImages(), engineClean())
	return c
}

func engineUp() *cobra.Command {
	var o engine.Options
	c := &cobra.Command{
		Use: "up", Short: "Make sure that an engine is there; wait until it answers", Args: cobra.NoArgs,
		Example: "  octocode engine up\n  octocode engine up --offline",
		RunE: func(c *cobra.Command, _ []string) error {
			o.Log = c.ErrOrStderr()
			runner, err := engine.Up(c.Context(), o)
			if err == nil {
				fmt.Fprintln(c.OutOrStdout(), runner)
			}
			return err
		},
	}
	c.Flags().BoolVar(&o.Offline, "offline", false, "use stand-in images even where the registries can be reached")
	return c
}

func engineDown() *cobra.Command {
	return &cobra.Command{
		Use: "down", Short: "Stop engine and registry, put the network back", Args: cobra.NoArgs,
		Example: "  octocode engine down",
		RunE:    func(c *cobra.Command, _ []string) error { return engine.Down(c.Context(), c.ErrOrStderr()) },
	}
}

func engineClean() *cobra.Command {
	return &cobra.Command{
		Use: "clean", Short: "Down, and remove all that the engine ever wrote", Args: cobra.NoArgs,
		Example: "  octocode engine clean",
		RunE:    func(c *cobra.Command, _ []string) error { return engine.Clean(c.Context(), c.ErrOrStderr()) },
	}
}

func engineStatus() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "status", Short: "Show the engine; exit code 1 when none runs", Args: cobra.NoArgs,
		Example: "  octocode engine status\n  octocode engine status --json",
		RunE: func(c *cobra.Command, _ []string) error {
			s := engine.GetStatus(c.Context())
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), s); err != nil {
					return err
				}
			} else {
				table(c.OutOrStdout(), [][]string{
					{"engine", s.Kind}, {"running", fmt.Sprint(s.Running)}, {"version", s.Version}, {"address", s.Host},
					{"registry", s.Registry}, {"folder", s.Home}, {"error", s.Error},
				})
			}
			if !s.Running {
				return errors.New("no engine runs: `octocode engine up` starts one")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func engineDoctor() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "Check what an engine of our own needs on this machine", Args: cobra.NoArgs,
		Example: "  octocode engine doctor\n  octocode engine doctor --json",
		RunE: func(c *cobra.Command, _ []string) error {
			requirements := engine.Doctor(c.Context())
			rows, missing := [][]string{}, 0
			for _, r := range requirements {
				state := "found"
				if !r.Found {
					state = "missing"
					if !r.Optional {
						missing++
					}
				}
				rows = append(rows, []string{r.Name, state, r.Detail, r.Fix})
			}
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), requirements); err != nil {
					return err
				}
			} else {
				table(c.OutOrStdout(), rows)
			}
			if missing > 0 {
				return fmt.Errorf("%d of %d requirements are missing", missing, len(requirements))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func engineLogs() *cobra.Command {
	return &cobra.Command{
		Use: "logs [engine|registry|standins]", Short: "Print a daemon's log", Args: cobra.MaximumNArgs(1),
		Example:   "  octocode engine logs\n  octocode engine logs registry",
		ValidArgs: []string{"engine", "registry", "standins"},
		RunE: func(c *cobra.Command, args []string) error {
			name := "engine"
			if len(args) == 1 {
				name = args[0]
			}
			file, err := os.Open(engine.FindHome().Log(name))
			if err != nil {
				return fmt.Errorf("no log of %q: it never ran here (engine, registry and standins have logs)", name)
			}
			defer file.Close()
			_, err = io.Copy(c.OutOrStdout(), file)
			return err
		},
	}
}

func engineImages() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "images", Short: "Fill the local registry with stand-in images and list them", Args: cobra.NoArgs,
		Example: "  octocode engine images\n  octocode engine images --json",
		Long: `Fill the local registry with stand-in images and list them.

They are used only where the real registries cannot be reached, or with --offline.
A stand-in is published under a tag only when the version inside is the tag's.`,
		RunE: func(c *cobra.Command, _ []string) error {
			runner, err := engine.Up(c.Context(), engine.Options{Images: true, Log: c.ErrOrStderr()})
			if err != nil {
				return err
			}
			if runner.Kind != "local" {
				fmt.Fprintln(c.ErrOrStderr(), runner, "pulls its images itself; no stand-ins are needed")
				return nil
			}
			images, err := engine.Images()
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), images)
			}
			rows := [][]string{{"REFERENCE", "VERSION", "SIZE", "DIGEST"}}
			for _, image := range images {
				rows = append(rows, []string{image.Ref, image.Version, fmt.Sprintf("%.1f MB", float64(image.Bytes)/1e6), image.Digest})
			}
			table(c.OutOrStdout(), rows)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// table prints rows in columns, without those that have nothing but a name.
func table(w io.Writer, rows [][]string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		if len(row) == 2 && row[1] == "" {
			continue
		}
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, cell)
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}
