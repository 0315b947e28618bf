package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/env"
	"github.com/octocode/octocode-ci/ci/secrets"
	"github.com/octocode/octocode-ci/ci/stack"
)

// WithSecret gives the value of a secret that the Compose files define.
// It goes before their file or variable, which need not be there.
//
//	dagger call stack --file compose.yaml with-secret --name key --value file://secrets/key gateway up
//	dagger call prod-stack with-secret --name anthropic_api_key --value env://ANTHROPIC_API_KEY gateway up
func (s *Stack) WithSecret(
	ctx context.Context,
	name string,
	value *dagger.Secret,
) (*Stack, error) {
	p, err := s.load(ctx, open)
	if err != nil {
		return nil, err
	}
	if err := p.HasSecret(name); err != nil {
		return nil, err
	}
	given, err := values(ctx, s.Given)
	if err != nil {
		return nil, err
	}
	text, err := plaintext(ctx, value)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{name: text}
	for other, text := range given {
		if other != name {
			all[other] = text
		}
	}
	data, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	next := *s
	next.GivenNames = append(slices.Clone(s.GivenNames), name)
	next.Given = dag.SetSecret(fmt.Sprintf("octocode-given-%s-%d", s.Token, len(next.GivenNames)), string(data))
	return &next, nil
}

// made are the secret files that were made for this stack, by their names; nil
// when it has none.
func (s *Stack) made(ctx context.Context) (map[string][]byte, error) {
	return values(ctx, s.Secrets)
}

// values reads a JSON of several secrets; nil when there is none.
func values(ctx context.Context, secret *dagger.Secret) (files map[string][]byte, err error) {
	text, err := plaintext(ctx, secret)
	if err != nil || text == nil {
		return nil, err
	}
	return files, json.Unmarshal(text, &files)
}

// plaintext is the value of a secret, nil when there is none.
func plaintext(ctx context.Context, secret *dagger.Secret) ([]byte, error) {
	if secret == nil {
		return nil, nil
	}
	text, err := secret.Plaintext(ctx)
	if err != nil {
		return nil, fmt.Errorf("read a secret of the stack: %w", err)
	}
	return []byte(text), nil
}

// external are the secret files that nobody can make, as far as the caller's
// .env has their variables.
func (s *Stack) external(ctx context.Context) (map[string][]byte, error) {
	text, err := plaintext(ctx, s.Dotenv)
	if err != nil {
		return nil, err
	}
	source, err := env.ParseFile("--secret-env-file", text, nil)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range secrets.External {
		if value := source.Values[strings.ToUpper(name)]; value != "" {
			files[name] = []byte(value)
		}
	}
	return files, nil
}

// secret is a secret of the plan, for the engine.
func (s *Stack) secret(ctx context.Context, plan stack.Plan, name string) (*dagger.Secret, error) {
	value, err := s.value(ctx, plan, name)
	if err != nil {
		return nil, err
	}
	return s.hide(name, value), nil
}

// value is what a secret of the plan holds: what the caller has given, what was
// made for the stack, or what the files say.
func (s *Stack) value(ctx context.Context, plan stack.Plan, name string) (string, error) {
	given, err := values(ctx, s.Given)
	if err != nil {
		return "", err
	}
	if value, ok := given[name]; ok {
		return string(value), nil
	}
	for _, c := range plan.Secrets {
		switch {
		case c.Name != name:
			continue
		case c.External != "":
			return "", fmt.Errorf("the secret %q is made outside of the stack: pass it with with-secret --name %s --value …", name, name)
		case c.File == "":
			return c.Value, nil
		}
		made, err := s.made(ctx)
		if err != nil {
			return "", err
		}
		if content, ok := made[path.Base(c.File)]; ok && strings.HasPrefix(c.File, composeFolder+"/prod/secrets/") {
			return string(content), nil
		}
		content, err := s.Source.File(c.File).Contents(ctx)
		if err != nil {
			return "", fmt.Errorf("read the secret %q: %w", name, err)
		}
		return content, nil
	}
	return "", fmt.Errorf("there is no secret %q", name)
}

func (s *Stack) hide(name, value string) *dagger.Secret {
	return dag.SetSecret(s.Token+"-"+name, value)
}

// authority is the certificate that signs the one of the front door.
func (s *Stack) authority(ctx context.Context) (string, error) {
	made, err := s.made(ctx)
	return string(made[secrets.CACertificate]), err
}
