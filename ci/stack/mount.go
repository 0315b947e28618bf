package stack

import (
	"fmt"
	"strings"
)

// MountKind says what is mounted.
type MountKind string

// The kinds of mounts.
const (
	MountVolume MountKind = "volume" // a named volume, or an anonymous one without Source
	MountBind   MountKind = "bind"   // a file or folder of the project
	MountTmpfs  MountKind = "tmpfs"
	MountSecret MountKind = "secret"
	MountConfig MountKind = "config"
)

// Mount is one thing in a service's file system that the image does not hold.
type Mount struct {
	Kind MountKind `json:"kind"`
	// Source is the name of a volume, secret or config, or a path in the
	// project; Target is always an absolute path in the container.
	Source string `json:"source,omitempty"`
	Target string `json:"target"`
	// Directory is true for a folder, of which only bind mounts can be files.
	Directory bool   `json:"directory,omitempty"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
	Mode      string `json:"mode,omitempty"` // octal, such as "0440"
	UID       string `json:"uid,omitempty"`
	GID       string `json:"gid,omitempty"`
	// Size bounds a tmpfs, in bytes; 0 does not.
	Size int64 `json:"size,omitempty"`
	// Subpath is the folder inside a volume that is mounted.
	Subpath string `json:"subpath,omitempty"`
	// NoCopy starts an empty volume instead of one with the image's files.
	NoCopy bool `json:"noCopy,omitempty"`
}

// String is one line for people.
func (m Mount) String() string {
	text := string(m.Kind) + " "
	if m.Source != "" {
		text += m.Source + " → "
	}
	text += m.Target
	var notes []string
	if m.ReadOnly {
		notes = append(notes, "read-only")
	}
	if m.Mode != "" {
		notes = append(notes, "mode "+m.Mode)
	}
	if m.UID != "" || m.GID != "" {
		notes = append(notes, "owner "+m.UID+":"+m.GID)
	}
	if m.Size > 0 {
		notes = append(notes, fmt.Sprintf("%d MiB", m.Size>>20))
	}
	if m.Subpath != "" {
		notes = append(notes, "folder "+m.Subpath)
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}
