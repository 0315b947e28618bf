package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
	"golang.org/x/sync/errgroup"
)

// ScanReport is what all scans have found.
type ScanReport struct {
	// Whether all of them have passed.
	Passed bool
	// The verdict in one line.
	Verdict string
	// The verdicts for people.
	Text string
	// The scans: source, secrets, config and image.
	Scans []*ScanResult
}

// All scans everything side by side: source, secrets, configuration and image.
// No scan hides the results of the others.
//
//	dagger call scan all
//	dagger call scan all directory export --path build/security
//	dagger call scan all sarif export --path security.sarif
//
// +cache="session"
func (s *Scan) All(
	ctx context.Context,
	// The repository's .git folder, for secrets in its history.
	//
	// +optional
	history *dagger.Directory,
	// The image. Default: the production image is built of the sources.
	//
	// +optional
	image *dagger.Container,
) (*ScanReport, error) {
	open := sync.OnceValues(func() (database, error) { return s.openDatabase(ctx) })
	with := func(scan func(database) (*ScanResult, error)) func() (*ScanResult, error) {
		return func() (*ScanResult, error) {
			db, err := open()
			if err != nil {
				return nil, err
			}
			return scan(db)
		}
	}
	scans := []func() (*ScanResult, error){
		with(func(db database) (*ScanResult, error) { return s.source(ctx, false, db) }),
		func() (*ScanResult, error) { return s.Secrets(ctx, history) },
		func() (*ScanResult, error) { return s.Config(ctx) },
		with(func(db database) (*ScanResult, error) { return s.image(ctx, image, db) }),
	}
	names := []string{"source", "secrets", "config", "image"}
	r := &ScanReport{Scans: make([]*ScanResult, len(scans))}
	var work errgroup.Group
	for i, scan := range scans {
		work.Go(func() error {
			result, err := scan()
			if err != nil {
				result = &ScanResult{Name: names[i], Problem: err.Error(), Verdict: names[i] + ": failed: " + err.Error(), Looked: "{}"}
				result.Text = result.Verdict
			}
			r.Scans[i] = result
			return nil
		})
	}
	_ = work.Wait()
	return r, r.judge()
}

// judge sums up the scans.
func (r *ScanReport) judge() error {
	var failed, texts []string
	looked := make([]scan.Looked, len(r.Scans))
	for i, s := range r.Scans {
		texts = append(texts, s.Text)
		if !s.Passed {
			failed = append(failed, s.Name)
		}
		if err := json.Unmarshal([]byte(s.Looked), &looked[i]); err != nil {
			return err
		}
	}
	r.Passed = len(failed) == 0
	r.Verdict = fmt.Sprintf("passed: all %d scans", len(r.Scans))
	if !r.Passed {
		r.Verdict = "failed: " + strings.Join(failed, ", ")
	}
	for _, note := range scan.Unused(looked...) {
		if !strings.Contains(strings.Join(texts, "\n"), note) { // one scan alone may have told
			texts = append(texts, note)
		}
	}
	r.Text = strings.Join(append(texts, r.Verdict), "\n\n")
	return nil
}

// Assert fails unless all scans have passed.
func (r *ScanReport) Assert() error {
	if !r.Passed {
		return errors.New(r.Text)
	}
	return nil
}

// Sync fails unless all scans have passed. It returns the verdict.
func (r *ScanReport) Sync() (string, error) { return r.Verdict, r.Assert() }

// Table is the reports as tables for people, below their verdicts.
func (r *ScanReport) Table(ctx context.Context) (string, error) {
	var texts []string
	for _, s := range r.Scans {
		text, err := s.Table(ctx)
		if err != nil {
			text = s.Text + "\n" + err.Error()
		}
		texts = append(texts, text)
	}
	return strings.Join(append(texts, r.Verdict), "\n\n"), nil
}

// Findings are those of all scans.
func (r *ScanReport) Findings() []*ScanFinding {
	var all []*ScanFinding
	for _, s := range r.Scans {
		all = append(all, s.Findings...)
	}
	return all
}

// Json is the list of the findings of all scans.
func (r *ScanReport) Json() *dagger.File { return findingsFile("findings.json", r.Findings()) }

// Baseline is the list of those that fail or were known before, for --baseline of later scans.
func (r *ScanReport) Baseline() *dagger.File {
	return findingsFile("baseline.json", r.Findings(), "failing", "known")
}

// Sarif is all reports in one SARIF file, each as a run of its own. A scan without a report has none.
func (r *ScanReport) Sarif(ctx context.Context) (*dagger.File, error) {
	files := map[string][]byte{}
	for _, s := range r.Scans {
		if s.Report == nil {
			continue // its verdict says why
		}
		file, err := s.Sarif(ctx)
		if err != nil {
			return nil, err
		}
		text, err := file.Contents(ctx)
		if err != nil {
			return nil, err
		}
		files[s.Name] = []byte(text)
	}
	text, err := scan.MergeSARIF(files)
	if err != nil {
		return nil, err
	}
	return dag.Directory().WithNewFile("security.sarif", string(text)).File("security.sarif"), nil
}

// Cyclonedx is the list of all packages (SBOM) of the image in CycloneDX.
func (r *ScanReport) Cyclonedx(ctx context.Context) (*dagger.File, error) {
	return r.scan("image").Cyclonedx(ctx)
}

// Spdx is the list of all packages (SBOM) of the image in SPDX.
func (r *ScanReport) Spdx(ctx context.Context) (*dagger.File, error) {
	return r.scan("image").Spdx(ctx)
}

func (r *ScanReport) scan(name string) *ScanResult {
	for _, s := range r.Scans {
		if s.Name == name {
			return s
		}
	}
	return &ScanResult{Name: name}
}

// Directory has a folder with the report for each scan, all verdicts in
// verdict.txt, all findings in security.sarif, and the file passed if they have.
func (r *ScanReport) Directory(ctx context.Context) (*dagger.Directory, error) {
	dir := dag.Directory()
	var failed []string // an output that fails hides no other
	if sarif, err := r.Sarif(ctx); err != nil {
		failed = append(failed, err.Error())
	} else {
		dir = dir.WithFile("security.sarif", sarif)
	}
	for _, s := range r.Scans {
		one, err := s.Directory(ctx)
		if err != nil {
			failed = append(failed, err.Error())
			one = dag.Directory().WithNewFile("verdict.txt", s.Text+"\n"+err.Error()+"\n")
		}
		dir = dir.WithDirectory(s.Name, one)
	}
	dir = dir.WithNewFile("verdict.txt", strings.Join(append([]string{r.Text}, failed...), "\n")+"\n")
	if r.Passed && len(failed) == 0 {
		dir = dir.WithNewFile("passed", r.Verdict+"\n")
	}
	return dir, nil
}
