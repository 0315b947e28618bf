package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// look is the sign and the colour of an outcome.
type look struct{ sign, colour string }

var looks = map[Status]look{
	Passed:     {"✓", "32"},
	Failed:     {"✗", "31"},
	NotDefined: {"–", "2"},
	Skipped:    {"○", "33"},
}

// Text writes the report for a terminal or a log: a table, then for each
// failed part the end of its own output and how to run it again.
//
//	err := run.Text(os.Stdout, true)
func (r Run) Text(w io.Writer, color bool) error {
	out := bufio.NewWriter(w) // keeps the first error for Flush
	paint := func(colour, s string) string {
		if !color || colour == "" {
			return s
		}
		return "\x1b[" + colour + "m" + s + "\x1b[0m"
	}

	fmt.Fprintf(out, "%s\n\n", paint("1", oneLine(r.title())))
	r.table(out, paint)
	if r.Image != nil {
		fmt.Fprintf(out, "\n  Image: %s\n", r.Image)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(out, "\n  %s %s\n", paint("33", "Warning:"), oneLine(warning))
	}
	for _, p := range r.Parts {
		if status, reason := p.Outcome(); status == Failed {
			p.failure(out, oneLine(reason), r.tail(), paint)
		}
	}
	verdict, colour := r.Verdict(), "1;32"
	if !verdict.Passed {
		colour = "1;31"
	}
	line := verdict.String()
	if r.Seconds > 0 {
		line += " (" + Duration(r.Seconds) + ")"
	}
	fmt.Fprintf(out, "\n%s\n", paint(colour, oneLine(line)))
	return out.Flush()
}

// table aligns by characters, not by bytes, and paints after aligning.
func (r Run) table(out io.Writer, paint func(colour, s string) string) {
	titles, times := 0, 0
	for _, p := range r.Parts {
		titles = max(titles, utf8.RuneCountInString(oneLine(p.title())))
		times = max(times, utf8.RuneCountInString(p.time()))
	}
	for _, p := range r.Parts {
		status, reason := p.Outcome()
		l := looks[status]
		line := fmt.Sprintf("  %s %-*s  %s  %*s  %s", paint(l.colour, l.sign), titles, oneLine(p.title()),
			paint(l.colour, fmt.Sprintf("%-11s", status)), times, p.time(), oneLine(reason))
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}

// time is empty for a part that was not run.
func (p Part) time() string {
	if status, _ := p.Outcome(); status == NotDefined || status == Skipped {
		return ""
	}
	return Duration(p.Seconds)
}

// gutter stands in front of foreign lines. It marks them, and it keeps a line
// such as "::set-env …" from being a command to the CI system.
const gutter = "  | "

func (p Part) failure(out io.Writer, reason string, tail int, paint func(colour, s string) string) {
	fmt.Fprintf(out, "\n%s %s\n", paint("1;31", "✗ "+oneLine(p.title())+":"), reason)
	text, shown, total := lastLines(p.Output, tail)
	if total > shown {
		fmt.Fprintf(out, "  the last %d of %s, all of them are in %s\n", shown, count(total, "line"), oneLine(p.log()))
	}
	if text != "" {
		fmt.Fprintln(out, gutter+strings.ReplaceAll(text, "\n", "\n"+gutter))
	}
	if p.Tests != nil {
		for _, f := range first(p.Tests.Failures, maxFailures) {
			fmt.Fprintf(out, "  ✗ %s\n", oneLine(f.String()))
		}
		if more := len(p.Tests.Failures) - maxFailures; more > 0 {
			fmt.Fprintf(out, "    and %d more\n", more)
		}
	}
	if p.Command != "" {
		fmt.Fprintf(out, "  Again: %s\n", p.command())
	}
	if p.Fix != "" {
		fmt.Fprintf(out, "  Fix: %s\n", oneLine(p.Fix))
	}
}

// maxFailures is how many failed tests a report for people lists.
const maxFailures = 20

// String is one line: file, name and message.
func (f Failure) String() string {
	s := f.Name
	if f.File != "" && f.File != f.Name {
		s = f.File + ": " + s
	}
	if f.Message != "" {
		s += ": " + f.Message
	}
	return s
}

// String is one line: tag, digest and size.
func (i *Image) String() string {
	var list []string
	for _, s := range []string{i.Tag, i.Digest} {
		if s != "" {
			list = append(list, oneLine(s))
		}
	}
	if i.Bytes > 0 {
		list = append(list, Bytes(i.Bytes))
	}
	return strings.Join(list, ", ")
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }
