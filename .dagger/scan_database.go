package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
)

// database is what a scan knows about vulnerabilities.
type database struct {
	// dir has trivy.db and metadata.json; nil where there is none.
	dir *dagger.Directory
	// text says how old it is and where it comes from; problem why there is none,
	// or why it is too old.
	text, problem string
	// absent says that there is none at all, which a caller may allow.
	absent bool
	notes  []string
}

// fetchLimit is how long a download may take, in seconds.
const fetchLimit = 300

// DbExport is the database as a folder, brought up to date unless --offline is given.
// It is for machines that reach no source.
//
//	dagger call scan db-export export --path ./db
//	dagger call scan --offline --database ./db source
//
// +cache="session"
func (s *Scan) DbExport(ctx context.Context) (*dagger.Directory, error) {
	db, err := s.openDatabase(ctx)
	if err != nil {
		return nil, err
	}
	if db.problem != "" {
		return nil, fmt.Errorf("%s", strings.Join(append([]string{db.problem}, db.notes...), "\n"))
	}
	return db.dir, nil
}

// DbImport puts a database into the cache, for scans with --offline, and returns its age.
//
//	dagger call scan db-import --database ./db
//	dagger call scan --offline all
//
// +cache="never"
func (s *Scan) DbImport(ctx context.Context, database *dagger.Directory) (string, error) {
	s.Database = database
	db, err := s.openDatabase(ctx)
	if err != nil {
		return "", err
	}
	if db.problem != "" {
		return "", fmt.Errorf("%s", db.problem)
	}
	const take = `set -eu
mkdir -p /volume/db
cp /given/trivy.db /volume/db/trivy.db.new
mv /volume/db/trivy.db.new /volume/db/trivy.db
cp /given/metadata.json /volume/db/`
	_, err = s.volume(dag.Container().From(pins.Ref("debian"))).WithMountedDirectory("/given", database).
		WithExec([]string{"sh", "-c", take}).Sync(ctx)
	return db.text, err
}

// volume mounts the cached database of these sources at /volume, for one
// container at a time.
func (s *Scan) volume(ctr *dagger.Container) *dagger.Container {
	key := fmt.Sprintf("vulnerabilities-%.16x", sha256.Sum256([]byte(strings.Join(s.Sources, "\n"))))
	return ctr.
		WithMountedCache("/volume", dag.CacheVolume(key), dagger.ContainerWithMountedCacheOpts{Sharing: dagger.CacheSharingModeLocked}).
		WithEnvVariable("RUN", rand.Text()) // the volume changes, which the engine cannot see
}

// openDatabase finds the database and judges its age.
func (s *Scan) openDatabase(ctx context.Context) (database, error) {
	db := database{dir: s.Database}
	if db.dir == nil {
		if !s.Offline {
			problem, err := s.update(ctx)
			if err != nil {
				return db, err
			}
			if problem != "" {
				db.notes = append(db.notes, "the database could not be brought up to date: "+problem)
			}
		}
		var err error
		if db.dir, err = s.cached(ctx); err != nil {
			return db, err
		}
	}
	if db.dir == nil {
		db.problem, db.absent = scan.ErrNoDatabase.Error(), true
		return db, nil
	}
	names, err := db.dir.Entries(ctx)
	if err != nil {
		return db, err
	}
	for _, name := range []string{"trivy.db", "metadata.json"} {
		if !contains(names, name) {
			db.dir, db.problem = nil, "not scanned: the given database has no "+name+": export it with `scan db-export`"
			return db, nil
		}
	}
	text, err := db.dir.File("metadata.json").Contents(ctx)
	if err != nil {
		return db, err
	}
	meta, err := scan.ParseDatabase([]byte(text))
	if err != nil {
		db.dir, db.problem = nil, "not scanned: "+err.Error()
		return db, nil
	}
	now := time.Now()
	from := "of " + strings.Join(s.Sources, " or ")
	if s.Database != nil {
		from = "given by the caller"
	} else if s.Offline {
		from += ", out of the cache"
	}
	db.text = fmt.Sprintf("database built %s, %d hours ago, %s", meta.UpdatedAt.UTC().Format(time.RFC3339), int(meta.Age(now).Hours()), from)
	warning, err := meta.Check(now, scan.AgeLimits{Warn: time.Duration(s.WarnAge) * time.Hour, Max: time.Duration(s.MaxAge) * time.Hour})
	if err != nil {
		db.problem = err.Error()
	}
	if warning != "" {
		db.notes = append(db.notes, warning)
	}
	return db, nil
}

// update lets the scanner fetch what is new, and says why it could not.
func (s *Scan) update(ctx context.Context) (problem string, err error) {
	ctr, _, err := s.scanner(ctx)
	if err != nil {
		return "", err
	}
	ctr = withAuthorities(ctr)
	if s.Registry == nil {
		return s.fetch(ctx, ctr, s.Sources, false)
	}
	// What the caller's registry stands for goes over plain HTTP, and nothing else.
	name, bound, others := scan.SourcesOfRegistry(s.Sources)
	problem, err = s.fetch(ctx, ctr.WithServiceBinding(name, s.Registry), bound, true)
	if err != nil || problem == "" || len(others) == 0 {
		return problem, err
	}
	return s.fetch(ctx, ctr, others, false)
}

// fetch asks some sources.
func (s *Scan) fetch(ctx context.Context, ctr *dagger.Container, sources []string, insecure bool) (problem string, err error) {
	_, ran, err := runScanner(ctx, s.volume(ctr), entry.Run{
		Argv: scan.DatabaseArgs("/volume", sources, insecure, fetchLimit), Seconds: fetchLimit, Network: true,
	})
	switch {
	case err != nil:
		return "", err
	case ran.TimedOut:
		return fmt.Sprintf("no end within %d seconds", fetchLimit), nil
	case ran.Code != 0:
		return lastLine(ran.Log), nil
	}
	return "", nil
}

// cached is a copy of what the volume has, which cannot change during a scan;
// nil when it has nothing. Of one database it is made once.
func (s *Scan) cached(ctx context.Context) (*dagger.Directory, error) {
	base := s.volume(dag.Container().From(pins.Ref("debian")))
	meta, err := base.WithExec([]string{"sh", "-c", "cat /volume/db/metadata.json 2>/dev/null || :"}).Stdout(ctx)
	if err != nil || strings.TrimSpace(meta) == "" {
		return nil, err
	}
	const copy = `set -eu
mkdir /out
cp /volume/db/trivy.db /volume/db/metadata.json /out/
test "$(cat /out/metadata.json)" = "$METADATA"`
	return base.WithoutEnvVariable("RUN").WithEnvVariable("METADATA", strings.TrimSpace(meta)).
		WithExec([]string{"sh", "-c", copy}).Directory("/out").Sync(ctx)
}

// withAuthorities gives a container the certificate authorities that this
// module's own container has: a slim image has none.
func withAuthorities(ctr *dagger.Container) *dagger.Container {
	if text, err := os.ReadFile(authorities); err == nil {
		return ctr.WithNewFile(authorities, string(text))
	}
	return ctr
}
