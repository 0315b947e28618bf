// Command octocode is the one program of OctoCode CI that runs on hosts and
// inside containers. `octocode --help` lists what it does.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/spf13/cobra"
)

func main() {
	// Before anything else: this process is to become another program.
	if len(os.Args) == 3 && os.Args[1] == engine.SandboxCommand {
		fail(engine.EnterSandbox(os.Args[2]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		fail(err)
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "octocode",
		Short:         "CI/CD for Next.js applications: the helper beside the Dagger module",
		Example:       "  octocode engine up\n  octocode dagger call ci\n  octocode env check --profile prod",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(engineCommand(), daggerCommand(), verdictCommand(), stackCommand(), envCommand(), secretsCommand())
	root.AddCommand(releaseCommands()...)
	return root
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "octocode:", err)
	os.Exit(1)
}
