package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
	"golang.org/x/sync/errgroup"
)

// Report is the result of the whole pipeline. All files are there also when a
// part has failed; the verdict is that of `sync`, which `dagger call ci` asks
// for by itself.
type Report struct {
	// Whether everything that the application defines has passed.
	Passed bool
	// The verdict in one line.
	Verdict string
	// The report for people.
	Text string
	// Digest of the production image; empty when it could not be built.
	ImageDigest string
	// Size of the production image in bytes.
	ImageBytes int
	// summary.txt, summary.md, summary.json, junit.xml, and a folder for each part with its output and reports.
	Directory *dagger.Directory
	// The production image; absent when it could not be built.
	Image *dagger.Container // +private
}

// Ci runs everything side by side and gives one report.
// These are packages, lint, typecheck, tests and the production image. A part
// that fails never hides the results of the others.
//
//	dagger call ci                                 # verdict and exit code
//	dagger call ci directory export --path build   # the reports, in any case
//
// +cache="session"
func (m *Octocode) Ci(
	ctx context.Context,
	// Version for labels and report.
	//
	// +optional
	version string,
	// Commit for labels and report.
	//
	// +optional
	commit string,
) (*Report, error) {
	start := time.Now()
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	var image *ProductionImage
	outcomes, err := m.parts(ctx, p, labels(version, commit, "", ""), &image)
	if err != nil {
		return nil, err
	}
	run := report.Run{Project: p.Name, Version: version, Commit: commit, Seconds: time.Since(start).Seconds()}
	dir := dag.Directory()
	for _, o := range outcomes {
		run.Parts = append(run.Parts, o.part)
		result, err := newResult(o)
		if err != nil {
			return nil, err
		}
		folder := strings.ReplaceAll(o.part.Name, ":", "-")
		if o.part.Output != "" {
			result.Reports = result.Reports.WithNewFile("output.log", o.part.Output)
		}
		dir = dir.WithDirectory(folder, result.Reports)
	}
	for _, warning := range p.Warnings {
		run.Warnings = append(run.Warnings, warning.String())
	}
	r := &Report{}
	if image != nil {
		r.Image, r.ImageDigest, r.ImageBytes = image.Container, image.Digest, image.Bytes
		run.Image = &report.Image{Tag: p.Name, Digest: image.Digest, Bytes: int64(image.Bytes)}
	}
	return r, r.fill(run, dir)
}

// parts runs all parts and returns their outcomes in the order of the report.
func (m *Octocode) parts(ctx context.Context, p *project.Project, labels []dagger.BuildArg, image **ProductionImage) ([]*outcome, error) {
	// Said once, not by each part.
	text, err := m.recipe(ctx, p)
	if err != nil {
		return nil, err
	}
	targets := []string{Development.target(), Production.target()}
	if m.Container != nil {
		targets = targets[1:]
	}
	if err := hasStages(p, text, targets...); err != nil {
		return nil, err
	}
	packages, err := m.dependencies(ctx, p)
	if err != nil {
		return nil, err
	}
	kinds := []project.Kind{project.Lint, project.Typecheck, project.Test, project.Build}
	outcomes := make([]*outcome, len(kinds)+1)
	outcomes[0] = packages
	if packages.part.Status == report.Failed {
		for i, kind := range kinds {
			outcomes[i+1] = &outcome{part: report.Part{Name: string(kind), Status: report.Skipped,
				Detail: "the packages could not be installed"}}
		}
		return outcomes, nil
	}
	var work errgroup.Group
	for i, kind := range kinds {
		work.Go(func() error {
			var err error
			if kind == project.Build {
				outcomes[i+1], *image, err = m.production(ctx, p, labels)
			} else {
				outcomes[i+1], err = m.quality(ctx, p, kind)
			}
			if err != nil {
				outcomes[i+1], err = broken(ctx, report.Part{Name: string(kind)}, err)
			}
			return err
		})
	}
	return outcomes, work.Wait()
}

// fill renders the run in all its forms.
func (r *Report) fill(run report.Run, dir *dagger.Directory) error {
	verdict := run.Verdict()
	r.Passed, r.Verdict = verdict.Passed, verdict.String()
	forms := map[string]func(*strings.Builder) error{
		"summary.txt":  func(w *strings.Builder) error { return run.Text(w, false) },
		"summary.md":   func(w *strings.Builder) error { return run.Markdown(w) },
		"summary.json": func(w *strings.Builder) error { return run.JSON(w) },
		"junit.xml":    func(w *strings.Builder) error { return run.JUnit(w) },
	}
	for name, write := range forms {
		var w strings.Builder
		if err := write(&w); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if name == "summary.txt" {
			r.Text = w.String()
		}
		dir = dir.WithNewFile(name, w.String())
	}
	r.Directory = dir
	return nil
}

// Sync fails unless the verdict is positive. It returns the ID of the reports:
// the CLI can only print IDs.
//
// +cache="never"
func (r *Report) Sync(ctx context.Context) (string, error) {
	if !r.Passed {
		return "", errors.New(r.Text)
	}
	id, err := r.Directory.ID(ctx)
	return string(id), err
}

// SummaryMd is the report in Markdown, for a job summary.
//
//	dagger call ci summary-md contents >> "$GITHUB_STEP_SUMMARY"
//
// +cache="never"
func (r *Report) SummaryMd() *dagger.File { return r.Directory.File("summary.md") }

// SummaryJson is the report for machines.
//
// +cache="never"
func (r *Report) SummaryJson() *dagger.File { return r.Directory.File("summary.json") }

// Junit is the report as JUnit XML: one suite for each part.
//
// +cache="never"
func (r *Report) Junit() *dagger.File { return r.Directory.File("junit.xml") }

// Container is the production image.
//
// +cache="never"
func (r *Report) Container() (*dagger.Container, error) {
	if r.Image == nil {
		return nil, errors.New("there is no production image: its build has failed")
	}
	return r.Image, nil
}
