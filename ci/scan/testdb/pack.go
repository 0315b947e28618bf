package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Media types of the public database.
const (
	configType types.MediaType = "application/vnd.aquasec.trivy.config.v1+json"
	layerType  types.MediaType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
)

// pack makes the artifact of the database in dir, and writes it to a layout, to
// a registry, or to both; an empty name leaves one out.
func pack(dir, layoutDir, ref string) error {
	if layoutDir == "" && ref == "" {
		return nil
	}
	image, err := artifact(dir)
	if err != nil {
		return err
	}
	if layoutDir != "" {
		path, err := layout.Write(layoutDir, empty.Index)
		if err != nil {
			return err
		}
		if err := path.AppendImage(image); err != nil {
			return err
		}
	}
	if ref == "" {
		return nil
	}
	to, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	return remote.Write(to, image)
}

func artifact(dir string) (v1.Image, error) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	for _, file := range []string{"trivy.db", "metadata.json"} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return nil, err
		}
		if err := archive.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Size: int64(len(data))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(data); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	image := mutate.MediaType(mutate.ConfigMediaType(empty.Image, configType), types.OCIManifestSchema1)
	return mutate.Append(image, mutate.Addendum{
		Layer: static.NewLayer(packed.Bytes(), layerType),
		// The scanner refuses a layer that has no name.
		Annotations: map[string]string{"org.opencontainers.image.title": "db.tar.gz"},
	})
}
