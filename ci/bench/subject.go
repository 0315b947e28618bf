package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/pins"
)

// subject is one way to lint, typecheck, test and build the application.
type subject interface {
	letter() string
	// folder is the copy of the application that it works on.
	folder() string
	// clear removes all caches. It may have to load again what is not of the
	// application, and says how long that took.
	clear(ctx context.Context) (loading time.Duration, err error)
	// run does everything once; the caller takes the time.
	run(ctx context.Context) (record, error)
}

// record is what a subject knows about its own run.
type record struct {
	phases []Phase
	steps  []Step
	log    string
}

// checks are the scripts that every subject runs.
var checks = []string{"lint", "typecheck", "test"}

// bare is (a): the commands on the host.
type bare struct {
	dir   string
	app   *application
	tools *tools
}

func (s *bare) letter() string { return "a" }
func (s *bare) folder() string { return s.dir }

func (s *bare) clear(ctx context.Context) (time.Duration, error) {
	if err := os.RemoveAll(s.tools.caches); err != nil {
		return 0, err
	}
	return 0, s.app.copyTo(ctx, s.dir)
}

func (s *bare) run(ctx context.Context) (record, error) {
	names := append([]string{"install", "generate"}, append(checks[:len(checks):len(checks)], "build")...)
	var commands []command
	for _, name := range names {
		args := []string{"run", name}
		switch name {
		case "install":
			args = []string{"install", "--frozen-lockfile"}
		case "generate":
			args = []string{"exec", "prisma", "generate"}
		}
		commands = append(commands, command{dir: s.dir, env: s.tools.env(), argv: append([]string{s.tools.pnpm()}, args...)})
	}
	phases, err := timed(ctx, names, commands)
	return record{phases: phases}, err
}

// makefile is (b): the image, then the checks in containers, on BuildKit.
type makefile struct {
	dir      string
	buildkit *buildkit
	// dockerfiles holds the Dockerfile with a stage for each check.
	dockerfiles string
	// authorities is the host's folder of further authorities, if it has any.
	authorities string
}

func (s *makefile) letter() string { return "b" }
func (s *makefile) folder() string { return s.dir }

func (s *makefile) clear(ctx context.Context) (time.Duration, error) {
	_, _, err := s.buildkit.command("prune", "--all").run(ctx)
	return 0, err
}

// checkStage is the stage in which a check runs. BuildKit cannot run a
// container of an image as `docker run` does; a step on top of the development
// stage that is never taken from the cache comes closest.
func checkStage(name string) string { return "bench-" + name }

// baseStage begins the first stage of our Dockerfile.
const baseStage = "FROM ${BASE_IMAGE} AS base\n"

// benchDockerfile is a Dockerfile with a stage for each check. The engine puts
// the host's further authorities into each container by itself; with BuildKit
// they have to be copied into the base.
func benchDockerfile(text string, authorities bool) (string, error) {
	if authorities {
		if !strings.Contains(text, baseStage) {
			return "", fmt.Errorf("docker/Dockerfile has no line %q any more", strings.TrimSpace(baseStage))
		}
		text = strings.Replace(text, baseStage, baseStage+`COPY --from=authorities . /usr/local/share/ca-certificates/
RUN if command -v update-ca-certificates >/dev/null; then update-ca-certificates; fi
`, 1)
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(text, "\n") + "\n")
	for _, name := range checks {
		fmt.Fprintf(&b, "\nFROM development AS %s\nRUN pm run %s\n", checkStage(name), name)
	}
	return b.String(), nil
}

// build is the command that builds one stage.
func (s *makefile) build(target string, more ...string) command {
	args := []string{
		"build", "--progress=plain", "--frontend=dockerfile.v0", "--local=context=" + s.dir, "--local=dockerfile=" + s.dockerfiles,
		"--opt=target=" + target, "--opt=build-arg:CACHE=octocode-bench",
		"--opt=build-arg:BASE_IMAGE=" + pins.Ref("debian"), "--opt=build-arg:NODE_IMAGE=" + pins.Ref("node"),
	}
	if s.authorities != "" {
		args = append(args, "--local=authorities="+s.authorities, "--opt=context:authorities=local:authorities")
	}
	return s.buildkit.command(append(args, more...)...)
}

func (s *makefile) run(ctx context.Context) (record, error) {
	// The image as Docker would keep it: its layers with their digests.
	image := s.build("production", "--output=type=image,name=octocode-bench,compression=uncompressed")
	names, commands := []string{"build"}, []command{image}
	for _, name := range checks {
		names = append(names, name)
		commands = append(commands, s.build(checkStage(name), "--opt=no-cache="+checkStage(name)))
	}
	phases, err := timed(ctx, names, commands)
	return record{phases: phases}, err
}

// pipeline is (c): this project.
type pipeline struct {
	dir  string
	root string
}

func (s *pipeline) letter() string { return "c" }
func (s *pipeline) folder() string { return s.dir }

func (s *pipeline) dagger(args ...string) command {
	program := filepath.Join(s.root, "bin", "octocode")
	return command{dir: s.dir, argv: append([]string{program, "dagger", "--progress=plain"}, args...)}
}

func (s *pipeline) clear(ctx context.Context) (time.Duration, error) {
	if _, _, err := s.dagger("core", "engine", "local-cache", "prune").run(ctx); err != nil {
		return 0, err
	}
	start := time.Now()
	_, _, err := s.dagger("functions", "-m", s.root).run(ctx)
	return time.Since(start), err
}

func (s *pipeline) run(ctx context.Context) (record, error) {
	out, progress, err := s.dagger("call", "-m", s.root, "--source", ".", "ci", "passed").run(ctx)
	if err != nil {
		return record{}, err
	}
	if strings.TrimSpace(out) != "true" {
		return record{}, fmt.Errorf("the pipeline did not pass:\n%s", lastLines(progress, 40))
	}
	spans := parseProgress(progress)
	r := record{steps: pipelineSteps(spans), log: colour.ReplaceAllString(progress, "")}
	for _, name := range []string{"load module", "Octocode.ci"} {
		if seconds, ok := spanSeconds(spans, name); ok {
			r.phases = append(r.phases, Phase{name, seconds})
		}
	}
	return r, nil
}
