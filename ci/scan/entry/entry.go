//go:build linux

// Package entry makes octocode-scan of any program that imports it and is
// started under that name: what a Dagger module does in the containers of
// scans. It runs a scanner that it trusts with nothing, and writes out the
// history of a Git repository.
package entry

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Program is where it lies in a container, and under which name.
const Program = "/.octocode/octocode-scan"

func init() {
	if filepath.Base(os.Args[0]) != filepath.Base(Program) {
		return
	}
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// errFailed is for a command that was run and has failed.
var errFailed = errors.New("the command has failed")

// command is the command line of a request, whose answer is JSON on stdout.
func command(name string, request any) []string {
	text, err := json.Marshal(request)
	if err != nil {
		panic(err) // Only for types that JSON does not have.
	}
	return []string{Program, name, string(text)}
}

func run(args []string, out io.Writer) error {
	if len(args) == 2 {
		switch args[0] {
		case "run":
			return answer(Run.run, args[1], out)
		case "history":
			return answer(History.run, args[1], out)
		}
	}
	return errors.New(filepath.Base(Program) + ": no such command")
}

func answer[Request, Answer any](do func(Request) (Answer, error), text string, out io.Writer) error {
	var request Request
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		return fmt.Errorf("%s: the request cannot be read", filepath.Base(Program))
	}
	result, err := do(request)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(result); err != nil {
		return err
	}
	if ran, ok := any(result).(interface{ failed() bool }); ok && ran.failed() {
		return errFailed
	}
	return nil
}
