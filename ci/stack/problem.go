package stack

import (
	"fmt"
	"strings"
)

// Code names a kind of problem; it never changes, the wording may.
type Code string

// Problem is one thing that is wrong, and its cure.
type Problem struct {
	Code    Code   `json:"code"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"` // 0 when not known
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// String is one line: file, line, message and cure.
func (p Problem) String() string {
	text := place(p.File, p.Line) + oneLine(p.Message)
	if p.Fix != "" {
		text += ": " + oneLine(p.Fix)
	}
	return text
}

// place is the "file:line: " in front of a message.
func place(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line == 0:
		return oneLine(file) + ": "
	}
	return fmt.Sprintf("%s:%d: ", oneLine(file), line)
}

// Problems is an error that says everything that is wrong, not only the first
// thing.
//
//	var problems stack.Problems
//	if errors.As(err, &problems) && problems.Has(compose.UnknownKey) { … }
type Problems []Problem

// Error gives one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Has reports whether a problem of this kind is in the list.
func (ps Problems) Has(code Code) bool {
	for _, p := range ps {
		if p.Code == code {
			return true
		}
	}
	return false
}

// oneLine keeps foreign text from breaking a list into more lines than it has
// entries, and from colouring the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case r < 0x20 || (r >= 0x7f && r < 0xa0):
			return -1
		}
		return r
	}, s)
}
