// Package oci makes images reproducible, says in what two of them differ, and
// brings them to a registry.
package oci

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Image is what a reference stands for: the image of one platform, or an index
// with the images of several.
type Image struct {
	// Platforms are the images, in the order of their platforms' names.
	Platforms []v1.Image
}

// NewImage puts the images of several platforms together. Two of the same
// platform are an error.
func NewImage(platforms ...v1.Image) (*Image, error) {
	if len(platforms) == 0 {
		return nil, errors.New("there is no image in it")
	}
	named := make(map[string]v1.Image, len(platforms))
	var names []string
	for _, img := range platforms {
		name, err := platformOf(img)
		if err != nil {
			return nil, err
		}
		if named[name] != nil {
			return nil, fmt.Errorf("there are two images for %s in it", name)
		}
		named[name] = img
		names = append(names, name)
	}
	slices.Sort(names)
	i := &Image{}
	for _, name := range names {
		i.Platforms = append(i.Platforms, named[name])
	}
	return i, nil
}

// PlatformNames are those of the images, such as "linux/amd64".
func (i *Image) PlatformNames() ([]string, error) {
	names := make([]string, len(i.Platforms))
	for n, img := range i.Platforms {
		var err error
		if names[n], err = platformOf(img); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// Require fails unless the image is there for exactly these platforms. An
// engine that lacks a platform may give another one's image instead.
func (i *Image) Require(platforms ...string) error {
	have, err := i.PlatformNames()
	if err != nil {
		return err
	}
	for _, platform := range platforms {
		if !slices.Contains(have, plainPlatform(platform)) {
			return fmt.Errorf("there is no image for %s, only for %s: do the base images offer that platform?", platform, strings.Join(have, " and "))
		}
	}
	return nil
}

// Single is the image of one platform; "" is the only one that there is.
func (i *Image) Single(platform string) (*Image, error) {
	have, err := i.PlatformNames()
	if err != nil {
		return nil, err
	}
	if platform == "" && len(have) == 1 {
		return i, nil
	}
	n := slices.Index(have, platform)
	if n < 0 {
		return nil, fmt.Errorf("platform %q: there are images for %s, name one of them", platform, strings.Join(have, " and "))
	}
	return NewImage(i.Platforms[n])
}

// Digest is that of the manifest, or of the index.
func (i *Image) Digest() (string, error) {
	m, err := i.manifest()
	if err != nil {
		return "", err
	}
	digest, err := m.(interface{ Digest() (v1.Hash, error) }).Digest()
	return digest.String(), err
}

// Bytes is the size of all layers, as they are transferred.
func (i *Image) Bytes() (int64, error) {
	var sum int64
	seen := map[v1.Hash]bool{}
	for _, img := range i.Platforms {
		m, err := img.Manifest()
		if err != nil {
			return 0, err
		}
		for _, layer := range m.Layers {
			if !seen[layer.Digest] {
				seen[layer.Digest] = true
				sum += layer.Size
			}
		}
	}
	return sum, nil
}

// manifest is what gets a tag: an image or an index.
func (i *Image) manifest() (remote.Taggable, error) {
	if len(i.Platforms) == 1 {
		return i.Platforms[0], nil
	}
	return i.index()
}

func (i *Image) index() (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, img := range i.Platforms {
		config, err := img.ConfigFile()
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: img, Descriptor: v1.Descriptor{Platform: config.Platform()},
		})
	}
	return index, nil
}

func platformOf(img v1.Image) (string, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return "", fmt.Errorf("read the image's configuration: %w", err)
	}
	if config.OS == "" || config.Architecture == "" {
		return "", errors.New("the image names no platform")
	}
	return plainPlatform(config.Platform().String()), nil
}

// plainPlatform leaves out a variant that there is no other of: linux/arm64/v8
// is linux/arm64.
func plainPlatform(name string) string {
	if base, ok := strings.CutSuffix(name, "/arm64/v8"); ok {
		return base + "/arm64"
	}
	return name
}
