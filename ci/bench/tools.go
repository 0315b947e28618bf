package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/octocode/octocode-ci/ci/pins"
)

// tools are the image's versions of Node.js and pnpm, on the host.
type tools struct {
	dir string // with bin/node and bin/pnpm
	// caches is where pnpm keeps its store.
	caches string
}

func (t *tools) pnpm() string { return filepath.Join(t.dir, "bin/pnpm") }

// env is what a command of the application sees on the host.
func (t *tools) env() []string {
	env := []string{
		"PATH=" + filepath.Join(t.dir, "bin") + ":" + os.Getenv("PATH"), "CI=true", "NEXT_TELEMETRY_DISABLED=1",
		"npm_config_store_dir=" + filepath.Join(t.caches, "store"), "npm_config_cache_dir=" + filepath.Join(t.caches, "cache"),
		"npm_config_state_dir=" + filepath.Join(t.caches, "state"), "npm_config_manage_package_manager_versions=false",
		"XDG_CACHE_HOME=" + filepath.Join(t.caches, "xdg"),
	}
	for _, variable := range os.Environ() {
		switch name, _, _ := strings.Cut(variable, "="); name {
		case "PATH", "CI", "NODE_ENV", "DATABASE_URL", "REDIS_URL":
		default:
			env = append(env, variable)
		}
	}
	return env
}

// installTools takes Node.js with npm out of its image, and with these fetches
// the package manager, once for each pair of versions. The host needs none.
func installTools(ctx context.Context, root, home, manager string) (*tools, error) {
	dir := filepath.Join(home, "tools", pins.Node+"-"+manager)
	t := &tools{dir: dir, caches: filepath.Join(home, "host")}
	if _, err := os.Stat(dir); err == nil {
		return t, nil
	}
	tmp := dir + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return nil, err
	}
	node, npm := filepath.Join(tmp, "bin/node"), filepath.Join(tmp, "npm")
	for _, wanted := range [][]string{
		{"file", "--path", "/usr/local/bin/node", "export", "--path", node},
		{"directory", "--path", "/usr/local/lib/node_modules/npm", "export", "--path", npm},
	} {
		export := []string{filepath.Join(root, "bin/octocode"), "dagger", "core", "--silent", "container", "from", "--address", pins.Ref("node")}
		if _, _, err := (command{argv: append(export, wanted...)}).run(ctx); err != nil {
			return nil, fmt.Errorf("fetch Node.js: %w", err)
		}
	}
	install := command{dir: tmp, argv: []string{node, filepath.Join(npm, "bin/npm-cli.js"), "install", "--prefix", tmp, "--no-audit", "--no-fund",
		"--no-update-notifier", "--ignore-scripts", manager}}
	if _, _, err := install.run(ctx); err != nil {
		return nil, fmt.Errorf("fetch pnpm: %w", err)
	}
	if err := os.Symlink("../node_modules/pnpm/bin/pnpm.cjs", filepath.Join(tmp, "bin/pnpm")); err != nil {
		return nil, err
	}
	return t, os.Rename(tmp, dir)
}
