package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/stack"
)

// mounts puts volumes, files and secrets into the container. It returns the
// targets of volumes that are folders of the container itself.
func (r *running) mounts(ctx context.Context, service stack.Service, image *dagger.Container) (*dagger.Container, []string, error) {
	ctr := image
	var own []string
	mounts := slices.Clone(service.Mounts)
	// What lies inside of another mount comes after it.
	slices.SortStableFunc(mounts, func(a, b stack.Mount) int {
		return strings.Count(a.Target, "/") - strings.Count(b.Target, "/")
	})
	for _, m := range mounts {
		owner := ""
		if m.UID != "" || m.GID != "" {
			owner = orZero(m.UID) + ":" + orZero(m.GID)
		}
		switch m.Kind {
		case stack.MountTmpfs: // the supervisor's
		case stack.MountSecret:
			secret, err := r.stack.secret(ctx, r.run.Plan, m.Source)
			if err != nil {
				return nil, nil, err
			}
			ctr = ctr.WithMountedSecret(m.Target, secret, dagger.ContainerWithMountedSecretOpts{Owner: owner, Mode: mode(m.Mode)})
		case stack.MountConfig:
			file, err := r.stack.config(r.run.Plan, m)
			if err != nil {
				return nil, nil, err
			}
			ctr = ctr.WithMountedFile(m.Target, file, dagger.ContainerWithMountedFileOpts{Owner: owner})
		case stack.MountBind:
			if m.Directory {
				ctr = ctr.WithMountedDirectory(m.Target, r.stack.Source.Directory(m.Source))
			} else {
				ctr = ctr.WithMountedFile(m.Target, r.stack.Source.File(m.Source))
			}
		case stack.MountVolume:
			content := dag.Directory()
			exists, err := image.Exists(ctx, m.Target)
			if err != nil {
				return nil, nil, err
			}
			if exists && !m.NoCopy {
				content = image.Directory(m.Target)
			}
			switch {
			case r.shared(m, service):
				options := dagger.ContainerWithMountedCacheOpts{Sharing: r.sharing(m, service)}
				if exists && !m.NoCopy {
					options.Source = content
				}
				ctr = ctr.WithMountedCache(m.Target, dag.CacheVolume(r.volumeKey(m)), options)
			case inside(m.Target, mounts):
				ctr = ctr.WithMountedDirectory(m.Target, content)
			default:
				own = append(own, m.Target)
			}
		}
	}
	return ctr, own, nil
}

// shared reports whether a volume must outlive its container or is mounted by
// several.
func (r *running) shared(m stack.Mount, service stack.Service) bool {
	if m.Source == "" {
		return false
	}
	for _, v := range r.run.Plan.Volumes {
		if v.Name == m.Source {
			return r.stack.Volumes != "" || len(v.Services) > 1 || service.Replicas > 1
		}
	}
	return false
}

// sharing keeps two sessions from the data of one service at the same time: the
// second waits for the end of the first.
func (r *running) sharing(m stack.Mount, service stack.Service) dagger.CacheSharingMode {
	for _, v := range r.run.Plan.Volumes {
		if v.Name == m.Source && len(v.Services) == 1 && service.Replicas == 1 {
			return dagger.CacheSharingModeLocked
		}
	}
	return dagger.CacheSharingModeShared
}

func (r *running) volumeKey(m stack.Mount) string {
	if r.stack.Volumes != "" {
		return "stack-" + r.stack.Volumes + "-" + m.Source
	}
	return "stack-" + r.stack.Token + "-" + m.Source
}

// inside reports whether a target lies below that of another mount.
func inside(target string, mounts []stack.Mount) bool {
	return slices.ContainsFunc(mounts, func(m stack.Mount) bool {
		return m.Target != target && strings.HasPrefix(target, strings.TrimSuffix(m.Target, "/")+"/")
	})
}

// config is the file of a config of the plan.
func (s *Stack) config(plan stack.Plan, m stack.Mount) (*dagger.File, error) {
	for _, c := range plan.Configs {
		if c.Name != m.Source {
			continue
		}
		switch {
		case c.External != "":
			return nil, fmt.Errorf("the config %q is made outside of the stack: here it needs a file or its content", c.Name)
		case c.File != "":
			return dag.Directory().WithFile("config", s.Source.File(c.File), dagger.DirectoryWithFileOpts{Permissions: mode(m.Mode)}).File("config"), nil
		}
		return dag.Directory().WithNewFile("config", c.Content, dagger.DirectoryWithNewFileOpts{Permissions: mode(m.Mode)}).File("config"), nil
	}
	return nil, fmt.Errorf("there is no config %q", m.Source)
}

// mode reads an octal mode; files without one are for everybody to read, as in
// Compose.
func mode(text string) int {
	if n, err := strconv.ParseUint(text, 8, 32); err == nil && text != "" {
		return int(n)
	}
	return 0o444
}

func orZero(id string) string {
	if id == "" {
		return "0"
	}
	return id
}
