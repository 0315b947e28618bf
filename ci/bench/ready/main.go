// Command ready measures how long the stacks take to get ready: `docker compose
// up --wait` beside `dagger call … up`, with the same files and the same images,
// which both have already. Each run begins without data.
//
//	make bench-ready
//	go run ./ci/bench/ready -runs 5
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/octocode/octocode-ci/ci/engine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ready:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("ready", flag.ContinueOnError)
	runs := flags.Int("runs", 3, "runs of each stack")
	out := flags.String("out", "build/bench", "folder for ready.md and ready.json")
	if err := flags.Parse(args); err != nil {
		return flag.ErrHelp // the package has said what is wrong
	}
	if *runs < 1 || flags.NArg() > 0 {
		return errors.New("-runs begins at 1, and there are no other arguments: see -help")
	}
	steps := &engine.Steps{W: os.Stderr}
	y, err := prepare(ctx, steps)
	if err != nil {
		return err
	}
	defer y.close()
	var all []measurement
	for _, s := range stacks {
		m := measurement{Stack: s.name}
		for n := 1; n <= *runs; n++ {
			// They take turns, so that what disturbs the machine disturbs both.
			for _, way := range []struct {
				name    string
				seconds *[]float64
				up      func(context.Context, stack) (float64, error)
			}{{"docker compose", &m.Compose, y.compose}, {"dagger", &m.Dagger, y.dagger}} {
				err := steps.Do(fmt.Sprintf("%s, %s, run %d", s.name, way.name, n), func() error {
					seconds, err := way.up(ctx, s)
					*way.seconds = append(*way.seconds, seconds)
					return err
				})
				if err != nil {
					return fmt.Errorf("%s with %s: %w", s.name, way.name, err)
				}
			}
		}
		all = append(all, m)
	}
	return write(all, *out)
}

// measurement is the seconds until a stack was ready, run by run.
type measurement struct {
	Stack   string    `json:"stack"`
	Compose []float64 `json:"dockerComposeSeconds"`
	Dagger  []float64 `json:"daggerSeconds"`
}

// Ratio is Dagger's median by that of Compose: below 1, Dagger is ready first.
func (m measurement) ratio() float64 { return median(m.Dagger) / median(m.Compose) }

func median(runs []float64) float64 {
	sorted := slices.Sorted(slices.Values(runs))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

func table(all []measurement, w io.Writer) {
	cell := func(runs []float64) string {
		return fmt.Sprintf("%.1f s (%.1f–%.1f)", median(runs), slices.Min(runs), slices.Max(runs))
	}
	fmt.Fprintln(w, "| stack, until its front door answers 200 | docker compose up --wait | dagger call … up | ratio |\n| --- | --- | --- | --- |")
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %s | %s | %.2f |\n", m.Stack, cell(m.Compose), cell(m.Dagger), m.ratio())
	}
}

func write(all []measurement, dir string) error {
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	var text strings.Builder
	table(all, &text)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range map[string]string{"ready.json": string(data) + "\n", "ready.md": text.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	_, err = fmt.Print(text.String())
	return err
}
