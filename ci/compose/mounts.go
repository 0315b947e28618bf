package compose

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
)

// mounts are the mounts of a service that can be carried out, by target.
func (l *loading) mounts(s types.ServiceConfig) []stack.Mount {
	list := []stack.Mount{}
	for _, v := range s.Volumes {
		if m, ok := l.mount(v); ok {
			list = append(list, m)
		}
	}
	for _, text := range s.Tmpfs {
		list = append(list, tmpfs(text))
	}
	for _, r := range s.Secrets {
		list = append(list, fileMount(stack.MountSecret, "/run/secrets", types.FileReferenceConfig(r)))
	}
	for _, r := range s.Configs {
		list = append(list, fileMount(stack.MountConfig, "/", types.FileReferenceConfig(r)))
	}
	slices.SortStableFunc(list, func(a, b stack.Mount) int { return strings.Compare(a.Target, b.Target) })
	return list
}

// mount converts what stands below `volumes`. It is false for what an engine
// cannot mount.
func (l *loading) mount(v types.ServiceVolumeConfig) (stack.Mount, bool) {
	m := stack.Mount{Target: path.Clean(v.Target), ReadOnly: v.ReadOnly, Directory: true}
	switch v.Type {
	case types.VolumeTypeVolume:
		m.Kind, m.Source = stack.MountVolume, v.Source
		if v.Volume != nil {
			m.NoCopy, m.Subpath = v.Volume.NoCopy, v.Volume.Subpath
		}
	case types.VolumeTypeBind:
		rel, inside := l.relative(v.Source)
		if !inside {
			return m, false
		}
		m.Kind, m.Source, m.Directory = stack.MountBind, rel, isDir(v.Source)
	case types.VolumeTypeTmpfs:
		m.Kind = stack.MountTmpfs
		if v.Tmpfs != nil {
			m.Size = int64(v.Tmpfs.Size)
			if v.Tmpfs.Mode != 0 {
				m.Mode = fmt.Sprintf("%04o", v.Tmpfs.Mode)
			}
		}
	default:
		return m, false
	}
	return m, true
}

// tmpfs reads the short form, such as "/tmp:size=64m,mode=1777".
func tmpfs(text string) stack.Mount {
	target, options, _ := strings.Cut(text, ":")
	m := stack.Mount{Kind: stack.MountTmpfs, Target: path.Clean(target), Directory: true}
	for _, option := range strings.Split(options, ",") {
		switch name, value, _ := strings.Cut(option, "="); name {
		case "size":
			var size types.UnitBytes
			if size.DecodeMapstructure(value) == nil { // a share such as 50% bounds nothing here
				m.Size = int64(size)
			}
		case "mode":
			if mode, err := strconv.ParseUint(value, 8, 32); err == nil {
				m.Mode = fmt.Sprintf("%04o", mode)
			}
		case "uid":
			m.UID = value
		case "gid":
			m.GID = value
		case "ro":
			m.ReadOnly = true
		}
	}
	return m
}

// unknownTmpfsOptions are those that tmpfs does not read.
func unknownTmpfsOptions(options string) []string {
	var unknown []string
	for _, option := range strings.Split(options, ",") {
		name, _, _ := strings.Cut(option, "=")
		if !slices.Contains([]string{"", "size", "mode", "uid", "gid", "ro", "rw"}, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// fileMount converts the use of a secret or config. A target without a slash is
// a name in their usual folder.
func fileMount(kind stack.MountKind, folder string, r types.FileReferenceConfig) stack.Mount {
	m := stack.Mount{Kind: kind, Source: r.Source, Target: r.Target, UID: r.UID, GID: r.GID, ReadOnly: true}
	if m.Target == "" {
		m.Target = r.Source
	}
	if !strings.HasPrefix(m.Target, "/") {
		m.Target = path.Join(folder, m.Target)
	}
	m.Target = path.Clean(m.Target)
	if r.Mode != nil {
		m.Mode = fmt.Sprintf("%04o", int64(*r.Mode))
	}
	return m
}

// inContext is the path of a Dockerfile in the project.
func (l *loading) inContext(b *types.BuildConfig) string {
	rel, _ := l.relative(l.absolute(b.Context, filepath.FromSlash(b.Dockerfile))) // checkBuild knows it is inside
	return rel
}
