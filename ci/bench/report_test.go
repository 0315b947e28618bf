package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func runsOf(scenario, subject string, seconds ...float64) []Run {
	var runs []Run
	for i, s := range seconds {
		runs = append(runs, Run{Scenario: scenario, Subject: subject, Number: i + 1, Seconds: s})
	}
	return runs
}

func TestGoals(t *testing.T) {
	tests := []struct {
		name    string
		runs    [][]Run
		verdict string
	}{
		{"cold faster", [][]Run{runsOf(cold, "b", 40), runsOf(cold, "c", 39)}, "met"},
		{"cold the same", [][]Run{runsOf(cold, "b", 40), runsOf(cold, "c", 40)}, "met"},
		{"cold slower", [][]Run{runsOf(cold, "b", 40), runsOf(cold, "c", 41)}, "not met"},
		{"cold, (b) left out", [][]Run{runsOf(cold, "c", 41)}, ""},
		{"cold, (c) left out", [][]Run{runsOf(cold, "b", 41)}, ""},
		{"nothing changed", [][]Run{runsOf(unchanged, "c", 9, 3, 2)}, "met"},
		{"nothing changed, slow", [][]Run{runsOf(unchanged, "c", 3.1)}, "not met"},
		{"nothing changed, not measured", [][]Run{runsOf(unchanged, "b", 1)}, ""},
		{"source, half", [][]Run{runsOf(source, "b", 20, 20), runsOf(source, "c", 10, 10)}, "met"},
		{"source, more than half", [][]Run{runsOf(source, "b", 20), runsOf(source, "c", 10.1)}, "not met"},
		{"module edited", [][]Run{runsOf(moduleEdited, "c", 7, 8, 9)}, "met"},
		{"module edited, slow", [][]Run{runsOf(moduleEdited, "c", 8.1)}, "not met"},
		{"module again", [][]Run{runsOf(moduleAgain, "c", 1)}, "met"},
		{"module again, slow", [][]Run{runsOf(moduleAgain, "c", 1.1)}, "not met"},
		{"lockfile has no goal", [][]Run{runsOf(lockfile, "b", 20), runsOf(lockfile, "c", 99)}, ""},
	}
	for _, test := range tests {
		var all []Run
		for _, runs := range test.runs {
			all = append(all, runs...)
		}
		table := rows(all)
		if len(table) != 1 || table[0].Verdict != test.verdict {
			t.Errorf("%s: %+v, want verdict %q", test.name, table, test.verdict)
		}
	}
}

// The module's own cold start is a row of its own, and only where it was seen.
func TestColdWithTheModule(t *testing.T) {
	runs := append(runsOf(cold, "b", 40), Run{Scenario: cold, Subject: "c", Seconds: 38, Loading: 30})
	table := rows(runs)
	if len(table) != 2 || table[0].C.Median != 38 || table[1].Scenario != coldAll || table[1].C.Median != 68 || table[1].B.Median != 40 {
		t.Errorf("table = %+v", table)
	}
	if table[1].Goal != "" {
		t.Error("the row with the module has a goal")
	}
}

func TestMarkdown(t *testing.T) {
	r := Report{
		Started:  time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC),
		Machine:  Machine{System: "Linux", Cores: 2, MemoryGB: 24, LoadBefore: 0.1, LoadAfter: 1},
		Versions: map[string]string{"node": "24.21.0", "buildkit": "v0.34.2"},
		LeftOut:  map[string]string{"(a)": "npm is not installed"},
	}
	r.Runs = append(runsOf(source, "b", 20, 22, 30), Run{Scenario: source, Subject: "c", Seconds: 10,
		Phases: []Phase{{"load module", 0.5}, {"ci", 9}},
		Steps:  []Step{{"[manifests 1/2] COPY . /src", "DONE", 0.2}, {"[dependencies 7/7] RUN a | b", "CACHED", 0}}})
	r.Rows = rows(r.Runs)
	var out strings.Builder
	if err := r.Markdown(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| one source file changed | – | 22.0 s (20.0–30.0) | 10.0 s | 0.45 | – | at most half of (b) | ✓ met |\n",
		"(a) was left out: npm is not installed.\n",
		"Versions: buildkit v0.34.2, node 24.21.0.\n",
		"| one source file changed | (c) | load module 0.5 · ci 9.0 |\n",
		"| `[manifests 1/2] COPY . /src` | run | 0.2 s |\n",
		"| `[dependencies 7/7] RUN a \\| b` | cached | 0.0 s |\n",
		"Linux, 2 cores, 24 GB of memory, 2026-01-02 03:04 UTC.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "busy") {
		t.Error("a quiet machine is called busy")
	}
	r.Machine.LoadBefore = 2
	out.Reset()
	if err := r.Markdown(&out); err != nil || !strings.Contains(out.String(), "**The machine was busy") {
		t.Errorf("a busy machine is not called so: %v", err)
	}
}

func TestJSONHoldsAllRuns(t *testing.T) {
	r := Report{Runs: runsOf(unchanged, "c", 1, 2, 3)}
	r.Rows = rows(r.Runs)
	var out bytes.Buffer
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || len(back.Runs) != 3 || back.Rows[0].C.Median != 2 || back.Rows[0].B != nil {
		t.Errorf("%v: %s", err, out.String())
	}
}
