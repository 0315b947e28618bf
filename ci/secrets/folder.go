package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
)

const (
	// Compose mounts a file as it is, and the services' users are not the one
	// who runs this; the folder is what keeps other users of the host out.
	fileMode   = 0o444
	folderMode = 0o700
)

// Generate makes what a folder of secrets does not have yet, and renews what
// expires. Files are written atomically with mode 0444, in a
// folder that only its owner enters.
//
//	changes, err := secrets.Generate("docker/prod/secrets", secrets.Options{DryRun: true})
func Generate(dir string, o Options) ([]Change, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	existing, err := readFolder(dir)
	if err != nil {
		return nil, err
	}
	files, changes, err := Make(existing, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if o.DryRun {
		return changes, nil
	}
	if err := closeFolder(dir); err != nil {
		return nil, err
	}
	for _, name := range Names {
		old, there := existing[name]
		if content, made := files[name]; made && (!there || !bytes.Equal(old, content)) {
			if err := renameio.WriteFile(filepath.Join(dir, name), content, fileMode, renameio.WithStaticPermissions(fileMode)); err != nil {
				return nil, fmt.Errorf("%s/%s cannot be written (%s): make room or correct the rights, and run this again", dir, name, cause(err))
			}
		}
	}
	return changes, nil
}

// readFolder reads the secret files that are there; a folder that is not there
// has none.
func readFolder(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder: give another one with --dir", dir)
	}
	for _, name := range Names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err == nil:
			files[name] = content
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s/%s cannot be read (%s): correct its rights, or remove it when it is a folder", dir, name, cause(err))
		}
	}
	return files, nil
}

// closeFolder makes the folder, and shuts other users out of it. It does not
// touch the rights of a folder that holds other things, too.
func closeFolder(dir string) error {
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return fmt.Errorf("%s cannot be made (%s): give another folder with --dir", dir, cause(err))
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("%s cannot be read (%s): correct its rights", dir, cause(err))
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s cannot be read (%s): correct its rights", dir, cause(err))
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return !slices.Contains(Names, e.Name()) && !strings.HasPrefix(e.Name(), ".")
	}) {
		return fmt.Errorf("%s is open to other users and holds other files: use a folder of its own, or chmod 700 it", dir)
	}
	if err := os.Chmod(dir, folderMode); err != nil {
		return fmt.Errorf("%s cannot be closed to other users (%s): chmod 700 it", dir, cause(err))
	}
	return nil
}

// cause is the reason of a failed file operation without its path.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err.Error()
	}
	return err.Error()
}
