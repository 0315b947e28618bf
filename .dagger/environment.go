package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/env"
)

// EnvReport is what the check of the variables found. It shows no value.
type EnvReport struct {
	// Whether nothing is wrong; warnings are allowed.
	Passed bool
	// The table for people: variable, needed by, source, status.
	Text string
	// The same for machines.
	Json string
}

// CheckEnv looks at every variable of the stack.
// It finds what is missing, malformed, weak, an example, or of development in production.
//
//	dagger call check-env --profile prod --secret-file file://docker/prod/.env text
//	dagger call check-env --profile prod --file prod.env --secrets docker/prod/secrets text
//	dagger call check-env --file .env.example json
//
// +cache="session"
func (m *Octocode) CheckEnv(
	ctx context.Context,
	// "dev" or "prod".
	//
	// +default="dev"
	profile string,
	// Files of NAME=VALUE lines; of several, the last that sets a variable wins.
	//
	// +optional
	file []*dagger.File,
	// Files of NAME=VALUE lines that hold secrets; they go before the others.
	//
	// +optional
	secretFile []*dagger.Secret,
	// The folder of secret files, which stands in for /run/secrets.
	//
	// +optional
	secrets *dagger.Directory,
	// Variables, as NAME=VALUE; they go before files.
	//
	// +optional
	variable []string,
) (*EnvReport, error) {
	if err := assignments("--variable", variable); err != nil {
		return nil, err
	}
	options := env.Options{Profile: env.Profile(profile)}
	given := env.Source{Name: "--variable", Values: map[string]string{}}
	for _, v := range variable {
		name, value, _ := strings.Cut(v, "=")
		given.Values[name] = value
	}
	options.Sources = []env.Source{given}
	// The last one wins: it comes first.
	add := func(name, text string) error {
		source, err := env.ParseFile(name, []byte(text), given.Values)
		if err == nil {
			options.Sources = slices.Insert(options.Sources, 1, source)
		}
		return err
	}
	for _, f := range file {
		name, err := f.Name(ctx)
		if err != nil {
			return nil, err
		}
		text, err := f.Contents(ctx)
		if err == nil {
			err = add(name, text)
		}
		if err != nil {
			return nil, err
		}
	}
	for i, s := range secretFile {
		text, err := s.Plaintext(ctx)
		if err == nil {
			err = add(fmt.Sprintf("secret file %d", i+1), text)
		}
		if err != nil {
			return nil, err
		}
	}
	if secrets != nil {
		dir, err := os.MkdirTemp("", "secrets")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if _, err := secrets.Export(ctx, dir); err != nil {
			return nil, fmt.Errorf("read --secrets: %w", err)
		}
		options.Secrets = os.DirFS(dir)
	}
	r, err := env.Check(options)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	return &EnvReport{Passed: !r.Failed(), Text: r.Text(), Json: string(text)}, err
}

// Sync fails when a variable is wrong. It returns the ID of the table: the CLI
// can only print IDs.
//
// +cache="never"
func (r *EnvReport) Sync(ctx context.Context) (string, error) {
	if !r.Passed {
		return "", errors.New(r.Text)
	}
	id, err := dag.Directory().WithNewFile("env.txt", r.Text).ID(ctx)
	return string(id), err
}
