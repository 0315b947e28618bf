//go:build e2e

package e2e

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// The example in two stages of its image, beside a database and Redis: what no
// check of the pipeline asks of it, and what people expect of its containers.
func TestStagesOfTheExample(t *testing.T) {
	t.Parallel()
	c := client(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if err := c.ModuleSource(root).AsModule().Serve(ctx); err != nil {
		t.Fatal(err)
	}
	source, err := c.Host().Directory(root, sdk.HostDirectoryOpts{Include: []string{"examples/octocode"}, Exclude: []string{"**/node_modules"}}).ID(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stage := func(name string) *sdk.Container {
		var answer struct {
			Octocode struct{ Image struct{ ID sdk.ContainerID } }
		}
		err := c.Do(ctx, &sdk.Request{
			Query:     `query ($source: DirectoryID!) { octocode(source: $source) { image(stage: ` + name + `) { id } } }`,
			Variables: map[string]any{"source": source},
		}, &sdk.Response{Data: &answer})
		if err != nil {
			t.Fatal(err)
		}
		return besideServices(c, c.LoadContainerFromID(answer.Octocode.Image.ID))
	}
	run := func(ctr *sdk.Container, argv ...string) {
		t.Helper()
		out, err := ctr.WithExec(argv).Stdout(ctx)
		var failure *sdk.ExecError
		if errors.As(err, &failure) {
			t.Fatalf("exit code %d\n%s", failure.ExitCode, lastLines(failure.Stdout+failure.Stderr, 60))
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Log(lastLines(out, 30))
	}
	// Server and worker as processes: that they drain on SIGTERM above all.
	t.Run("production processes", func(t *testing.T) { run(stage("BUILDER"), "pm", "run", "test:e2e") })
	// A file that changes is served anew, and a debugger can attach.
	t.Run("development server", func(t *testing.T) {
		run(stage("DEVELOPMENT").
			WithEnvVariable("INSPECT", "1").
			WithFile("/reload.mjs", c.Host().File(filepath.Join(root, "ci/e2e/testdata/reload.mjs"))),
			"sh", "-euc", "pm run db:migrate; exec node /reload.mjs")
	})
}

// besideServices is a container with PostgreSQL and Redis of this run alone, so
// that the engine does not reuse a database.
func besideServices(c *sdk.Client, ctr *sdk.Container) *sdk.Container {
	run := sdk.ContainerAsServiceOpts{UseEntrypoint: true}
	id := time.Now().String()
	database := c.Container().From(pins.Ref("postgres")).
		WithEnvVariable("RUN", id).
		WithEnvVariable("POSTGRES_PASSWORD", "only-for-this-test").
		WithExposedPort(5432).AsService(run)
	redis := c.Container().From(pins.Ref("redis")).WithEnvVariable("RUN", id).WithExposedPort(6379).AsService(run)
	return ctr.
		WithEnvVariable("RUN", id).
		WithServiceBinding("database", database).
		WithServiceBinding("redis", redis).
		WithEnvVariable("DATABASE_URL", "postgresql://postgres:only-for-this-test@database:5432/postgres").
		WithEnvVariable("REDIS_URL", "redis://redis:6379").
		WithEnvVariable("AUTH_SECRET", "only-for-this-test-only-for-this-test")
}
