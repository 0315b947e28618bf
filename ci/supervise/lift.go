//go:build linux

package supervise

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lifted is a mount that is held while another one is put below it.
type lifted struct {
	path   string
	folder bool
	fd     int
}

// lift takes hold of all mounts below a folder.
func lift(folder string) ([]lifted, error) {
	var list []lifted
	for _, path := range mountPoints(folder) {
		m := lifted{path: path}
		info, err := os.Stat(m.path)
		if err != nil {
			return nil, err
		}
		m.folder = info.IsDir()
		if m.fd, err = unix.OpenTree(unix.AT_FDCWD, m.path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// put mounts it again where it was.
func (m lifted) put() error {
	defer unix.Close(m.fd)
	dir := m.path
	if !m.folder {
		dir = filepath.Dir(m.path)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if !m.folder {
		file, err := os.Create(m.path)
		if err != nil {
			return err
		}
		file.Close()
	}
	return unix.MoveMount(m.fd, "", unix.AT_FDCWD, m.path, unix.MOVE_MOUNT_F_EMPTY_PATH)
}
