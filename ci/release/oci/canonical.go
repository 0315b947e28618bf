package oci

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Canonical rewrites an image so that it depends on nothing but the contents
// of its files: same contents, same created, same digest.
//
// created, SOURCE_DATE_EPOCH, is the time of the commit. It becomes that of the
// image and of the files in the top folder of its working directory, such as
// /app: web servers derive ETags from it. All other files get SystemTime, so
// that their layers need not be transferred with each release. Within a layer,
// the files are ordered by name, have owners by number, and no times of access
// or change. scratch is a folder for the new layers, which has to stay as long
// as the image is used.
func Canonical(i *Image, created time.Time, scratch string) (*Image, error) {
	if created.Unix() < SystemTime.Unix() {
		return nil, fmt.Errorf("creation time %s: give the time of the commit, as `git log -1 --format=%%ct` prints it", created.UTC().Format(time.RFC3339))
	}
	created = time.Unix(created.Unix(), 0).UTC()
	next := &Image{}
	for _, img := range i.Platforms {
		c, err := canonicalImage(img, created, scratch)
		if err != nil {
			return nil, fmt.Errorf("make image canonical: %w", err)
		}
		next.Platforms = append(next.Platforms, c)
	}
	return next, nil
}

func canonicalImage(img v1.Image, created time.Time, scratch string) (v1.Image, error) {
	old, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, err
	}
	times := stamps{folder: applicationFolder(old.Config.WorkingDir), application: created}
	adds := make([]mutate.Addendum, len(layers))
	for n, layer := range layers {
		file, err := os.CreateTemp(scratch, "layer-")
		if err != nil {
			return nil, err
		}
		c, err := canonicalLayer(layer, file, times, scratch)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("layer %d: %w", n+1, err)
		}
		adds[n] = mutate.Addendum{Layer: c, MediaType: types.OCILayer}
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	next, err := mutate.Append(base, adds...)
	if err != nil {
		return nil, err
	}
	config, err := next.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.Architecture, config.OS, config.Variant = old.Architecture, old.OS, old.Variant
	config.OSVersion, config.OSFeatures = old.OSVersion, old.OSFeatures
	config.Config = *old.Config.DeepCopy()
	config.Config.Hostname = ""
	config.Created = v1.Time{Time: created}
	config.History = nil
	for _, h := range old.History {
		config.History = append(config.History, v1.History{
			Created: v1.Time{Time: created}, CreatedBy: h.CreatedBy, Comment: h.Comment, EmptyLayer: h.EmptyLayer,
		})
	}
	return mutate.ConfigFile(next, config)
}

// applicationFolder is the top folder of a working directory, without slashes;
// empty when that is the root.
func applicationFolder(workdir string) string {
	folder, _, _ := strings.Cut(strings.TrimPrefix(path.Clean("/"+workdir), "/"), "/")
	return folder
}

// stamps says which file has which time.
type stamps struct {
	folder      string
	application time.Time
}

func (s stamps) of(name string) time.Time {
	if s.folder != "" && strings.HasPrefix(name, s.folder+"/") {
		return s.application
	}
	return SystemTime
}
