package main

import (
	"regexp"
	"strings"
	"time"
)

// Step is one step of the pipeline as the engine reported it.
type Step struct {
	Name    string  `json:"name"`
	State   string  `json:"state"` // CACHED, DONE or ERROR
	Seconds float64 `json:"seconds"`
}

var (
	colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	// A line of `dagger --progress=plain`: number of the span, depth, text.
	spanLine = regexp.MustCompile(`^(\d+)\s*: ((?:┆ )*)(.*)$`)
	ended    = regexp.MustCompile(`^(.*?) ?(CACHED|DONE|ERROR) \[([0-9hms.]+)\]$`)
	// What a span printed carries the time in front of it.
	printed = regexp.MustCompile(`^\[[0-9hms.]+\] \|`)
)

// parseProgress returns the spans that ended, in the order in which they
// began. A span that the engine reports several times counts with its last
// report; its name is the first line about it, which has the arguments.
func parseProgress(text string) []Step {
	spans := map[string]*Step{}
	var order []string
	for line := range strings.Lines(colour.ReplaceAllString(text, "")) {
		match := spanLine.FindStringSubmatch(strings.TrimRight(line, "\r\n "))
		if match == nil || printed.MatchString(match[3]) {
			continue
		}
		number, rest := match[1], match[3]
		end := ended.FindStringSubmatch(rest)
		span := spans[number]
		if span == nil {
			span = &Step{Name: rest}
			if end != nil {
				span.Name = end[1]
			}
			spans[number] = span
			order = append(order, number)
		}
		if end == nil {
			continue
		}
		if d, err := time.ParseDuration(end[3]); err == nil {
			// The call itself ends at once, what it started ends later.
			span.State, span.Seconds = end[2], max(span.Seconds, d.Seconds())
		}
	}
	var done []Step
	for _, number := range order {
		if span := spans[number]; span.State != "" {
			done = append(done, *span)
		}
	}
	return done
}

var (
	dockerfileStep = regexp.MustCompile(`^\[[\w.-]+ \d+/\d+\] `)
	mounts         = regexp.MustCompile(`--mount=\S+\s*`)
	blanks         = regexp.MustCompile(`\s+`)
)

// pipelineSteps picks what an engineer calls a step: those of the Dockerfile
// and the commands that ran in containers, with short names.
func pipelineSteps(spans []Step) []Step {
	var steps []Step
	for _, span := range spans {
		name := span.Name
		switch {
		case dockerfileStep.MatchString(name):
			name = strings.TrimSuffix(mounts.ReplaceAllString(name, ""), " (set -eu...)")
		case strings.HasPrefix(name, "withExec "):
			name = strings.TrimPrefix(name, "withExec ")
			// The command of a check stands behind the script that records it.
			if _, command, ok := strings.Cut(name, "' sh "); ok {
				name = command
			}
		default:
			continue
		}
		span.Name = shorten(blanks.ReplaceAllString(name, " "), 72)
		steps = append(steps, span)
	}
	return steps
}

// spanSeconds is the time of the first span whose name begins so.
func spanSeconds(spans []Step, name string) (float64, bool) {
	for _, span := range spans {
		if strings.HasPrefix(span.Name, name) {
			return span.Seconds, true
		}
	}
	return 0, false
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
