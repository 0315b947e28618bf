package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/octocode/octocode-ci/ci/pins"
	"golang.org/x/sys/unix"
)

// session is one call of the yardstick.
type session struct {
	options
	root, home string
	steps      *engine.Steps
	app        *application
	tools      *tools
	subjects   []subject
	report     Report
}

// needGB is what the layers, stores and copies of all subjects take.
const needGB = 12

// measure prepares everything, takes all measurements, and writes the report.
func measure(ctx context.Context, o options) (err error) {
	s := &session{options: o, steps: &engine.Steps{W: os.Stderr}}
	s.report = Report{Started: time.Now(), Machine: thisMachine(), LeftOut: map[string]string{}, Versions: map[string]string{}}
	if s.root, err = engine.FindSource(); err != nil {
		return err
	}
	s.home = filepath.Join(string(engine.FindHome()), "bench")
	unlock, err := lock(s.home)
	if err != nil {
		return err
	}
	defer unlock()
	if free, err := freeGB(s.home); err != nil || free < needGB {
		return errors.Join(fmt.Errorf("%s has %.1f GB left, the measurements need %d: free some, or set OCTOCODE_HOME to a larger disk", s.home, free, needGB), err)
	}
	nonce := strconv.FormatInt(time.Now().UnixNano(), 36)
	if s.app, err = loadApplication(ctx, filepath.Join(s.root, "examples/octocode"), nonce); err != nil {
		return err
	}
	work := filepath.Join(s.home, "work")
	defer func() {
		err = errors.Join(err, os.RemoveAll(work))
		// Where the next call begins cold, what is cached now is of no use.
		if o.coldRuns > 0 {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.home, "buildkit")), os.RemoveAll(filepath.Join(s.home, "host")))
		}
	}()
	stop, err := s.prepare(ctx, work)
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return err
	}
	if len(s.subjects) == 0 {
		return fmt.Errorf("nothing can be measured: %v", s.report.LeftOut)
	}
	// What was measured before a failure is not lost.
	failure := s.scenarios(ctx, work)
	if failure != nil {
		if len(s.report.Runs) == 0 {
			return failure
		}
		s.leaveOut("", "the rest", failure)
	}
	s.report.Seconds = time.Since(s.report.Started).Seconds()
	s.report.Machine.LoadAfter = loadAverage()
	s.report.Rows = rows(s.report.Runs)
	return errors.Join(failure, write(s.report, o.out))
}

// lock keeps a second yardstick from working in the same folder.
func lock(home string) (unlock func(), err error) {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write %s: run as root, or set OCTOCODE_HOME to a folder of yours", home)
	}
	file, err := os.OpenFile(filepath.Join(home, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("another bench is at work"), file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// prepare sets up the subjects that are asked for; what cannot be is noted
// with its reason. The returned function stops what was started.
func (s *session) prepare(ctx context.Context, work string) (stop func() error, err error) {
	stop = func() error { return nil }
	runner, err := engine.Up(ctx, engine.Options{Quick: true, Log: os.Stderr})
	if err != nil {
		return stop, err
	}
	status := engine.GetStatus(ctx)
	s.report.Versions["engine"] = pins.Engine
	s.report.Versions["Go"] = runtime.Version()

	err = s.steps.Do("fetch Node.js and pnpm", func() (err error) {
		s.tools, err = installTools(ctx, s.root, s.home, s.app.manager)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return stop, ctx.Err()
	case err != nil:
		s.leaveOut("a", "(a)", err)
		s.leaveOut("", "the changed lockfile", err)
	default:
		s.report.Versions["Node.js"], s.report.Versions["pnpm"] = pins.Node, strings.TrimPrefix(s.app.manager, "pnpm@")
	}
	if s.only["a"] && s.tools != nil {
		s.subjects = append(s.subjects, &bare{dir: filepath.Join(work, "a"), app: s.app, tools: s.tools})
	}
	if s.only["b"] {
		if runner.Kind != "local" {
			s.leaveOut("b", "(b)", errors.New("BuildKit runs beside an engine of our own only"))
		} else if stop, err = s.prepareBuildKit(ctx, work, status.Registry); err != nil {
			return stop, err
		}
	}
	if s.only["c"] {
		s.subjects = append(s.subjects, &pipeline{dir: filepath.Join(work, "c"), root: s.root})
	}
	if s.coldRuns > 0 && runner.Kind != "local" {
		s.leaveOut("", "the cold scenario", errors.New("the engine is not ours, so its cache is not ours to prune"))
		s.coldRuns = 0
	}
	for _, subject := range s.subjects {
		if err := s.app.copyTo(ctx, subject.folder()); err != nil {
			return stop, err
		}
	}
	return stop, nil
}

func (s *session) leaveOut(letter, what string, reason error) {
	if letter == "" || s.only[letter] {
		first, _, _ := strings.Cut(reason.Error(), "\n")
		s.report.LeftOut[what] = first
		s.steps.Printf("· %s is left out: %s", what, first)
	}
}

// scenarios takes all measurements. In each of them the subjects take turns,
// so that what disturbs the machine for a while disturbs all of them.
func (s *session) scenarios(ctx context.Context, work string) error {
	for n := 1; n <= s.coldRuns; n++ {
		if err := s.turn(ctx, cold, n, nil); err != nil {
			return err
		}
	}
	if s.coldRuns == 0 {
		if err := s.turn(ctx, "", 1, nil); err != nil {
			return err
		}
	}
	for n := 1; n <= s.runs; n++ {
		if err := s.turn(ctx, unchanged, n, nil); err != nil {
			return err
		}
	}
	for n := 1; n <= s.runs; n++ {
		if err := s.turn(ctx, source, n, s.app.editPage(n)); err != nil {
			return err
		}
	}
	if err := s.module(ctx, filepath.Join(work, "module")); err != nil {
		return err
	}
	if s.tools == nil {
		return nil
	}
	scratch := filepath.Join(work, "lockfile")
	for n := 1; n <= s.runs; n++ {
		changed, err := s.app.editLockfile(ctx, s.tools, scratch, n)
		if err != nil {
			return err
		}
		if err := s.turn(ctx, lockfile, n, changed); err != nil {
			return err
		}
	}
	return nil
}

// turn measures each subject once, after the edit. Without a name of the
// scenario it only fills the caches.
func (s *session) turn(ctx context.Context, scenario string, number int, change edit) error {
	for _, subject := range s.subjects {
		run := Run{Scenario: scenario, Subject: subject.letter(), Number: number}
		if scenario == cold {
			err := s.steps.Do("("+run.Subject+") remove all caches", func() error {
				loading, err := subject.clear(ctx)
				run.Loading = loading.Seconds()
				return err
			})
			if err != nil {
				return err
			}
		}
		if err := change.write(subject.folder()); err != nil {
			return err
		}
		name := fmt.Sprintf("(%s) %s, run %d", run.Subject, scenario, number)
		if scenario == "" {
			name = "(" + run.Subject + ") fill the caches"
		}
		err := s.steps.Do(name, func() error {
			start := time.Now()
			r, err := subject.run(ctx)
			run.Seconds = time.Since(start).Seconds()
			run.Phases, run.Steps, run.log = r.phases, r.steps, r.log
			return err
		})
		if err != nil {
			return fmt.Errorf("(%s): %w", run.Subject, err)
		}
		if scenario != "" {
			s.report.Runs = append(s.report.Runs, run)
		}
	}
	return nil
}
