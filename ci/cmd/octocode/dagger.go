package main

import (
	"fmt"
	"os"
	"syscall"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/spf13/cobra"
)

// daggerCommand runs the dagger CLI that fits the engine of this machine.
func daggerCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "dagger ARGS…",
		Short:              "Run the dagger CLI on the engine of this machine, which is started if need be",
		Example:            "  octocode dagger call ci\n  octocode dagger check -l",
		DisableFlagParsing: true,
		RunE: func(c *cobra.Command, args []string) error {
			runner, err := engine.Up(c.Context(), engine.Options{Quick: true, Log: c.ErrOrStderr()})
			if err != nil {
				return err
			}
			// The CLI takes this process's place: its signals and its exit code
			// are those of the command.
			err = syscall.Exec(runner.CLI, append([]string{"dagger"}, args...), append(os.Environ(), runner.Env...))
			return fmt.Errorf("run %s: %w", runner.CLI, err)
		},
	}
}
