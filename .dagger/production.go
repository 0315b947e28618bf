package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// ProductionImage is the image that runs in production.
type ProductionImage struct {
	// The image, ready to be run, published or exported.
	Container *dagger.Container
	// Digest of its manifest, as in AsTarball.
	Digest string
	// Size of its layers in bytes, uncompressed.
	Bytes int
}

// Build builds the production image.
//
//	dagger call build digest
//	dagger call build as-tarball export --path image.tar
//	dagger call build container publish --address registry.example.com/shop:1.2.3
//
// +cache="session"
func (m *Octocode) Build(
	ctx context.Context,
	// Version for the image's labels.
	//
	// +optional
	version string,
	// Commit for the image's labels; it also names the build where next.config asks for NEXT_BUILD_ID.
	//
	// +optional
	commit string,
	// Time of the commit for the image's labels, as RFC 3339. There is no default: a clock would make each build another.
	//
	// +optional
	created string,
	// URL of the sources for the image's labels.
	//
	// +optional
	url string,
) (*ProductionImage, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	o, err := m.dependencies(ctx, p)
	if err != nil {
		return nil, err
	}
	var image *ProductionImage
	if o.part.Status != report.Failed {
		if o, image, err = m.production(ctx, p, labels(version, commit, created, url)); err != nil {
			return nil, err
		}
	}
	if o.part.Status == report.Failed {
		return nil, fmt.Errorf("%s failed\n\n%s", o.part.Name, tail(o.part.Output, report.DefaultTail))
	}
	return image, nil
}

// AsTarball is the image as an archive that `docker load`, `crane push` and
// `trivy image --input` take.
func (i *ProductionImage) AsTarball() *dagger.File {
	return i.Container.AsTarball(dagger.ContainerAsTarballOpts{ForcedCompression: dagger.ImageLayerCompressionUncompressed})
}

// Sync returns the ID of the image, which was built before.
func (i *ProductionImage) Sync(ctx context.Context) (string, error) {
	id, err := i.Container.ID(ctx)
	return string(id), err
}

// production builds the image, measures it and gives the reason if it cannot.
func (m *Octocode) production(ctx context.Context, p *project.Project, labels []dagger.BuildArg) (*outcome, *ProductionImage, error) {
	command := "docker build --target production ."
	if step, ok := p.Step(project.Build); ok {
		command = report.Quote(step.Argv)
	}
	o, err := m.buildStage(ctx, p, "build", Production, command, labels)
	if err != nil || o.part.Status == report.Failed {
		return o, nil, err
	}
	ctr, err := m.stage(ctx, p, Production.target(), labels)
	if err != nil {
		return nil, nil, err
	}
	image := &ProductionImage{Container: ctr}
	if err := image.measure(ctx); err != nil {
		return nil, nil, err
	}
	return o, image, nil
}

// measure reads digest and size out of the image's own manifest. It does so in
// a container, for the engine then knows the answer as long as the image is
// the same; here, the whole archive would have to come over each time.
func (i *ProductionImage) measure(ctx context.Context) error {
	text, err := dag.Container().From(pins.Ref("debian")).WithMountedFile("/image.tar", i.AsTarball()).
		WithExec([]string{"sh", "-c", manifests}).Stdout(ctx)
	if err != nil {
		return fmt.Errorf("read the manifest of the image: %w", err)
	}
	type descriptor struct {
		Digest string `json:"digest"`
		Size   int    `json:"size"`
	}
	var index struct{ Manifests []descriptor }
	var manifest struct{ Layers []descriptor }
	parts := json.NewDecoder(strings.NewReader(text))
	if err := errors.Join(parts.Decode(&index), parts.Decode(&manifest)); err != nil {
		return fmt.Errorf("read the manifest of the image: %w", err)
	}
	if len(index.Manifests) != 1 {
		return fmt.Errorf("the image has %d manifests, not one", len(index.Manifests))
	}
	i.Digest = index.Manifests[0].Digest
	for _, layer := range manifest.Layers {
		i.Bytes += layer.Size
	}
	return nil
}

// manifests prints the index of an archive, and the manifests in it.
const manifests = `set -eu
cd /tmp
tar -xf /image.tar index.json
cat index.json
tar -xOf /image.tar $(grep -o 'sha256:[0-9a-f]*' index.json | sed 's,^sha256:,blobs/sha256/,')`

// labels are the arguments of our Dockerfile that end up as OCI labels.
func labels(version, commit, created, url string) []dagger.BuildArg {
	var args []dagger.BuildArg
	for _, arg := range []dagger.BuildArg{
		{Name: "VERSION", Value: version}, {Name: "REVISION", Value: commit}, {Name: "BUILD_ID", Value: commit},
		{Name: "CREATED", Value: created}, {Name: "SOURCE", Value: url},
	} {
		if arg.Value != "" {
			args = append(args, arg)
		}
	}
	return args
}
