package release

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/octocode/octocode-ci/ci/compose"
	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

var (
	withDefault = regexp.MustCompile(`\$\{[A-Za-z0-9_]+:?-([^}]*)\}`)
	required    = regexp.MustCompile(`\$\{([A-Za-z0-9_]+):?\?[^}]*\}`)
)

// complete makes sure that all files that the Compose files name are among the
// contents: it reads them as a deploy would, in a folder of their own. Secrets
// and required variables come from who deploys.
func (b Bundle) complete(ctx context.Context, composeFiles, contents map[string][]byte) (err error) {
	dir, err := os.MkdirTemp("", "bundle-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := Write(dir, contents); err != nil {
		return err
	}
	variables := map[string]string{}
	for name, text := range composeFiles {
		for _, m := range required.FindAllSubmatch(text, -1) {
			variables[string(m[1])] = "1"
		}
		for _, file := range secretFiles(text) {
			if file = path.Join(path.Dir(name), file); contents[file] == nil && fs.ValidPath(file) {
				if err := Write(dir, map[string][]byte{file: nil}); err != nil {
					return err
				}
			}
		}
	}
	_, err = compose.Load(ctx, compose.Options{Dir: dir, Files: []string{b.File}, Env: variables})
	problems := (stack.Problems)(nil)
	if !errors.As(err, &problems) {
		return err
	}
	if n := slices.IndexFunc(problems, func(p stack.Problem) bool { return p.Code == compose.MissingFile || p.Code == compose.OutsideProject }); n >= 0 {
		return fmt.Errorf("bundle: %s: %s: give the file or its folder as --configuration", problems[n].File, problems[n].Message)
	}
	return nil
}

// secretFiles are the paths of the secrets of a Compose file, as they are by
// default.
func secretFiles(text []byte) []string {
	var file struct {
		Secrets map[string]struct{ File string }
	}
	if yaml.Unmarshal(text, &file) != nil {
		return nil
	}
	var files []string
	for _, secret := range file.Secrets {
		if secret.File != "" {
			files = append(files, withDefault.ReplaceAllString(secret.File, "$1"))
		}
	}
	return files
}

func Write(dir string, contents map[string][]byte) error {
	for name, text := range contents {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
			return err
		}
	}
	return nil
}
