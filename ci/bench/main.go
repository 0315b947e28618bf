// Command bench is the yardstick of the pipeline: it takes the example
// application through (a) the bare commands on the host, (b) what a Makefile
// does with plain BuildKit, and (c) `dagger call ci`, in one run, and compares
// them as ratios. It also measures how long our own module takes to load.
//
//	make bench
//	go run ./ci/bench -only b,c -cold=false
//
// The cold runs prune the whole cache of BuildKit and of the engine of this
// machine. Everything else happens in copies of the application below the
// engine's folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/octocode/octocode-ci/ci/engine"
)

// options are the flags.
type options struct {
	runs     int
	coldRuns int
	only     map[string]bool
	out      string
}

func parseOptions(args []string, usage io.Writer) (options, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(usage)
	o := options{only: map[string]bool{}}
	flags.IntVar(&o.runs, "runs", 3, "runs of each scenario")
	flags.IntVar(&o.coldRuns, "cold-runs", 1, "runs without any cache")
	withCold := flags.Bool("cold", true, "measure without any cache too: prunes the caches of BuildKit and of this machine's engine")
	quick := flags.Bool("quick", false, "one run of each scenario, and no cold one")
	only := flags.String("only", "a,b,c", "what is measured: a bare commands, b Makefile on BuildKit, c pipeline")
	flags.StringVar(&o.out, "out", "build/bench", "folder for bench.md and bench.json")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for _, letter := range strings.Split(*only, ",") {
		if letter != "a" && letter != "b" && letter != "c" {
			return o, fmt.Errorf("-only %s: name some of a, b and c, such as -only b,c", *only)
		}
		o.only[letter] = true
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("%s is not a flag: see -help", flags.Arg(0))
	case o.runs < 1 || o.coldRuns < 1:
		return o, errors.New("-runs and -cold-runs begin at 1; -cold=false leaves the cold runs out")
	}
	if *quick {
		o.runs = 1
	}
	if *quick || !*withCold {
		o.coldRuns = 0
	}
	return o, nil
}

func main() {
	// Before anything else: this process is to become BuildKit's daemon.
	if len(os.Args) == 3 && os.Args[1] == engine.SandboxCommand {
		fail(engine.EnterSandbox(os.Args[2]))
	}
	o, err := parseOptions(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fail(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, o); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// write leaves the report in its folder, with the engine's own reports of the
// last run of each scenario, and prints the table.
func write(r Report, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, form := range map[string]func(io.Writer) error{"bench.md": r.Markdown, "bench.json": r.JSON} {
		var b strings.Builder
		if err := form(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	for _, run := range r.Runs {
		if run.log == "" {
			continue
		}
		name := run.Subject + "-" + strings.ReplaceAll(run.Scenario, " ", "-") + ".log"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(run.log), 0o644); err != nil {
			return err
		}
	}
	return r.Markdown(os.Stdout)
}
