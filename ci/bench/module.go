package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// moduleMain is the source file of the module that is edited.
const moduleMain = ".dagger/main.go"

// module measures how long the engine takes to load our module: after an edit
// of it, and once more. A copy is edited, as a consumer gets it.
func (s *session) module(ctx context.Context, dir string) error {
	if !s.only["c"] {
		return nil
	}
	files, err := moduleFiles(ctx, s.root)
	if err != nil {
		return err
	}
	if err := (&application{files: files}).copyTo(ctx, dir); err != nil {
		return err
	}
	pipeline := &pipeline{dir: dir, root: s.root}
	for n := 0; n <= s.runs; n++ {
		text := fmt.Appendf(nil, "%s\n// bench %s %d\n", files[moduleMain], s.app.nonce, n)
		if err := (edit{moduleMain: text}).write(dir); err != nil {
			return err
		}
		for _, scenario := range []string{moduleEdited, moduleAgain} {
			err := s.steps.Do(fmt.Sprintf("(c) %s, run %d", scenario, n), func() error {
				start := time.Now()
				_, _, err := pipeline.dagger("functions", "-m", dir).run(ctx)
				// The first only fills the caches.
				if n > 0 && err == nil {
					s.report.Runs = append(s.report.Runs, Run{Scenario: scenario, Subject: "c", Number: n, Seconds: time.Since(start).Seconds()})
				}
				return err
			})
			if err != nil {
				return fmt.Errorf("(c): %w", err)
			}
		}
	}
	return nil
}

// moduleFiles are the files of this repository that make up the module.
func moduleFiles(ctx context.Context, root string) (map[string][]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, "dagger.json"))
	if err != nil {
		return nil, err
	}
	var module struct {
		Source  string
		Include []string
	}
	if err := json.Unmarshal(data, &module); err != nil {
		return nil, fmt.Errorf("read dagger.json: %w", err)
	}
	files, err := filesOf(ctx, root, append(module.Include, "dagger.json", module.Source)...)
	if err == nil && files[moduleMain] == nil {
		err = fmt.Errorf("the module has no %s, which the yardstick edits", moduleMain)
	}
	return files, err
}
