// Package dockertest runs a Docker daemon as a service of the Dagger engine, for
// tests and measurements: the project's files under the real `docker compose`
// and `docker stack deploy` on a machine without Docker.
package dockertest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// Config says what a daemon is started with.
type Config struct {
	// Project is the folder that Compose works in.
	Project *dagger.Directory
	// Program is the program octocode, which makes the secrets.
	Program *dagger.File
	// Registries are those on this host that the daemon reaches over HTTP, by the
	// names that it has for them: {"registry": "127.0.0.1:5000"} is registry:5000.
	Registries map[string]string
	// Mirror is the one of them that has the public images.
	Mirror string
}

// Checkout is the configuration for the definitions in a checkout: docker/ and
// the example application.
func Checkout(c *dagger.Client, root string) Config {
	return Config{
		Project: c.Host().Directory(root, dagger.HostDirectoryOpts{
			Include:   []string{"docker/*.yml", "docker/prod", "docker/dev", "examples/octocode"},
			Exclude:   []string{"docker/prod/secrets"},
			Gitignore: true,
		}),
		Program: c.Host().File(filepath.Join(root, "bin/octocode")),
	}
}

// Docker is a daemon. It starts empty, and nothing of it is left after Stop.
type Docker struct {
	// Client has the commands docker, docker compose, octocode and node, the
	// project in /project, and an empty folder /secrets. Both folders are the
	// daemon's too: what Compose mounts of a project is found on its side.
	Client *dagger.Container
	// Service is the daemon; what containers publish are ports of it.
	Service *dagger.Service
}

// dockerTools are Debian's packages. Node.js, which measures, needs the libraries.
// Without the last command the engine adds the host's authorities far faster.
const dockerTools = `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends docker.io docker-cli docker-compose iptables ca-certificates libstdc++6 libatomic1 >/dev/null
rm -rf /var/lib/apt/lists/* /usr/sbin/update-ca-certificates`

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
exec dockerd --host tcp://0.0.0.0:2375 --tls=false --host unix:///var/run/docker.sock --mtu 1400 "$@"`

// Host is the name of the daemon, and with it of the front door, in Client.
const Host = "docker"

// Start starts a daemon.
//
//	d, err := dockertest.Start(ctx, client, dockertest.Checkout(client, root))
//	out, err := dockertest.Exec(ctx, d.Client, "docker", "info")
func Start(ctx context.Context, c *dagger.Client, config Config) (*Docker, error) {
	run := rand.Text()
	tools := c.Container().From(pins.Ref("debian")).
		WithExec([]string{"sh", "-c", dockerTools}).
		WithFile("/usr/local/bin/node", c.Container().From(pins.Ref("node")).File("/usr/local/bin/node")).
		WithEnvVariable("RUN", run).
		WithDirectory("/project", config.Project).
		WithWorkdir("/project").
		WithMountedCache("/secrets", c.CacheVolume("docker-secrets-"+run))
	daemon := tools.
		// In memory: an overlay cannot lie on another, and it goes with the daemon.
		WithMountedTemp("/var/lib/docker").
		WithMountedTemp("/var/run").
		WithExposedPort(2375)
	args := []string{"unshare", "--cgroup", "sh", "-c", dockerd, "sh"}
	for name, address := range config.Registries {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("registry %s: %w", name, err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("registry %s: %w", name, err)
		}
		daemon = daemon.WithServiceBinding(name, c.Host().Service([]dagger.PortForward{{Backend: number, Frontend: number}}, dagger.HostServiceOpts{Host: host}))
		args = append(args, "--insecure-registry", name+":"+port)
		if name == config.Mirror {
			args = append(args, "--registry-mirror", "http://"+name+":"+port)
		}
	}
	d := &Docker{Service: daemon.AsService(dagger.ContainerAsServiceOpts{Args: args, InsecureRootCapabilities: true})}
	d.Client = tools.
		WithServiceBinding(Host, d.Service).
		WithServiceBinding("oc_nginx", d.Service).
		WithEnvVariable("DOCKER_HOST", "tcp://"+Host+":2375").
		WithFile("/usr/local/bin/octocode", config.Program)
	if _, err := d.Service.Start(ctx); err != nil {
		return nil, fmt.Errorf("the Docker daemon does not start: %w", err)
	}
	return d, nil
}

// Stop removes the secrets and stops the daemon, with all that ran there.
func (d *Docker) Stop(ctx context.Context) error {
	_, removing := Exec(ctx, d.Client, "find", "/secrets", "-mindepth", "1", "-delete")
	_, stopping := d.Service.Stop(ctx, dagger.ServiceStopOpts{Kill: true})
	return errors.Join(removing, stopping)
}

// Load gives the daemon an image under a name.
func (d *Docker) Load(ctx context.Context, image *dagger.File, name string) error {
	const script = `set -eu
id=$(docker load --quiet --input /image.tar)
docker tag "${id##*: }" "$1"`
	if _, err := Exec(ctx, d.Client.WithMountedFile("/image.tar", image), "sh", "-c", script, "sh", name); err != nil {
		return fmt.Errorf("load %s: %w", name, err)
	}
	return nil
}

// Exec runs a command in a container, now and not from a cache, and returns what
// it printed. When the command fails, the error has the end of its output.
func Exec(ctx context.Context, ctr *dagger.Container, args ...string) (string, error) {
	ctr = ctr.WithEnvVariable("STEP", rand.Text()).WithExec(args, dagger.ContainerWithExecOpts{Expect: dagger.ReturnTypeAny})
	code, err := ctr.ExitCode(ctx)
	if err != nil {
		return "", err
	}
	out, err := ctr.Stdout(ctx)
	if err != nil {
		return "", err
	}
	if code != 0 {
		problem, err := ctr.Stderr(ctx)
		lines := strings.Split(strings.TrimSpace(out+"\n"+problem), "\n")
		lines = lines[max(0, len(lines)-40):]
		return out, errors.Join(fmt.Errorf("%s: exit code %d\n%s", strings.Join(args, " "), code, strings.Join(lines, "\n")), err)
	}
	return strings.TrimSpace(out), nil
}
