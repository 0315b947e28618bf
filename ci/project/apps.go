package project

import (
	"io/fs"
	"path"
	"slices"
)

// notSources are folders whose applications are not the user's: packages, and
// the fixtures of tests.
var notSources = map[string]bool{"node_modules": true, ".git": true, "testdata": true}

// Apps are the folders of a source that hold a Next.js application: those
// whose package.json names the dependency "next". Sorted, "." for the root.
//
//	apps, err := project.Apps(os.DirFS(".")) // ["apps/admin", "apps/web"]
func Apps(fsys fs.FS) ([]string, error) {
	var apps []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && notSources[d.Name()] {
			return fs.SkipDir
		}
		if d.Name() != "package.json" {
			return nil
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		// What is wrong with a package.json, Detect says.
		if m, _ := parseManifest(name, string(data)); m != nil && m.dependsOn("next") != "" {
			apps = append(apps, path.Dir(name))
		}
		return nil
	})
	slices.Sort(apps)
	return apps, err
}
