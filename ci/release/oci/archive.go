package oci

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Open reads an image archive: an OCI layout as folder or as tar, or what
// `docker save` writes. scratch is a folder for what is unpacked, which has to
// stay as long as the image is used.
func Open(path, scratch string) (*Image, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("image archive %s: there is no such file", path)
	}
	dir := path
	if !info.IsDir() {
		if dir, err = os.MkdirTemp(scratch, "layout-"); err != nil {
			return nil, err
		}
		if err := unpack(path, dir); err != nil {
			return nil, fmt.Errorf("image archive %s: %w", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "index.json")); err != nil {
		if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err != nil || dir == path {
			return nil, fmt.Errorf("image archive %s: it has no index.json, so it is no image", path)
		}
		img, err := tarball.ImageFromPath(path, nil)
		if err != nil {
			return nil, fmt.Errorf("image archive %s: %w", path, err)
		}
		return NewImage(img)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, fmt.Errorf("image archive %s: %w", path, err)
	}
	images, err := imagesOf(index)
	if err != nil {
		return nil, fmt.Errorf("image archive %s: %w", path, err)
	}
	i, err := NewImage(images...)
	if err != nil {
		return nil, fmt.Errorf("image archive %s: %w", path, err)
	}
	return i, nil
}

// imagesOf are the images of an index and of the indexes in it. What an engine
// attests beside them has no platform and is left out.
func imagesOf(index v1.ImageIndex) ([]v1.Image, error) {
	m, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var images []v1.Image
	for _, d := range m.Manifests {
		switch {
		case d.Platform != nil && d.Platform.OS == "unknown":
		case d.MediaType.IsIndex():
			inner, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, err
			}
			more, err := imagesOf(inner)
			if err != nil {
				return nil, err
			}
			images = append(images, more...)
		case d.MediaType.IsImage():
			img, err := index.Image(d.Digest)
			if err != nil {
				return nil, err
			}
			images = append(images, img)
		}
	}
	return images, nil
}

// unpack takes the files out of an archive; an archive's paths never leave dir.
func unpack(path, dir string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	archive := tar.NewReader(f)
	for n := 0; ; n++ {
		h, err := archive.Next()
		if err == io.EOF && n > 0 {
			return nil
		}
		if err != nil {
			return errors.New("it is no tar archive, or it is cut off")
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := filepath.Clean(h.Name)
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		out, err := root.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, archive)
		if err := errors.Join(err, out.Close()); err != nil {
			return errors.New("it is no tar archive, or it is cut off")
		}
	}
}

// Save writes the image as an archive, the same bytes for the same image:
// an OCI layout that `docker load`, `crane push` and scanners take.
func (i *Image) Save(path, scratch string) (err error) {
	dir, err := os.MkdirTemp(scratch, "save-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	index, err := i.index()
	if err != nil {
		return err
	}
	if _, err := layout.Write(dir, index); err != nil {
		return fmt.Errorf("write image archive: %w", err)
	}
	if len(i.Platforms) == 1 {
		if err := dockerManifest(dir, i.Platforms[0]); err != nil {
			return err
		}
	}
	out, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write image archive: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return pack(out, dir)
}

// dockerManifest is what Docker before version 25 looks for.
func dockerManifest(dir string, img v1.Image) error {
	m, err := img.Manifest()
	if err != nil {
		return err
	}
	blob := func(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }
	entry := tarball.Descriptor{Config: blob(m.Config.Digest), RepoTags: []string{}}
	for _, layer := range m.Layers {
		entry.Layers = append(entry.Layers, blob(layer.Digest))
	}
	text, err := json.Marshal(tarball.Manifest{entry})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "manifest.json"), text, 0o644)
}

// pack writes the files of a folder in the order of their names.
func pack(w io.Writer, dir string) error {
	archive := tar.NewWriter(w)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(path, dir)), "/")
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: info.Size(), ModTime: SystemTime, Format: tar.FormatUSTAR}); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(archive, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("write image archive: %w", err)
	}
	return archive.Close()
}

// SystemTime is the time of all files that are no part of the application:
// they stay the same from release to release, and so do their layers. It is
// the oldest that ZIP knows.
var SystemTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
