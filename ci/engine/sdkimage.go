package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// sdkContent is where the engine looks for the images that it brings along.
const sdkContent = "/usr/local/share/dagger/content"

// sdkImage builds the image in which the engine compiles Go modules: the
// system packages, this host's Go toolchain and the code generator. It returns
// the folder of the OCI layout and the digest of the manifest in it.
func (b *bare) sdkImage(ctx context.Context, system, root, programs string) (dir, manifest string, err error) {
	goroot, err := output(ctx, "", "go", "env", "GOROOT")
	if err != nil {
		return "", "", err
	}
	goVersion, err := output(ctx, "", "go", "env", "GOVERSION")
	if err != nil {
		return "", "", err
	}
	key, err := digest(b.source, warmInputs, system, programs, goVersion)
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
			return b.writeSDKImage(ctx, tmp, system, root, goroot, programs)
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

func (b *bare) writeSDKImage(ctx context.Context, tmp, system, root, goroot, programs string) error {
	warm := filepath.Join(tmp, "warm")
	if err := b.warmCaches(ctx, warm, root, goroot); err != nil {
		return err
	}
	bin := filepath.Join(tmp, "bin")
	if err := copyFile(filepath.Join(programs, "codegen"), filepath.Join(bin, "codegen"), 0o755); err != nil {
		return err
	}
	sources := []struct {
		dir, prefix string
		exclude     []string
	}{
		{system, "", nil},
		{goroot, "usr/local/go", []string{"./test", "./api", "./doc", "./misc"}},
		{bin, "usr/local/bin", nil},
		{warm, "", nil},
	}
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	for i, s := range sources {
		file := filepath.Join(tmp, fmt.Sprintf("layer%d.tar", i))
		if err := archive(ctx, file, s.dir, s.prefix, s.exclude); err != nil {
			return err
		}
		// Uncompressed: it is read once, from this disk.
		layer, err := tarball.LayerFromFile(file,
			tarball.WithCompression(compression.None), tarball.WithMediaType(types.OCIUncompressedLayer))
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

// warmInputs are the files that decide what goes into the warm caches.
var warmInputs = []string{".dagger/go.mod", ".dagger/go.sum", upstreamDir + "/warm.go.txt"}

// warmCaches compiles what every Go module of Dagger imports, so that the
// first call of a module need not. It runs inside the engine's root, because
// the build cache's keys hold the paths.
func (b *bare) warmCaches(ctx context.Context, dir, root, goroot string) error {
	src := filepath.Join(dir, "..", "warm-src")
	for i, to := range []string{"go.mod", "go.sum", "main.go"} {
		if err := copyFile(filepath.Join(b.source, warmInputs[i]), filepath.Join(src, to), 0o644); err != nil {
			return err
		}
	}
	binds := map[string]string{
		"/usr/local/go": goroot,
		"/src":          src,
		"/go":           filepath.Join(dir, "go"),
		"/root/.cache":  filepath.Join(dir, "root/.cache"),
		// With the host's extra CAs; the engine installs them only when it runs.
		"/etc/ssl/certs": "/etc/ssl/certs",
	}
	if err := b.refreshRoot(root); err != nil {
		return err
	}
	for _, host := range binds {
		if err := os.MkdirAll(host, 0o755); err != nil {
			return err
		}
	}
	s := sandbox{
		Root: root, Binds: binds,
		Argv: []string{"/usr/local/go/bin/go", "build", "-C", "/src", "-mod=mod", "-ldflags", "-s -w", "-o", "/tmp/warm", "."},
		Env: []string{"PATH=/usr/local/go/bin:/usr/bin:/bin", "HOME=/root", "GOPATH=/go", "GOTOOLCHAIN=local"},
	}
	for _, name := range []string{"GOPROXY", "GONOSUMDB", "GOSUMDB", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"} {
		if value := os.Getenv(name); value != "" {
			s.Env = append(s.Env, name+"="+value)
		}
	}
	out, err := b.inSandbox(ctx, s)
	if err != nil {
		return fmt.Errorf("compile the SDK's dependencies: %s", lastLines(out, 6))
	}
	return nil
}

// inSandbox runs a short command in the foreground.
func (b *bare) inSandbox(ctx context.Context, s sandbox) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	argv, err := s.argv(self)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = "/", s.Env
	cmd.SysProcAttr = sandboxAttr(false)
	out, err := cmd.CombinedOutput()
	if err != nil && strings.TrimSpace(string(out)) == "" {
		out = []byte(err.Error())
	}
	return out, err
}
