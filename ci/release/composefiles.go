package release

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Variables are those that name the images in the Compose files, in the order
// of their names.
func (b Bundle) Variables() ([]string, error) {
	files, err := b.files()
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, text := range files {
		for _, m := range imageVariable.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// files are the Compose file and all that it includes.
func (b Bundle) files() (map[string][]byte, error) {
	if b.File == "" {
		return nil, errors.New("bundle: there is no Compose file")
	}
	files := map[string][]byte{}
	for waiting := []string{b.File}; len(waiting) > 0; waiting = waiting[1:] {
		name := waiting[0]
		if files[name] != nil {
			continue
		}
		text, err := fs.ReadFile(b.Compose, name)
		if err != nil {
			return nil, fmt.Errorf("bundle: Compose file %s: there is no such file", name)
		}
		files[name] = text
		more, err := included(text)
		if err != nil {
			return nil, fmt.Errorf("bundle: Compose file %s: %w", name, err)
		}
		for _, file := range more {
			waiting = append(waiting, path.Join(path.Dir(name), file))
		}
	}
	return files, nil
}

// included are the files of a Compose file's `include`.
func included(text []byte) ([]string, error) {
	var file struct {
		Include []any `yaml:"include"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, errors.New("it is no YAML")
	}
	var files []string
	for _, item := range file.Include {
		if long, ok := item.(map[string]any); ok {
			item = long["path"]
		}
		switch paths := item.(type) {
		case string:
			files = append(files, paths)
		case []any:
			for _, p := range paths {
				files = append(files, fmt.Sprint(p))
			}
		}
	}
	return files, nil
}
