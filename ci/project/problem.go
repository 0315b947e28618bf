package project

import (
	"fmt"
	"strings"
)

// Code names a kind of problem; it never changes, the wording may.
type Code string

// What can be wrong with an application.
const (
	AppOutside          Code = "app-outside"
	AppMissing          Code = "app-missing"
	NoPackageJSON       Code = "no-package-json"
	InvalidPackageJSON  Code = "invalid-package-json"
	InvalidWorkspace    Code = "invalid-workspace"
	NotInWorkspace      Code = "not-in-workspace"
	NoLockfile          Code = "no-lockfile"
	SeveralLockfiles    Code = "several-lockfiles"
	LockfileMismatch    Code = "lockfile-mismatch"
	LockfileFormat      Code = "lockfile-format"
	NoPackageManager    Code = "no-package-manager"
	BadPackageManager   Code = "bad-package-manager"
	UnsupportedManager  Code = "unsupported-package-manager"
	NoNext              Code = "no-next"
	NoNextConfig        Code = "no-next-config"
	NotStandalone       Code = "not-standalone"
	NoBuildScript       Code = "no-build-script"
	NoLintScript        Code = "no-lint-script"
	NextLintRemoved     Code = "next-lint-removed"
	NoTestScript        Code = "no-test-script"
	TestNeverEnds       Code = "test-watches"
	NoTestReport        Code = "no-test-report"
	NodeMismatch        Code = "node-mismatch"
	NoPrismaSchema      Code = "no-prisma-schema"
	SeveralSchemas      Code = "several-prisma-schemas"
	NoPrismaGenerator   Code = "no-prisma-generator"
	NoPrismaDependency  Code = "no-prisma-dependency"
	NoPrismaMigrations  Code = "no-prisma-migrations"
	UnsupportedDatabase Code = "unsupported-database"
	DockerfileMissing   Code = "dockerfile-missing"
	Unreadable          Code = "unreadable"
)

// Problem is one thing that is wrong, and its cure.
type Problem struct {
	Code    Code   `json:"code"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"` // 0 when not known
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// String is one line: file, line, message and cure.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(oneLine(p.File))
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": " + oneLine(p.Message))
	if p.Fix != "" {
		b.WriteString(": " + oneLine(p.Fix))
	}
	return b.String()
}

// Problems is the error of Detect: everything that is wrong, not only the
// first thing.
//
//	var problems project.Problems
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

// oneLine keeps text of foreign files from breaking the list into more lines
// than it has problems.
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
