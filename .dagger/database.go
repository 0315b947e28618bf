package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// Migrate applies the migrations that a database lacks.
// Without a database it takes a new one, which shows that they can be applied.
//
//	dagger call migrate
//	dagger call migrate --url env://DATABASE_URL
//	dagger call migrate --url env://DATABASE_URL --dry-run output
//
// +cache="never"
func (m *Octocode) Migrate(
	ctx context.Context,
	// URL of the database. Default: a new one, gone afterwards.
	//
	// +optional
	url *dagger.Secret,
	// A service that the URL calls "database".
	//
	// +optional
	database *dagger.Service,
	// Say what would be applied, and apply nothing.
	//
	// +optional
	dryRun bool,
) (*Result, error) {
	kind := project.Migrate
	if dryRun {
		kind = project.MigrateStatus
	}
	return m.onDatabase(ctx, url, database, kind)
}

// MigrateReset drops everything in a database and applies all migrations.
//
//	dagger call migrate-reset --url env://DATABASE_URL --yes
//
// +cache="never"
func (m *Octocode) MigrateReset(
	ctx context.Context,
	// URL of the database. Default: a new one, gone afterwards.
	//
	// +optional
	url *dagger.Secret,
	// A service that the URL calls "database".
	//
	// +optional
	database *dagger.Service,
	// All data in the database may go.
	//
	// +optional
	yes bool,
) (*Result, error) {
	if url != nil && !yes {
		return nil, errors.New("migrate-reset deletes all data of the database: say --yes if that is meant")
	}
	return m.onDatabase(ctx, url, database, project.Reset)
}

// Seed puts the example data into a database.
// A new database, which is the default, gets the migrations first.
//
//	dagger call seed --url env://DATABASE_URL
//
// +cache="never"
func (m *Octocode) Seed(
	ctx context.Context,
	// URL of the database. Default: a new one, gone afterwards.
	//
	// +optional
	url *dagger.Secret,
	// A service that the URL calls "database".
	//
	// +optional
	database *dagger.Service,
) (*Result, error) {
	if url == nil {
		return m.onDatabase(ctx, nil, nil, project.Migrate, project.Seed)
	}
	return m.onDatabase(ctx, url, database, project.Seed)
}

// Drift compares the schema with the migrations.
// It fails when the schema says what no migration does; the message is the difference.
//
//	dagger call drift
//
// +check
// +cache="session"
func (m *Octocode) Drift(ctx context.Context) (*Result, error) {
	return m.onDatabase(ctx, nil, nil, project.Drift)
}

// onDatabase runs steps against a database, one after the other.
func (m *Octocode) onDatabase(ctx context.Context, url *dagger.Secret, database *dagger.Service, kinds ...project.Kind) (*Result, error) {
	if database != nil && url == nil {
		return nil, errors.New("--database is given without --url: say how to reach it, such as postgresql://USER:PASSWORD@database:5432/NAME")
	}
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	ctr, failed, err := m.development(ctx, p, kinds[0])
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return newResult(failed)
	}
	if url == nil {
		database, url = ephemeralDatabase()
	}
	if database != nil {
		ctr = ctr.WithServiceBinding("database", database)
	}
	// What was done to a database once may have to be done again.
	ctr = ctr.WithSecretVariable("DATABASE_URL", url).WithEnvVariable("OCTOCODE_RUN", time.Now().String())
	var o *outcome
	for _, kind := range kinds {
		step, ok := p.Step(kind)
		if !ok {
			return newResult(notDefined(kind))
		}
		if o, err = m.runStep(ctx, p, ctr, step); err != nil {
			return nil, err
		}
		if o.part.Status == report.Failed {
			break
		}
	}
	return newResult(o)
}

// ephemeralDatabase is a new PostgreSQL and its URL.
func ephemeralDatabase() (*dagger.Service, *dagger.Secret) {
	name := rand.Text()
	password := rand.Text()
	service := dag.Container().From(pins.Ref("postgres")).
		WithEnvVariable("POSTGRES_USER", "octocode").
		WithEnvVariable("POSTGRES_DB", "octocode").
		WithSecretVariable("POSTGRES_PASSWORD", dag.SetSecret("database-password-"+name, password)).
		WithExposedPort(5432).
		AsService(dagger.ContainerAsServiceOpts{UseEntrypoint: true})
	return service, dag.SetSecret("database-url-"+name, fmt.Sprintf("postgresql://octocode:%s@database:5432/octocode", password))
}
