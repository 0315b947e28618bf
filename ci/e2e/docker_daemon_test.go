//go:build e2e

package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// docker is a Docker daemon as a service of the engine, and a container with
// its client. It starts empty, and nothing of it is left after the test.
type docker struct {
	t       *testing.T
	c       *sdk.Client
	service *sdk.Service
	// client has the docker command, node, the project in /project, and the
	// secrets of the stack in /secrets. Both folders are the daemon's, too: what
	// Compose mounts of a project is found on the daemon's side.
	client *sdk.Container
}

// dockerTools are Debian's packages. Node.js, which measures, needs the libraries.
const dockerTools = `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends docker.io docker-cli docker-compose iptables ca-certificates libstdc++6 libatomic1 >/dev/null
rm -rf /var/lib/apt/lists/*`

// dockerd needs what the engine gives to no container by itself: settings of
// the kernel to write, and the control groups that limits are made with. They
// are one tree on new hosts, and one for each controller on old ones. A namespace
// of its own (unshare --cgroup) keeps its groups below the container's.
const dockerd = `set -eu
mount -o remount,rw /sys
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
	mount -o remount,rw /sys/fs/cgroup
	mkdir -p /sys/fs/cgroup/daemon
	xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/daemon/cgroup.procs || true
	sed 's/^/+/; s/ / +/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
	mount -t tmpfs cgroup /sys/fs/cgroup
	while read -r name hierarchy _ enabled; do
		if [ "$enabled" != 1 ] || [ "$hierarchy" = 0 ]; then continue; fi
		mkdir "/sys/fs/cgroup/$name"
		mount -t cgroup -o "$name" cgroup "/sys/fs/cgroup/$name"
	done </proc/cgroups
	# It belongs to no controller, but is every process's all the same.
	mkdir /sys/fs/cgroup/systemd
	mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
fi
exec dockerd --host tcp://0.0.0.0:2375 --tls=false --host unix:///var/run/docker.sock --mtu 1400`

// startDocker starts a daemon.
func startDocker(t *testing.T, c *sdk.Client) *docker {
	t.Helper()
	run := rand.Text()
	secrets := c.CacheVolume("docker-secrets-" + run)
	tools := c.Container().From(pins.Ref("debian")).
		WithExec([]string{"sh", "-c", dockerTools}).
		WithFile("/usr/local/bin/node", c.Container().From(pins.Ref("node")).File("/usr/local/bin/node")).
		WithEnvVariable("RUN", run).
		WithDirectory("/project/docker", c.Host().Directory(filepath.Join(root, "docker"), sdk.HostDirectoryOpts{
			Include: []string{"*.yml", "prod"}, Exclude: []string{"prod/secrets"}})).
		WithWorkdir("/project").
		WithMountedCache("/secrets", secrets)
	d := &docker{t: t, c: c}
	d.service = tools.
		// In memory: an overlay cannot lie on another, and it goes with the daemon.
		WithMountedTemp("/var/lib/docker").
		WithMountedTemp("/var/run").
		WithExposedPort(2375).
		AsService(sdk.ContainerAsServiceOpts{Args: []string{"unshare", "--cgroup", "sh", "-c", dockerd}, InsecureRootCapabilities: true})
	d.client = tools.
		WithServiceBinding("docker", d.service).
		WithServiceBinding("oc_nginx", d.service).
		WithEnvVariable("DOCKER_HOST", "tcp://docker:2375").
		WithFile("/usr/local/bin/octocode", c.Host().File(filepath.Join(root, "bin/octocode")))

	if _, err := d.service.Start(t.Context()); err != nil {
		t.Fatalf("the Docker daemon does not start: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, err := d.exec(ctx, d.client, "find", "/secrets", "-mindepth", "1", "-delete"); err != nil {
			t.Errorf("remove the secrets: %v", err)
		}
		if _, err := d.service.Stop(ctx); err != nil {
			t.Errorf("stop the Docker daemon: %v", err)
		}
	})
	return d
}

// exec runs a command in a container with the client, now and not from a cache.
func (d *docker) exec(ctx context.Context, ctr *sdk.Container, args ...string) (string, error) {
	ctr = ctr.WithEnvVariable("STEP", rand.Text()).WithExec(args, sdk.ContainerWithExecOpts{Expect: sdk.ReturnTypeAny})
	code, err := ctr.ExitCode(ctx)
	if err != nil {
		return "", err
	}
	out, err := ctr.Stdout(ctx)
	if err != nil {
		return "", err
	}
	if code != 0 {
		problem, _ := ctr.Stderr(ctx)
		return out, fmt.Errorf("%s: exit code %d\n%s", strings.Join(args, " "), code, lastLines(out+"\n"+problem, 40))
	}
	return strings.TrimSpace(out), nil
}

// must runs a command of the client and ends the test if that fails.
func (d *docker) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := d.exec(t.Context(), d.client, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// load gives the daemon an image under a name.
func (d *docker) load(image *sdk.File, name string) {
	d.t.Helper()
	client := d.client.WithMountedFile("/image.tar", image)
	const script = `set -eu
id=$(docker load --quiet --input /image.tar)
docker tag "${id##*: }" "$1"`
	if _, err := d.exec(d.t.Context(), client, "sh", "-c", script, "sh", name); err != nil {
		d.t.Fatalf("load %s: %v", name, err)
	}
}
