package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
)

// scannerFile is where the built scanner is.
const scannerFile = "/usr/local/bin/trivy"

// scannerBuild compiles the scanner, unless a volume that is named after its
// checksums has it: then a lost layer costs a copy. The compiler of Debian only
// fetches the pinned one.
const scannerBuild = `set -eu
out=$1; shift
if ! [ -x /kept/trivy ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends golang-go ca-certificates >/dev/null
  # Debian's does not know this experiment, and dies of it.
  PATH=$(env -u GOEXPERIMENT go env GOROOT)/bin:$PATH
  "$@"
  mv "$out" /kept/trivy.new
  mv /kept/trivy.new /kept/trivy
fi
# Gigabytes, of use only to a build that was interrupted.
rm -rf /root/go/pkg/mod/* /root/.cache/go-build/*
cp /kept/trivy "$out"`

// buildScanner builds Trivy of the modules that scanner/go.sum names.
// Cold that takes about 6 minutes and 3.4 GB of memory.
func buildScanner(ctx context.Context) (*dagger.File, error) {
	dir := dag.CurrentModule().Source().Directory("../ci/scan/scanner")
	sum, err := dir.File("go.sum").Contents(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the scanner's go.sum: %w", err)
	}
	key := fmt.Sprintf("%s-go%s-%.16x", scan.TrivyVersion, pins.Go, sha256.Sum256([]byte(sum)))
	ctr := dag.Container().From(pins.Ref("debian")).
		WithMountedCache("/kept", dag.CacheVolume("scanner-"+key), dagger.ContainerWithMountedCacheOpts{Sharing: dagger.CacheSharingModeLocked}).
		WithMountedCache("/root/go/pkg/mod", dag.CacheVolume("scanner-modules")).
		WithMountedCache("/root/.cache/go-build", dag.CacheVolume("scanner-build")).
		WithMountedDirectory("/src", dir).WithWorkdir("/src").
		WithEnvVariable("GOTOOLCHAIN", "go"+pins.Go)
	for _, variable := range scan.BuildEnv {
		name, value, _ := strings.Cut(variable, "=")
		ctr = ctr.WithEnvVariable(name, value)
	}
	return ctr.WithExec(append([]string{"sh", "-c", scannerBuild, "sh", scannerFile}, scan.BuildArgs(scannerFile)...)).File(scannerFile), nil
}

// ScannerImage is the image of the scanner, built of checksummed sources. The release workflow publishes it.
//
//	dagger call scan scanner-image file --path /usr/local/bin/trivy export --path build/trivy
//	dagger call scan scanner-image publish --address ghcr.io/octocode/octocode-ci/scanner:v0.74.0
//
// +cache="session"
func (s *Scan) ScannerImage(ctx context.Context) (*dagger.Container, error) {
	file, err := buildScanner(ctx)
	if err != nil {
		return nil, err
	}
	return dag.Container().From(pins.Ref("debian")).WithFile(scannerFile, file), nil
}

// pinnedScanner is the image that a release has published, where its digest is
// known and it can be pulled, and else one that is built.
func pinnedScanner(ctx context.Context) (*dagger.Container, error) {
	if ref := pins.Scanner.ByDigest(); ref != "" {
		if ctr, err := dag.Container().From(ref).Sync(ctx); err == nil {
			return ctr, nil
		}
	}
	return (&Scan{}).ScannerImage(ctx)
}

// scanner is a container that can scan, and its version. A scanner of the
// caller's is asked for its version first.
func (s *Scan) scanner(ctx context.Context) (*dagger.Container, string, error) {
	ctr := s.Scanner
	if ctr == nil {
		var err error
		if ctr, err = pinnedScanner(ctx); err != nil {
			return nil, "", err
		}
	}
	ctr, err := withScanTool(ctr.WithUser("root").WithoutEntrypoint())
	if err != nil {
		return nil, "", err
	}
	limit := min(s.Timeout, 60)
	_, ran, err := runScanner(ctx, ctr, entry.Run{Argv: []string{"trivy", "--version"}, Seconds: limit})
	if err != nil {
		return nil, "", err
	}
	switch {
	case ran.TimedOut:
		return nil, "", fmt.Errorf("the scanner hangs: trivy --version has not ended within %d seconds", limit)
	case ran.Code != 0:
		return nil, "", fmt.Errorf("the scanner does not start: trivy --version ends with exit code %d: %s", ran.Code, lastLine(ran.Log))
	}
	version, err := scan.CheckVersion(ran.Stdout)
	return ctr, version, err
}

// withScanTool gives a container this module's own program as octocode-scan.
func withScanTool(ctr *dagger.Container) (*dagger.Container, error) {
	tool, err := program()
	if err != nil {
		return nil, err
	}
	return ctr.WithMountedFile(entry.Program, tool), nil
}

// runScanner runs a command in the container of a scanner. How it ends is no
// error, but the engine sees a failure, and so caches nothing of it.
func runScanner(ctx context.Context, ctr *dagger.Container, run entry.Run) (*dagger.Container, entry.Ran, error) {
	ctr = ctr.WithExec(run.Command(), dagger.ContainerWithExecOpts{
		InsecureRootCapabilities: true, // which it gives away before the scanner starts
	})
	var ran entry.Ran
	return ctr, ran, toolAnswer(ctx, ctr, &ran)
}

// toolAnswer reads what octocode-scan answers, which it does also when the
// command that it ran has failed.
func toolAnswer(ctx context.Context, ctr *dagger.Container, into any) error {
	text, err := ctr.Stdout(ctx)
	var failure *dagger.ExecError
	if errors.As(err, &failure) {
		if json.Unmarshal([]byte(failure.Stdout), into) == nil {
			return nil
		}
		return fmt.Errorf("exit code %d\n%s", failure.ExitCode, strings.TrimSpace(failure.Stdout+failure.Stderr))
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read the answer of octocode-scan: %w", err)
	}
	return nil
}
