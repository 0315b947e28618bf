package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/release/entry"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

// releaseTool is a container with this module's own program as octocode-release.
func releaseTool() (*dagger.Container, error) {
	file, err := program()
	if err != nil {
		return nil, err
	}
	return dag.Container().From(pins.Ref("debian")).WithMountedFile("/usr/local/bin/"+entry.Program, file), nil
}

// authorities are the certificate authorities that HTTPS needs. A slim image
// has none; those of this module's own container know the company's, too.
const authorities = "/etc/ssl/certs/ca-certificates.crt"

// access is how to get into a registry.
type access struct {
	user     string
	password *dagger.Secret
	insecure bool
	// service is the registry, where no name leads to it.
	service *dagger.Service
}

// check finds what cannot be right, before anything is built for that registry.
func (a access) check(reference string) error {
	if (a.user == "") != (a.password == nil) {
		return errors.New("--user and --password: give both, or none")
	}
	if a.service != nil {
		_, err := oci.ServiceName(reference)
		return err
	}
	return nil
}

// reach makes sure that the registry lets us in, before anything is built.
func (a access) reach(ctx context.Context, repository string) error {
	tool, err := a.tool(repository)
	if err != nil {
		return err
	}
	_, err = answer(ctx, tool, entry.Reach{Access: a.entry(), Repository: repository}.Command(), &struct{}{})
	return err
}

// tool is releaseTool with access to the registry of a repository or an image.
// What it does is never taken from a cache: the registry may have changed.
func (a access) tool(reference string) (*dagger.Container, error) {
	tool, err := releaseTool()
	if err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(authorities); err == nil {
		tool = tool.WithNewFile(authorities, string(text))
	}
	if a.service != nil {
		name, err := oci.ServiceName(reference)
		if err != nil {
			return nil, err
		}
		tool = tool.WithServiceBinding(name, a.service)
	}
	if a.password != nil {
		tool = tool.WithSecretVariable(entry.PasswordVariable, a.password)
	}
	return tool.WithEnvVariable("RUN", rand.Text()), nil
}

func (a access) entry() entry.Access { return entry.Access{User: a.user, Insecure: a.insecure} }

// answer runs a command of octocode-release in a container and reads what it
// answers. It returns the container as it is afterwards.
func answer(ctx context.Context, tool *dagger.Container, command []string, into any) (*dagger.Container, error) {
	ctr := tool.WithExec(command, dagger.ContainerWithExecOpts{Expect: dagger.ReturnTypeAny})
	code, err := ctr.ExitCode(ctx)
	if err != nil {
		return nil, err
	}
	if code != 0 {
		text, err := ctr.Stderr(ctx)
		if err != nil {
			return nil, err
		}
		return nil, errors.New(problem(text))
	}
	text, err := ctr.Stdout(ctx)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return nil, fmt.Errorf("%s: %w", entry.Program, err)
	}
	return ctr, nil
}

// problem is what a command says at its end, without the tries before.
func problem(text string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if !strings.HasPrefix(line, "trying again: ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// single is the archive of one platform of an archive, for the scanner.
func single(ctx context.Context, archive *dagger.File, platform string) (*dagger.File, error) {
	tool, err := releaseTool()
	if err != nil {
		return nil, err
	}
	var result entry.Result
	ctr, err := answer(ctx, tool.WithMountedFile("/image.tar", archive),
		entry.Single{In: "/image.tar", Platform: platform, Out: "/single.tar"}.Command(), &result)
	if err != nil {
		return nil, fmt.Errorf("--archive: %w", err)
	}
	return ctr.File("/single.tar"), nil
}
