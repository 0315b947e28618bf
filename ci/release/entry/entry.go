// Package entry makes octocode-release of any program that imports it and is
// started under that name: the work on images that a Dagger module gives to its
// containers, where files need not come over to it, and which can be bound to
// the services that it needs.
package entry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// Program is the name.
const Program = "octocode-release"

// The variables that secrets come in; arguments are seen by everybody.
const (
	PasswordVariable = "REGISTRY_PASSWORD"
	KeyVariable      = "SIGNING_KEY"
)

func init() {
	if filepath.Base(os.Args[0]) != Program {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// work is what a command does: it reads what Command was given, and its answer
// is printed.
type work func(ctx context.Context, request json.RawMessage, scratch string) (any, error)

var commands = map[string]work{
	"canonical": answer(Canonical.run),
	"compare":   answer(Compare.run),
	"platform":  answer(Platform.run),
	"single":    answer(Single.run),
	"publish":   answer(Publish.run),
	"reach":     answer(Reach.run),
	"verify":    answer(Verify.run),
	"documents": answer(Documents.run),
}

// answer turns a request with its work into a command.
func answer[Request, Answer any](do func(Request, context.Context, string) (Answer, error)) work {
	return func(ctx context.Context, text json.RawMessage, scratch string) (any, error) {
		var request Request
		if err := json.Unmarshal(text, &request); err != nil {
			return nil, fmt.Errorf("%s: the request cannot be read", Program)
		}
		return do(request, ctx, scratch)
	}
}

// command is the command line of a request.
func command(name string, request any) []string {
	text, err := json.Marshal(request)
	if err != nil {
		panic(err) // Only for types that JSON does not have.
	}
	return []string{Program, name, string(text)}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	if len(args) != 2 || commands[args[0]] == nil {
		return errors.New(Program + ": no such command")
	}
	scratch, err := os.MkdirTemp("", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	result, err := commands[args[0]](ctx, json.RawMessage(args[1]), scratch)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}
