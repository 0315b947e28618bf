// Package problem has the form in which all packages say what is wrong with an
// input: a line for each problem, with its place and its cure.
package problem

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
	text := Place(p.File, p.Line) + OneLine(p.Message)
	if p.Fix != "" {
		text += ": " + OneLine(p.Fix)
	}
	return text
}

// Place is the "file:line: " in front of a message.
func Place(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line == 0:
		return OneLine(file) + ": "
	}
	return fmt.Sprintf("%s:%d: ", OneLine(file), line)
}

// Problems is an error that says everything that is wrong, not only the first
// thing.
//
//	var problems problem.Problems
//	if errors.As(err, &problems) && problems.Has(project.NoLockfile) { … }
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

// OneLine keeps foreign text from breaking a list into more lines than it has
// entries, and from colouring the terminal.
func OneLine(s string) string {
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
