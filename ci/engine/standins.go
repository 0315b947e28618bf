package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dagger.io/dagger"
	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/octocode/octocode-ci/ci/pins"
	"golang.org/x/sync/errgroup"
)

// standInDir holds a folder with a Dockerfile for each stand-in image.
const standInDir = "docker/standins"

// StandIn is an image in the local registry that stands in for one that
// cannot be pulled.
type StandIn struct {
	Ref     string `json:"ref"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
	Bytes   int64  `json:"bytes"`
	// Key is over everything that went into it.
	Key string `json:"key"`
}

// recipe says how a stand-in is made and how its version is proven.
type recipe struct {
	image string
	// version prints what is really inside; want must be its prefix, or the
	// image is not published under that tag.
	version []string
	want    string
	args    map[string]string
}

var recipes = []recipe{
	{image: "node", version: []string{"node", "--version"}, want: "v" + pins.Node, args: map[string]string{"NODE": pins.Node}},
	{image: "postgres", version: []string{"postgres", "--version"}, want: "postgres (PostgreSQL) 17."},
	{image: "redis", version: []string{"redis-server", "--version"}, want: "Redis server v=8.0."},
	// nginx tells its version on stderr.
	{image: "nginx", version: []string{"sh", "-c", "nginx -v 2>&1"}, want: "nginx version: nginx/1.26.3"},
}

func (b *bare) catalogue() string { return b.home.path("images.json") }

// Images returns the stand-ins that the local registry serves.
func Images() ([]StandIn, error) {
	b := &bare{home: FindHome()}
	data, err := os.ReadFile(b.catalogue())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var images []StandIn
	return images, json.Unmarshal(data, &images)
}

// standIns fills the local registry with what is missing or out of date.
func (b *bare) standIns(ctx context.Context) error {
	have := map[string]StandIn{}
	images, err := Images()
	if err != nil {
		return fmt.Errorf("read %s: remove that file and try again", b.catalogue())
	}
	for _, image := range images {
		have[image.Ref] = image
	}
	base, err := b.baseStandIn(ctx, have)
	if err != nil {
		return err
	}
	all := make([]StandIn, len(recipes)+1)
	all[0] = base
	if err := b.buildStandIns(ctx, have, base, all[1:]); err != nil {
		return err
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(b.catalogue(), data, 0o644)
}

// baseStandIn is the distribution's minimal root filesystem as one layer.
func (b *bare) baseStandIn(ctx context.Context, have map[string]StandIn) (StandIn, error) {
	ref := pins.Ref("debian")
	file, err := b.bootstrap(ctx, "base", ".tar", nil)
	if err != nil {
		return StandIn{}, err
	}
	key := filepath.Base(file)
	if image := have[ref]; image.Key == key && inRegistry(image) {
		return image, nil
	}
	var image StandIn
	err = b.steps.Do("publish stand-in "+ref, func() error {
		layer, err := tarball.LayerFromFile(file)
		if err != nil {
			return err
		}
		img, err := mutate.AppendLayers(empty.Image, layer)
		if err != nil {
			return err
		}
		config, err := img.ConfigFile()
		if err != nil {
			return err
		}
		config = config.DeepCopy()
		config.OS, config.Architecture = "linux", goarch
		config.Config = v1.Config{
			Env:    []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
			Cmd:    []string{"bash"},
			Labels: map[string]string{pins.StandInLabel: "bootstrapped from Debian " + pins.Suite},
		}
		if img, err = mutate.ConfigFile(img, config); err != nil {
			return err
		}
		to := localRef(ref)
		if err := crane.Push(img, to, crane.WithContext(ctx), crane.Insecure); err != nil {
			return fmt.Errorf("push to the local registry: %w", err)
		}
		image, err = describe(ref, "Debian "+pins.Suite, key)
		return err
	})
	return image, err
}

// buildStandIns lets the engine build the others from their Dockerfiles.
func (b *bare) buildStandIns(ctx context.Context, have map[string]StandIn, base StandIn, out []StandIn) error {
	var missing []int
	for i, r := range recipes {
		key, err := digest(b.source, []string{filepath.Join(standInDir, r.image)}, base.Digest, r.want)
		if err != nil {
			return err
		}
		out[i] = have[pins.Ref(r.image)]
		if out[i].Key != key || !inRegistry(out[i]) {
			out[i] = StandIn{Ref: pins.Ref(r.image), Key: key}
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	client, err := b.connect(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	work, ctx := errgroup.WithContext(ctx)
	for _, i := range missing {
		work.Go(func() error {
			return b.steps.Do("build stand-in "+out[i].Ref, func() (err error) {
				out[i], err = b.buildStandIn(ctx, client, recipes[i], out[i])
				return err
			})
		})
	}
	return work.Wait()
}

func (b *bare) buildStandIn(ctx context.Context, client *dagger.Client, r recipe, image StandIn) (StandIn, error) {
	args := []dagger.BuildArg{{Name: "BASE_IMAGE", Value: pins.Ref("debian")}}
	for name, value := range r.args {
		args = append(args, dagger.BuildArg{Name: name, Value: value})
	}
	ctr := client.Host().Directory(filepath.Join(b.source, standInDir, r.image)).
		DockerBuild(dagger.DirectoryDockerBuildOpts{BuildArgs: args}).
		WithLabel(pins.StandInLabel, "built from Debian and npm packages")
	version, err := ctr.WithExec(r.version).Stdout(ctx)
	if err != nil {
		return image, fmt.Errorf("build stand-in %s: %w", r.image, err)
	}
	version = strings.TrimSpace(version)
	if !strings.HasPrefix(version, r.want) {
		return image, fmt.Errorf("stand-in %s holds %q, but the pinned tag says %q: change ci/pins", r.image, version, r.want)
	}
	if _, err := ctr.Publish(ctx, localRef(image.Ref)); err != nil {
		return image, fmt.Errorf("publish stand-in %s: %w", r.image, err)
	}
	return describe(image.Ref, version, image.Key)
}

// connect opens a session of the Dagger SDK with our engine and CLI; its log
// goes to a file, for our own lines show the progress.
func (b *bare) connect(ctx context.Context) (*dagger.Client, error) {
	cli, err := b.cli()
	if err != nil {
		return nil, err
	}
	for _, v := range append(clientEnv(b.home.RunnerHost()), "_EXPERIMENTAL_DAGGER_CLI_BIN="+cli) {
		name, value, _ := strings.Cut(v, "=")
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(b.home.Log("standins"))
	if err != nil {
		return nil, err
	}
	client, err := dagger.Connect(ctx, dagger.WithLogOutput(log), dagger.WithWorkdir(b.source))
	if err != nil {
		return nil, fmt.Errorf("connect to the engine: %w", err)
	}
	return client, nil
}

// localRef is where the mirror setting looks for a reference of Docker Hub.
func localRef(ref string) string {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return ref
	}
	return RegistryAddress() + "/" + parsed.Context().RepositoryStr() + ":" + parsed.Identifier()
}

func inRegistry(image StandIn) bool {
	if image.Digest == "" {
		return false
	}
	digest, err := crane.Digest(localRef(image.Ref), crane.Insecure)
	return err == nil && digest == image.Digest
}

func describe(ref, version, key string) (StandIn, error) {
	image := StandIn{Ref: ref, Version: version, Key: key}
	img, err := crane.Pull(localRef(ref), crane.Insecure)
	if err != nil {
		return image, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return image, err
	}
	for _, layer := range manifest.Layers {
		image.Bytes += layer.Size
	}
	digest, err := crane.Digest(localRef(ref), crane.Insecure)
	image.Digest = digest
	return image, err
}
