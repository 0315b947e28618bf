package env

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Status says how it is with a variable.
type Status string

// The states.
const (
	OK          Status = "ok"
	Missing     Status = "missing"
	Weak        Status = "weak"
	Malformed   Status = "malformed"
	Example     Status = "example"
	Development Status = "development value"
	Unknown     Status = "unknown"
)

// Level says whether something may stay as it is.
type Level string

// The levels.
const (
	Fine    Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
)

// Row is what the check says about a variable. A variable with several
// findings has several rows.
type Row struct {
	Variable string   `json:"variable"`
	NeededBy []string `json:"needed_by"`
	// Source is the name of a Source, "NAME_FILE", "secret file x", "default",
	// or "–" when the variable is not set.
	Source  string `json:"source"`
	Status  Status `json:"status"`
	Level   Level  `json:"level"`
	Message string `json:"message,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

// String is the row in one line: what is wrong, where, and the cure.
func (r Row) String() string {
	text := r.Variable
	if r.Source != unset && r.Status != Unknown && r.Source != r.Variable+"_FILE" {
		text += " (" + r.Source + ")"
	}
	text += " " + r.Message
	if r.Fix != "" {
		text += ": " + r.Fix
	}
	return text
}

// Report is the result of a check. It holds no value.
type Report struct {
	Profile  Profile `json:"profile"`
	Errors   int     `json:"errors"`
	Warnings int     `json:"warnings"`
	Rows     []Row   `json:"rows"`
}

// Failed reports whether anything is an error; warnings alone are none.
func (r Report) Failed() bool { return r.Errors > 0 }

// Text is the report as a table, with a line for each finding below it.
func (r Report) Text() string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VARIABLE\tSTATUS\tSOURCE\tNEEDED BY")
	for _, row := range r.Rows {
		by := strings.Join(row.NeededBy, " ")
		if by == "" {
			by = unset
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Variable, row.Status, row.Source, by)
	}
	_ = table.Flush() // a strings.Builder takes everything
	if r.Errors+r.Warnings > 0 {
		b.WriteByte('\n')
	}
	for _, level := range []Level{Error, Warning} {
		for _, line := range r.lines(level) {
			fmt.Fprintf(&b, "%s: %s\n", level, line)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Summary())
	return b.String()
}

// Summary is the result in one line: "profile prod: 2 errors, 1 warning".
func (r Report) Summary() string {
	return fmt.Sprintf("profile %s: %s, %s", r.Profile, count(r.Errors, "error"), count(r.Warnings, "warning"))
}

func (r Report) lines(level Level) []string {
	var lines []string
	for _, row := range r.Rows {
		if row.Level == level {
			lines = append(lines, row.String())
		}
	}
	return lines
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// finding is one thing that is wrong with a value, and its cure.
type finding struct {
	status       Status
	level        Level
	message, fix string
}

// Error makes a finding the error of a decoder.
func (f finding) Error() string { return f.message + ": " + f.fix }

// problem is the error of a decoder that cannot read a value.
func problem(message, fix string) error { return finding{Malformed, Error, message, fix} }
