package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// command is one program to run.
type command struct {
	dir  string
	env  []string // nil: that of this process
	argv []string
}

// run returns what the command printed. Its error carries the last lines.
func (c command) run(ctx context.Context) (stdout, stderr string, err error) {
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir, cmd.Env = c.dir, c.env
	// Politely, so that it can clean up behind itself.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		// Some tools print their errors on standard output.
		last := lastLines(out.String(), 20) + lastLines(errs.String(), 40)
		err = fmt.Errorf("%s: %w\n%s", shorten(strings.Join(c.argv, " "), 120), err, last)
	}
	return out.String(), errs.String(), err
}

// lastLines returns the end of a tool's output, where its error stands.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(colour.ReplaceAllString(text, "")), "\n")
	lines = lines[max(0, len(lines)-n):]
	var b strings.Builder
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintf(&b, "  %s\n", shorten(line, 300))
		}
	}
	return b.String()
}

// timed runs several commands one after another and returns the time of each.
func timed(ctx context.Context, names []string, commands []command) ([]Phase, error) {
	var phases []Phase
	for i, c := range commands {
		start := time.Now()
		if _, _, err := c.run(ctx); err != nil {
			return nil, err
		}
		phases = append(phases, Phase{names[i], time.Since(start).Seconds()})
	}
	return phases, nil
}
