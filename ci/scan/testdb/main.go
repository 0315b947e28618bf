// The testdb command builds a small real database of vulnerabilities by the
// program that builds the public one, and packs it as that one is published.
// It needs `go` in its PATH, which the builder asks for the standard library.
//
//	go run . -dir /tmp/db                      # trivy.db and metadata.json
//	go run . -layout /tmp/layout               # an OCI layout with the artifact
//	go run . -push 127.0.0.1:5000/trivy-db:2   # to a registry
//	go run . -dir /tmp/old -built 2026-01-31T00:00:00Z
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/vulndb"
	"k8s.io/utils/clock"
)

func main() {
	dir := flag.String("dir", "", "folder that trivy.db and metadata.json are written to")
	layout := flag.String("layout", "", "folder that an OCI layout is written to")
	push := flag.String("push", "", "reference that the artifact is pushed to")
	advisories := flag.String("advisories", "", "file like advisories.yaml, instead of it")
	built := flag.String("built", "", "date that the database claims, as 2026-01-31T00:00:00Z; default: now")
	flag.Parse()
	if err := run(*dir, *layout, *push, *advisories, *built); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		os.Exit(1)
	}
}

func run(dir, layout, push, advisories, built string) error {
	if dir == "" && layout == "" && push == "" {
		return fmt.Errorf("nothing to do: give -dir, -layout or -push")
	}
	at := time.Now()
	if built != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, built); err != nil {
			return fmt.Errorf("-built %s is no date: write 2026-01-31T00:00:00Z", built)
		}
	}
	if dir == "" {
		temp, err := os.MkdirTemp("", "testdb")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = temp
	}
	all, err := read(advisories)
	if err != nil {
		return err
	}
	if err := build(dir, all, at); err != nil {
		return err
	}
	return pack(dir, layout, push)
}

// build writes trivy.db and metadata.json to dir, with the given date.
func build(dir string, all []advisory, at time.Time) error {
	source, err := os.MkdirTemp("", "testdb-lists")
	if err != nil {
		return err
	}
	defer os.RemoveAll(source)
	if err := lists(source, all); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, "trivy.db")); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := db.Init(dir); err != nil {
		return err
	}
	defer db.Close()
	return vulndb.New(source, dir, 24*time.Hour, vulndb.WithClock(stopped{at: at})).Build([]string{"debian", "ghsa"})
}

// stopped is a clock that always says the same.
type stopped struct {
	clock.RealClock
	at time.Time
}

func (s stopped) Now() time.Time { return s.at }
