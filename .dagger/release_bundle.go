package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/entry"
	"golang.org/x/sync/errgroup"
)

// Release makes a folder that deploys without the repository.
// In it are the Compose files with all images by digest, their configuration,
// SBOM, provenance and signature of the published image, notes from the
// commits, and checksums.
//
//	dagger call release --version 1.2.3 --image registry.example.com/shop:1.2.3 --key release.pub --git .git \
//	  export --path build/release
//
// +cache="never"
func (m *Octocode) Release(
	ctx context.Context,
	// Version of the release.
	version string,
	// The published image, by tag or digest.
	image string,
	// The public key: an image that it has not signed as this version is refused.
	//
	// +optional
	key *dagger.File,
	// The release has no SBOM.
	//
	// +optional
	noSbom bool,
	// Other images by digest, as VARIABLE=reference@sha256:…. Default: those of the Compose files, with the digest of today.
	//
	// +optional
	images []string,
	// The .git folder of a clone with its history, for the notes.
	//
	// +optional
	git *dagger.Directory,
	// URL of the sources, for links in the notes.
	//
	// +optional
	url string,
	// Files and folders beside the Compose files, in the folder "docker", that go along. Default: "prod".
	//
	// +optional
	configuration []string,
	// Further files; no two with one name.
	//
	// +optional
	documents []*dagger.File,
	// User of the registry.
	//
	// +optional
	user string,
	// Password or token of the registry.
	//
	// +optional
	password *dagger.Secret,
	// The registry as a service, as for publish.
	//
	// +optional
	registry *dagger.Service,
	// Allow HTTP, and certificates of unknown authorities.
	//
	// +optional
	insecure bool,
) (*dagger.Directory, error) {
	if _, err := release.Tags(release.Origin{Version: version}); err != nil {
		return nil, err
	}
	if err := assignments("--images", images); err != nil {
		return nil, err
	}
	if err := release.CheckSource(url); err != nil {
		return nil, err
	}
	if len(configuration) == 0 {
		configuration = release.Configuration
	}
	b := release.Bundle{Version: strings.TrimPrefix(version, "v"), File: path.Base(prodFile), Configuration: configuration,
		Images: map[string]string{}, Documents: map[string][]byte{}}
	for _, v := range images {
		name, value, _ := strings.Cut(v, "=")
		b.Images[name] = value
	}
	s, err := m.guide(ctx, prodFile, 0)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "compose")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := s.Source.Directory(composeFolder).Export(ctx, dir); err != nil {
		return nil, fmt.Errorf("read the Compose files: %w", err)
	}
	b.Compose = os.DirFS(dir)

	a := access{user: user, password: password, insecure: insecure, service: registry}
	if err := a.check(image); err != nil {
		return nil, err
	}
	if err := addPublished(ctx, &b, a, image, key, noSbom); err != nil {
		return nil, err
	}
	if err := addImages(ctx, &b); err != nil {
		return nil, err
	}
	if git != nil {
		text, err := notes(ctx, git, version, url)
		if err != nil {
			return nil, err
		}
		if err := b.Add("NOTES.md", text); err != nil {
			return nil, err
		}
	}
	for _, file := range documents {
		if err := addFile(ctx, &b, file); err != nil {
			return nil, err
		}
	}
	contents, err := b.Contents(ctx)
	if err != nil {
		return nil, err
	}
	return folder(contents)
}

// folder is a folder with contents, whatever bytes they have: what goes through
// the API as a string has to be text.
func folder(contents map[string][]byte) (*dagger.Directory, error) {
	name := rand.Text()
	if err := release.Write(name, contents); err != nil {
		return nil, err
	}
	return dag.CurrentModule().Workdir(name), nil
}

// addPublished adds the published image by its digest, and what is beside it.
func addPublished(ctx context.Context, b *release.Bundle, a access, image string, key *dagger.File, noSBOM bool) error {
	request := entry.Documents{Access: a.entry(), Image: image, Version: b.Version, NoSBOM: noSBOM, Out: "/documents"}
	if key != nil {
		text, err := key.Contents(ctx)
		if err != nil {
			return fmt.Errorf("read the public key: %w", err)
		}
		if _, err := attest.ParsePublicKey([]byte(text)); err != nil {
			return err
		}
		request.Key, b.Documents["release.pub"] = []byte(text), []byte(text)
	}
	tool, err := a.tool(image)
	if err != nil {
		return err
	}
	var fetched entry.Fetched
	ctr, err := answer(ctx, tool, request.Command(), &fetched)
	if err != nil {
		return err
	}
	b.Images[appVariable] = fetched.Reference
	folder := ctr.Directory(request.Out)
	names, err := folder.Entries(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := addFile(ctx, b, folder.File(name)); err != nil {
			return err
		}
	}
	return nil
}

// appVariable is the Compose variable of the image that is released.
const appVariable = "APP_IMAGE"

func addFile(ctx context.Context, b *release.Bundle, file *dagger.File) error {
	name, err := file.Name(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "document")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "file")
	if _, err := file.Export(ctx, path); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return b.Add(name, text)
}

// addImages adds the digests of the images that the Compose files pin by tag.
func addImages(ctx context.Context, b *release.Bundle) error {
	variables, err := b.Variables()
	if err != nil {
		return err
	}
	refs, standIns := make([]string, len(variables)), make([]bool, len(variables))
	work, ctx := errgroup.WithContext(ctx)
	for n, variable := range variables {
		ref := pins.OfVariable(variable)
		if b.Images[variable] != "" || ref == "" {
			continue
		}
		work.Go(func() (err error) {
			ctr := dag.Container().From(ref)
			if refs[n], err = ctr.ImageRef(ctx); err != nil {
				return fmt.Errorf("find the digest of %s: %w", ref, err)
			}
			label, err := ctr.Label(ctx, pins.StandInLabel)
			standIns[n] = label != ""
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for n, variable := range variables {
		if refs[n] != "" {
			b.Images[variable] = refs[n]
		}
		if standIns[n] {
			b.Remarks = append(b.Remarks, fmt.Sprintf("%s is a stand-in that only the machine of this bundle has: name another image in the variable %s.", pins.OfVariable(variable), variable))
		}
	}
	return nil
}
