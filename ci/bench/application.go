package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// application is the source of the example application, with a name of its
// own: the caches of its real name belong to others.
type application struct {
	files   map[string][]byte
	manager string // such as pnpm@10.34.9
	// nonce makes the edits of each call of the yardstick new to all caches.
	nonce string
}

// page is the source file that is edited.
const page = "src/app/page.tsx"

var packageName = regexp.MustCompile(`"name":\s*"[^"]*"`)

// loadApplication reads what Git would commit of a folder.
func loadApplication(ctx context.Context, dir, nonce string) (*application, error) {
	files, err := filesOf(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("list the example application: %w", err)
	}
	app := &application{files: files, nonce: nonce}
	for _, name := range []string{"package.json", "pnpm-lock.yaml", page} {
		if app.files[name] == nil {
			return nil, fmt.Errorf("%s has no %s, which the yardstick edits", dir, name)
		}
	}
	manifest := packageName.ReplaceAll(app.files["package.json"], []byte(`"name": "octocode-bench"`))
	app.files["package.json"] = manifest
	var fields struct{ PackageManager string }
	if err := json.Unmarshal(manifest, &fields); err != nil {
		return nil, fmt.Errorf("read package.json: %w", err)
	}
	app.manager, _, _ = strings.Cut(fields.PackageManager, "+")
	if !strings.HasPrefix(app.manager, "pnpm@") {
		return nil, fmt.Errorf("packageManager of the example is %q; the yardstick knows pnpm", app.manager)
	}
	return app, nil
}

// filesOf is what Git would commit of a folder, or of the given paths in it.
func filesOf(ctx context.Context, dir string, paths ...string) (map[string][]byte, error) {
	argv := append([]string{"git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, paths...)
	list, _, err := command{dir: dir, argv: argv}.run(ctx)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range strings.Split(strings.TrimRight(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}

// edit are files with their new content.
type edit map[string][]byte

// editPage is the n-th edit of one source file.
func (a *application) editPage(n int) edit {
	text := strings.TrimRight(string(a.files[page]), "\n")
	return edit{page: fmt.Appendf(nil, "%s\n\n// bench %s %d\n", text, a.nonce, n)}
}

// addedVersions of one small package are what the changed lockfiles add.
var addedVersions = []string{"2.1.3", "2.1.2", "2.1.1", "2.1.0", "2.0.0"}

// editLockfile is the n-th change of the packages: the real pnpm adds one, to
// manifest and lockfile. A field that it ignores makes the manifest unique.
func (a *application) editLockfile(ctx context.Context, t *tools, scratch string, n int) (edit, error) {
	if err := os.RemoveAll(scratch); err != nil {
		return nil, err
	}
	settings := edit{}
	for _, name := range []string{"package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"} {
		if data := a.files[name]; data != nil {
			settings[name] = data
		}
	}
	if err := settings.write(scratch); err != nil {
		return nil, err
	}
	added := "ms@" + addedVersions[n%len(addedVersions)]
	add := command{dir: scratch, env: t.env(), argv: []string{t.pnpm(), "add", "--save-dev", "--save-exact", "--lockfile-only", added}}
	if _, _, err := add.run(ctx); err != nil {
		return nil, fmt.Errorf("change the lockfile: %w", err)
	}
	changed := edit{}
	for _, name := range []string{"package.json", "pnpm-lock.yaml"} {
		data, err := os.ReadFile(filepath.Join(scratch, name))
		if err != nil {
			return nil, err
		}
		changed[name] = data
	}
	if string(changed["pnpm-lock.yaml"]) == string(a.files["pnpm-lock.yaml"]) {
		return nil, fmt.Errorf("change the lockfile: %s changed nothing", added)
	}
	name := packageName.Find(changed["package.json"])
	unique := fmt.Sprintf("%s,\n  \"octocodeBench\": \"%s %d\"", name, a.nonce, n)
	changed["package.json"] = []byte(strings.Replace(string(changed["package.json"]), string(name), unique, 1))
	return changed, nil
}

func (e edit) write(dir string) error {
	for name, data := range e {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// copyTo makes a fresh copy, as a repository of its own: the context of a
// build ends there.
func (a *application) copyTo(ctx context.Context, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := edit(a.files).write(dir); err != nil {
		return err
	}
	_, _, err := command{argv: []string{"git", "init", "--quiet", dir}}.run(ctx)
	return err
}
