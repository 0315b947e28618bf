package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/dockertest"
	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/octocode/octocode-ci/ci/pins"
)

// stack is one of the project's stacks, and how it is brought up in both ways.
type stack struct {
	name string
	// compose are the arguments of `docker compose` without the verb; services
	// are those to start, none means all.
	compose, services []string
	// dagger are the arguments of `dagger call`; url is where it answers then.
	dagger []string
	url    string
	// inside is where it answers under docker compose.
	inside string
}

// Of the development stack, pgAdmin and MailHog are left out: their images
// cannot be had everywhere.
var stacks = []stack{
	{
		name:    "production",
		compose: []string{"-f", "docker/docker-compose.prod.yml"},
		dagger:  []string{"prod", "up", "--ports", "18443:443"},
		url:     "https://127.0.0.1:18443/api/health",
		inside:  "https://" + dockertest.Host + "/api/health",
	},
	{
		name:     "development",
		compose:  []string{"-f", "docker/docker-compose.dev.yml"},
		services: []string{"oc_app"},
		dagger:   []string{"dev", "--without", "oc_pgadmin,oc_mailhog", "up", "--ports", "13000:3000"},
		url:      "http://127.0.0.1:13000/api/health",
	},
}

// yardstick has both ways ready: a Docker daemon with the images, and the engine.
type yardstick struct {
	root   string
	client *dagger.Client
	docker *dockertest.Docker
	images string // folder of the application's images
}

// productionImage is the name of the application's image for Docker.
const productionImage = "octocode.example/app:bench"

func prepare(ctx context.Context, steps *engine.Steps) (_ *yardstick, err error) {
	y := &yardstick{}
	defer func() {
		if err != nil {
			y.close()
		}
	}()
	if y.root, err = engine.FindSource(); err != nil {
		return nil, err
	}
	runner, err := engine.Up(ctx, engine.Options{Quick: true, Log: os.Stderr})
	if err != nil {
		return nil, err
	}
	if y.images, err = os.MkdirTemp("", "octocode-ready-"); err != nil {
		return nil, err
	}
	production, development := filepath.Join(y.images, "production.tar"), filepath.Join(y.images, "development.tar")
	err = steps.Do("build the application's images", func() error {
		for file, image := range map[string][]string{production: {"build"}, development: {"image", "--stage", "DEVELOPMENT"}} {
			if out, err := y.call(ctx, append(image, "as-tarball", "export", "--path", file)...).CombinedOutput(); err != nil {
				return fmt.Errorf("%w\n%s", err, out)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := os.Setenv("_EXPERIMENTAL_DAGGER_CLI_BIN", runner.CLI); err != nil {
		return nil, err
	}
	if y.client, err = dagger.Connect(ctx, dagger.WithRunnerHost(runner.Host)); err != nil {
		return nil, err
	}
	return y, steps.Do("start Docker and load the images", func() error {
		if y.docker, err = dockertest.Start(ctx, y.client, dockertest.Checkout(y.client, y.root)); err != nil {
			return err
		}
		load := map[string]*dagger.File{productionImage: y.client.Host().File(production), "octocode-dev": y.client.Host().File(development)}
		for _, name := range []string{"postgres", "redis", "nginx"} {
			load[pins.Tag(name)] = y.client.Container().From(pins.Ref(name)).AsTarball()
		}
		for name, image := range load {
			if err := y.docker.Load(ctx, image, name); err != nil {
				return err
			}
		}
		y.docker.Client = y.docker.Client.WithEnvVariable("APP_IMAGE", productionImage).WithEnvVariable("SECRETS_DIR", "/secrets")
		_, err := dockertest.Exec(ctx, y.docker.Client, "octocode", "secrets", "generate", "--dir", "/secrets")
		return err
	})
}

func (y *yardstick) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if y.docker != nil {
		if err := y.docker.Stop(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "ready: stop Docker:", err)
		}
	}
	if y.client != nil {
		_ = y.client.Close()
	}
	if y.images != "" {
		_ = os.RemoveAll(y.images)
	}
}

func (y *yardstick) call(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(y.root, "bin/octocode"), append([]string{"dagger", "--progress=plain", "call", "-m", y.root, "--source", "."}, args...)...)
	cmd.Dir = y.root
	// Politely, so that the engine ends what it has started.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	return cmd
}

// compose brings the stack up with Docker, looks that it answers, and takes it
// down with its data.
func (y *yardstick) compose(ctx context.Context, s stack) (seconds float64, err error) {
	const script = `set -eu
up=$1 url=$2
shift 2
trap 'docker compose "$@" down --volumes --timeout 10 >/tmp/down.log 2>&1' EXIT
begin=$(date +%s%3N)
docker compose "$@" up --detach --wait --wait-timeout 300 --no-build $up >/tmp/up.log 2>&1 || { cat /tmp/up.log >&2; exit 1; }
end=$(date +%s%3N)
if [ -n "$url" ]; then
	NODE_TLS_REJECT_UNAUTHORIZED=0 node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1))' "$url" 2>/dev/null
fi
echo $((end - begin))`
	args := append([]string{"sh", "-c", script, "sh", strings.Join(s.services, " "), s.inside}, s.compose...)
	out, err := dockertest.Exec(ctx, y.docker.Client, args...)
	if err != nil {
		return 0, err
	}
	ms, err := strconv.Atoi(out)
	return float64(ms) / 1000, err
}

// dagger brings the stack up on the engine, waits until it answers, and ends
// it. The time is that of the whole command.
func (y *yardstick) dagger(ctx context.Context, s stack) (seconds float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := y.call(ctx, s.dagger...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // made for this run
	}}
	for {
		if res, err := client.Get(s.url); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				seconds = time.Since(begin).Seconds()
				cancel()
				<-ended
				return seconds, nil
			}
		}
		select {
		case err := <-ended:
			lines := strings.Split(strings.TrimSpace(output.String()), "\n")
			return 0, fmt.Errorf("it ended before it answered: %w\n%s", err, strings.Join(lines[max(0, len(lines)-30):], "\n"))
		case <-time.After(20 * time.Millisecond):
		}
	}
}
