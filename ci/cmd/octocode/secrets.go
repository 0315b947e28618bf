package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/secrets"
	"github.com/spf13/cobra"
)

const secretsDir = "docker/prod/secrets"

// secretsCommand makes and checks the secret files of a stack.
func secretsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "secrets",
		Short:   "The secret files of a production stack: make them, check them",
		Example: "  octocode secrets generate --host shop.example.com\n  octocode secrets check",
	}
	c.AddCommand(secretsGenerate(), secretsCheck())
	return c
}

func secretsGenerate() *cobra.Command {
	var o secrets.Options
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use: "generate", Short: "Make the passwords, URLs and certificates that are not there yet", Args: cobra.NoArgs,
		Long: `Make the passwords, URLs and certificates that are not there yet.

What is there is kept, so this may run again at any time: then it renews the
certificates that expire within 30 days. Your own certificates are never replaced.
ca_key signs renewals; no service needs it, so keep it off the servers.
No value is ever printed.`,
		Example: `  octocode secrets generate
  octocode secrets generate --host shop.example.com --host www.shop.example.com
  octocode secrets generate --force redis_password
  octocode secrets generate --dry-run --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			changes, err := secrets.Generate(dir, o)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), changes)
			}
			rows := [][]string{{"FILE", "ACTION", "REMARK"}}
			for _, change := range changes {
				rows = append(rows, []string{change.Name, string(change.Action), change.Reason})
			}
			table(c.OutOrStdout(), rows)
			if o.DryRun {
				_, err = fmt.Fprintln(c.OutOrStdout(), "\ndry run: nothing was written to", dir)
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringVar(&dir, "dir", secretsDir, "the folder of the files")
	flags.StringArrayVar(&o.Hosts, "host", nil, "a name or address of the front door; may be repeated (default those it has, else "+strings.Join(secrets.DefaultHosts, ", ")+")")
	flags.DurationVar(&o.ValidFor, "valid-for", secrets.DefaultValidity, "how long new certificates are valid")
	flags.StringArrayVar(&o.Force, "force", nil, "a file to renew although it is there; may be repeated")
	flags.BoolVar(&o.DryRun, "dry-run", false, "say what would be done, and write nothing")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func secretsCheck() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use: "check", Short: "Say what is there, who can read it, and when certificates expire; exit code 1 on an error", Args: cobra.NoArgs,
		Example: "  octocode secrets check\n  octocode secrets check --dir /srv/octocode/secrets --json",
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := secrets.Check(dir, time.Now())
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), rows); err != nil {
					return err
				}
			} else {
				lines := [][]string{{"FILE", "STATUS", "MODE", "EXPIRES", "REMARK"}}
				for _, row := range rows {
					expires, remark := "", row.Message
					if row.Expires != nil {
						expires = row.Expires.Format(time.DateOnly)
					}
					if remark == "" && len(row.Hosts) > 0 {
						remark = "for " + strings.Join(row.Hosts, ", ")
					}
					lines = append(lines, []string{row.Name, row.Status, row.Mode, expires, remark})
				}
				table(c.OutOrStdout(), lines)
			}
			if secrets.Failed(rows) {
				return errors.New("the secrets in " + dir + " are not usable as they are")
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dir", secretsDir, "the folder of the files")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
