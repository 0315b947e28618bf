package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// sdkContent is where the engine looks for the images that it brings along.
const sdkContent = "/usr/local/share/dagger/content"

// slowAuthorities is left out of the image: where a container has this command,
// the engine calls it twice in each step to add the authorities of the host,
// for a second or two; without it, it adds them to the file itself.
const slowAuthorities = "./usr/sbin/update-ca-certificates"

// sdkImage builds the image in which the engine compiles Go modules: the
// system packages, this host's Go toolchain and the code generator. It returns
// the folder of the OCI layout and the digest of the manifest in it.
func (b *bare) sdkImage(ctx context.Context, system, programs string) (dir, manifest string, err error) {
	goroot, err := output(ctx, b.source, "go", "env", "GOROOT")
	if err != nil {
		return "", "", err
	}
	goVersion, err := output(ctx, b.source, "go", "env", "GOVERSION")
	if err != nil {
		return "", "", err
	}
	key, err := digest(b.source, nil, system, programs, goVersion, slowAuthorities)
	if err != nil {
		return "", "", err
	}
	dir = b.home.path("sdk", key)
	if !exists(dir) {
		tmp := b.home.path("sdk", ".tmp")
		if err := os.RemoveAll(tmp); err != nil {
			return "", "", err
		}
		err := b.steps.Do("build the Go SDK image ("+goVersion+")", func() error {
			return b.writeSDKImage(ctx, tmp, system, goroot, programs)
		})
		if err != nil {
			return "", "", err
		}
		if err := publish(filepath.Join(tmp, "layout"), dir); err != nil {
			return "", "", err
		}
		if err := os.RemoveAll(tmp); err != nil {
			return "", "", err
		}
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return "", "", fmt.Errorf("read Go SDK image: %w", err)
	}
	im, err := index.IndexManifest()
	if err != nil || len(im.Manifests) != 1 {
		return "", "", fmt.Errorf("Go SDK image in %s is damaged: remove that folder and run `octocode engine up` again", dir)
	}
	return dir, im.Manifests[0].Digest.String(), nil
}

func (b *bare) writeSDKImage(ctx context.Context, tmp, system, goroot, programs string) error {
	// The engine mounts both as the first content of its cache volumes.
	caches := filepath.Join(tmp, "caches")
	for _, dir := range []string{"go/pkg/mod", "root/.cache/go-build"} {
		if err := os.MkdirAll(filepath.Join(caches, dir), 0o755); err != nil {
			return err
		}
	}
	bin := filepath.Join(tmp, "bin")
	if err := copyFile(filepath.Join(programs, "codegen"), filepath.Join(bin, "codegen"), 0o755); err != nil {
		return err
	}
	sources := []struct {
		dir, prefix string
		exclude     []string
	}{
		{system, "", []string{slowAuthorities}},
		{goroot, "usr/local/go", []string{"./test", "./api", "./doc", "./misc", "./src/cmd", "testdata", "*_test.go"}},
		{bin, "usr/local/bin", nil},
		{caches, "", nil},
	}
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	for i, s := range sources {
		file := filepath.Join(tmp, fmt.Sprintf("layer%d.tar", i))
		if err := archive(ctx, file, s.dir, s.prefix, s.exclude); err != nil {
			return err
		}
		layer, err := newTarLayer(file)
		if err != nil {
			return err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return err
		}
	}
	config, err := img.ConfigFile()
	if err != nil {
		return err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", goarch
	config.Config = v1.Config{
		Env: []string{
			"PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"GOPATH=/go", "GOTOOLCHAIN=auto",
		},
		WorkingDir: "/go",
	}
	if img, err = mutate.ConfigFile(img, config); err != nil {
		return err
	}
	path, err := layout.Write(filepath.Join(tmp, "layout"), empty.Index)
	if err != nil {
		return err
	}
	return path.AppendImage(img)
}

// archive writes dir as a tar file, its entries below prefix.
func archive(ctx context.Context, file, dir, prefix string, exclude []string) error {
	argv := []string{"tar", "--create", "--file", file, "--numeric-owner", "--sort=name", "--directory", dir}
	if prefix != "" {
		argv = append(argv, "--transform", "s,^\\.,"+prefix+",S")
	}
	for _, path := range exclude {
		argv = append(argv, "--exclude", path)
	}
	return run(ctx, append(argv, ".")...)
}
