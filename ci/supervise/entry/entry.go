//go:build linux

// Package entry makes octocode-init of any program that imports it and is
// started under that name. So a module needs no other program to put into its
// containers than its own.
//
// It acts when it is initialised: before the packages of a Dagger module, which
// end a program that no engine has started.
package entry

import (
	"os"
	"path/filepath"

	"github.com/octocode/octocode-ci/ci/supervise"
)

func init() {
	if filepath.Base(os.Args[0]) == filepath.Base(supervise.Program) {
		os.Exit(supervise.Main(os.Args[1:]))
	}
}
