package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
//	dagger call check-env --file .env.example json
//
// +cache="session"
func (m *Octocode) CheckEnv(
	ctx context.Context,
	// "dev" or "prod".
	//
	// +default="dev"
	profile string,
	// Files of NAME=VALUE lines; of several, the first that sets a variable wins.
	//
	// +optional
	file []*dagger.File,
	// Files of NAME=VALUE lines that hold secrets.
	//
	// +optional
	secretFile []*dagger.Secret,
	// Variables, as NAME=VALUE; they go before files.
	//
	// +optional
	variable []string,
) (*EnvReport, error) {
	if err := assignments("--variable", variable); err != nil {
		return nil, err
	}
	options := env.Options{Profile: env.Profile(profile)}
	if len(variable) > 0 {
		values := map[string]string{}
		for _, v := range variable {
			name, value, _ := strings.Cut(v, "=")
			values[name] = value
		}
		options.Sources = append(options.Sources, env.Source{Name: "--variable", Values: values})
	}
	add := func(name, text string) error {
		source, err := env.ParseFile(name, []byte(text), nil)
		if err == nil {
			options.Sources = append(options.Sources, source)
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
