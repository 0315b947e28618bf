package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/engine"
)

// upstreamDir is the nested module that pins BuildKit.
const upstreamDir = "ci/bench/upstream"

// buildkit is a plain BuildKit daemon of our own. It runs in the engine's root
// filesystem, for runc is there, and its containers use the host's network.
type buildkit struct {
	home string
	stop func() error
}

func (b *buildkit) path(elem ...string) string {
	return filepath.Join(append([]string{b.home}, elem...)...)
}

func (b *buildkit) socket() string { return b.path("run", "buildkit", "buildkitd.sock") }

// command is buildctl with these arguments.
func (b *buildkit) command(args ...string) command {
	return command{argv: append([]string{b.path("bin", "buildctl"), "--addr", "unix://" + b.socket()}, args...)}
}

// buildBuildKit builds daemon and client from the pinned module. With Go's
// cache warm that takes a second.
func buildBuildKit(ctx context.Context, root, home string) error {
	if err := os.MkdirAll(filepath.Join(home, "bin"), 0o755); err != nil {
		return err
	}
	build := command{
		dir: filepath.Join(root, upstreamDir),
		env: append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off"),
		argv: []string{"go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w",
			"-o", filepath.Join(home, "bin") + "/", "tool"},
	}
	if _, _, err := build.run(ctx); err != nil {
		return fmt.Errorf("build BuildKit: %w", err)
	}
	return nil
}

// cgroup is the control group of all containers, removed at the end.
const cgroup = "/octocode-bench"

// configuration of the daemon. Images come from where the engine's come from:
// the mirror is the local registry, if one runs.
func configuration(mirror string) string {
	var b strings.Builder
	b.WriteString(`root = "/var/lib/buildkit"
[grpc]
  address = ["unix:///run/buildkit/buildkitd.sock"]
[worker.containerd]
  enabled = false
[worker.oci]
  enabled = true
  networkMode = "host"
  defaultCgroupParent = "` + cgroup + `"
`)
	if mirror != "" {
		fmt.Fprintf(&b, "[registry.\"docker.io\"]\n  mirrors = [%q]\n[registry.%q]\n  http = true\n", mirror, mirror)
	}
	return b.String()
}

// startBuildKit starts the daemon and returns when it listens.
func startBuildKit(ctx context.Context, home, mirror string) (*buildkit, error) {
	b := &buildkit{home: home}
	for _, dir := range []string{"run", "etc", "buildkit"} {
		if err := os.MkdirAll(b.path(dir), 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(b.path("etc", "buildkitd.toml"), []byte(configuration(mirror)), 0o644); err != nil {
		return nil, err
	}
	daemon := engine.Program{
		Name: "buildkitd",
		Binds: map[string]string{
			"/run": b.path("run"), "/var/lib/buildkit": b.path("buildkit"), "/etc/buildkit": b.path("etc"), "/opt/buildkit": b.path("bin"),
		},
		Argv: []string{"/opt/buildkit/buildkitd", "--config", "/etc/buildkit/buildkitd.toml"},
	}
	stop, err := daemon.Start(ctx, 30*time.Second, func() error {
		conn, err := net.Dial("unix", b.socket())
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return nil, err
	}
	b.stop = func() error { return errors.Join(stop(), removeGroups("/sys/fs/cgroup")) }
	return b, nil
}

// removeGroups removes the control groups that the containers left below a
// hierarchy: of version 2, or of each controller of version 1.
func removeGroups(root string) error {
	var dirs []string
	for _, pattern := range []string{root + cgroup, root + "/*" + cgroup} {
		tops, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, top := range tops {
			err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.IsDir() {
					dirs = append(dirs, path)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	// The innermost first: a group with others in it cannot be removed.
	for _, dir := range slices.Backward(dirs) {
		if err := os.Remove(dir); err != nil {
			return err
		}
	}
	return nil
}

// version of BuildKit, as its program knows it: the one of the nested module.
func (b *buildkit) version() string {
	info, err := buildinfo.ReadFile(b.path("bin", "buildkitd"))
	if err != nil {
		return "unknown"
	}
	return info.Main.Version
}

// prepareBuildKit builds and starts it, for the subject that works with it.
func (s *session) prepareBuildKit(ctx context.Context, work, mirror string) (stop func() error, err error) {
	stop = func() error { return nil }
	err = s.steps.Do("build BuildKit (about 2 minutes the first time)", func() error { return buildBuildKit(ctx, s.root, s.home) })
	if err != nil {
		return stop, err
	}
	dockerfile, err := os.ReadFile(filepath.Join(s.root, "docker/Dockerfile"))
	if err != nil {
		return stop, err
	}
	m := &makefile{dir: filepath.Join(work, "b"), dockerfiles: filepath.Join(work, "dockerfile")}
	const authorities = "/usr/local/share/ca-certificates"
	if found, err := filepath.Glob(authorities + "/*.crt"); err != nil {
		return stop, err
	} else if len(found) > 0 {
		m.authorities = authorities
	}
	text, err := benchDockerfile(string(dockerfile), m.authorities != "")
	if err != nil {
		return stop, err
	}
	if err := (edit{"Dockerfile": []byte(text)}).write(m.dockerfiles); err != nil {
		return stop, err
	}
	err = s.steps.Do("start BuildKit", func() (err error) {
		m.buildkit, err = startBuildKit(ctx, s.home, mirror)
		return err
	})
	if err != nil {
		return stop, err
	}
	s.report.Versions["BuildKit"] = m.buildkit.version()
	s.subjects = append(s.subjects, m)
	return func() error { return s.steps.Do("stop BuildKit", m.buildkit.stop) }, nil
}
