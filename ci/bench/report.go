package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Names of the scenarios.
const (
	cold      = "cold"
	unchanged = "nothing changed"
	source    = "one source file changed"
	lockfile  = "lockfile changed"
	// coldAll is cold and the time that the engine needs to load our module
	// when nothing of it is cached either.
	coldAll = "cold, the module too"
	// What the engine takes to load our module, of which every call begins with
	// the second.
	moduleEdited = "our module edited, loaded"
	moduleAgain  = "our module loaded again"
)

// Run is one measurement.
type Run struct {
	Scenario string  `json:"scenario"`
	Subject  string  `json:"subject"` // a, b or c
	Number   int     `json:"number"`
	Seconds  float64 `json:"seconds"`
	// Loading is the time before it that the pipeline's module took to load,
	// where its cache was empty as well.
	Loading float64 `json:"loadingSeconds,omitempty"`
	Phases  []Phase `json:"phases,omitempty"`
	// Steps are those that the engine reported.
	Steps []Step `json:"steps,omitempty"`
	// log is the engine's whole report.
	log string
}

// Phase is a part of a run.
type Phase struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// Machine is where the measurements were taken.
type Machine struct {
	System   string  `json:"system"`
	Cores    int     `json:"cores"`
	MemoryGB float64 `json:"memoryGB"`
	// LoadBefore and LoadAfter are the load averages of the last minute.
	LoadBefore float64 `json:"loadBefore"`
	LoadAfter  float64 `json:"loadAfter"`
}

// busy says that others used the machine when the measurements began.
func (m Machine) busy() bool { return m.LoadBefore > 0.5*float64(m.Cores) }

// Report is everything that one call of the yardstick found out.
type Report struct {
	Started  time.Time         `json:"started"`
	Seconds  float64           `json:"seconds"`
	Machine  Machine           `json:"machine"`
	Versions map[string]string `json:"versions"`
	// LeftOut says of what was not measured why.
	LeftOut map[string]string `json:"leftOut,omitempty"`
	Rows    []Row             `json:"rows"`
	Runs    []Run             `json:"runs"`
}

// Row is one scenario of the table.
type Row struct {
	Scenario string   `json:"scenario"`
	A        *Summary `json:"a"`
	B        *Summary `json:"b"`
	C        *Summary `json:"c"`
	// CtoB and CtoA are ratios of the medians; 0 where one is missing.
	CtoB float64 `json:"cToB"`
	CtoA float64 `json:"cToA"`
	Goal string  `json:"goal,omitempty"`
	// Verdict is "met", "not met", or empty where it cannot be told.
	Verdict string `json:"verdict,omitempty"`
}

// goals are what the pipeline is held to. The second value says whether that
// can be told.
var goals = map[string]struct {
	text string
	met  func(Row) (met, known bool)
}{
	cold:         {"no slower than (b)", func(r Row) (bool, bool) { return r.CtoB <= 1, r.CtoB > 0 }},
	unchanged:    {"at most 3 s", func(r Row) (bool, bool) { return r.C != nil && r.C.Median <= 3, r.C != nil }},
	moduleEdited: {"at most 8 s", func(r Row) (bool, bool) { return r.C != nil && r.C.Median <= 8, r.C != nil }},
	moduleAgain:  {"at most 1 s", func(r Row) (bool, bool) { return r.C != nil && r.C.Median <= 1, r.C != nil }},
	source:       {"at most half of (b)", func(r Row) (bool, bool) { return r.CtoB <= 0.5, r.CtoB > 0 }},
}

// rows makes the table of all runs.
func rows(runs []Run) []Row {
	var table []Row
	for _, scenario := range []string{cold, coldAll, unchanged, source, lockfile, moduleEdited, moduleAgain} {
		times := map[string][]float64{}
		loaded := false
		for _, run := range runs {
			switch {
			case run.Scenario == scenario:
				times[run.Subject] = append(times[run.Subject], run.Seconds)
			case run.Scenario == cold && scenario == coldAll:
				times[run.Subject] = append(times[run.Subject], run.Seconds+run.Loading)
				loaded = loaded || run.Loading > 0
			}
		}
		if len(times) == 0 || scenario == coldAll && !loaded {
			continue
		}
		row := Row{Scenario: scenario, A: summarize(times["a"]), B: summarize(times["b"]), C: summarize(times["c"])}
		row.CtoB, row.CtoA = ratio(row.C, row.B), ratio(row.C, row.A)
		if goal, ok := goals[scenario]; ok {
			row.Goal = goal.text
			if met, known := goal.met(row); known {
				row.Verdict = map[bool]string{true: "met", false: "not met"}[met]
			}
		}
		table = append(table, row)
	}
	return table
}

// lastSteps are the steps of the pipeline's last run of a scenario.
func (r Report) lastSteps(scenario string) []Step {
	for i := len(r.Runs) - 1; i >= 0; i-- {
		if run := r.Runs[i]; run.Scenario == scenario && len(run.Steps) > 0 {
			return run.Steps
		}
	}
	return nil
}

// JSON writes everything, for machines.
func (r Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// Markdown writes the tables.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# The pipeline against what it replaces\n\n")
	fmt.Fprintf(&b, "%s, %d cores, %.0f GB of memory, %s.", r.Machine.System, r.Machine.Cores, r.Machine.MemoryGB,
		r.Started.UTC().Format("2006-01-02 15:04 UTC"))
	fmt.Fprintf(&b, " Median, and smallest to largest where there are several runs. Load average %.1f before, %.1f after.\n\n",
		r.Machine.LoadBefore, r.Machine.LoadAfter)
	if r.Machine.busy() {
		fmt.Fprintf(&b, "**The machine was busy with something else when this began: the times are too long, the ratios doubtful.**\n\n")
	}
	fmt.Fprintf(&b, "| | (a) bare commands | (b) Makefile on BuildKit | (c) `dagger call ci` | c/b | c/a | goal | |\n")
	fmt.Fprintf(&b, "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", row.Scenario, row.A, row.B, row.C,
			times(row.CtoB), times(row.CtoA), row.Goal, mark(row.Verdict))
	}
	for _, what := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(&b, "\n%s was left out: %s.\n", what, r.LeftOut[what])
	}
	fmt.Fprintf(&b, "\n%s", method)
	fmt.Fprintf(&b, "\nVersions:")
	for i, name := range slices.Sorted(maps.Keys(r.Versions)) {
		if i > 0 {
			fmt.Fprint(&b, ",")
		}
		fmt.Fprintf(&b, " %s %s", name, r.Versions[name])
	}
	fmt.Fprint(&b, ".\n")
	r.phases(&b)
	if steps := r.lastSteps(source); steps != nil {
		fmt.Fprintf(&b, "\n## Steps of (c) after the edit of one source file\n\n")
		fmt.Fprintf(&b, "What a cached step stands on was not looked at and is not listed.\n\n")
		fmt.Fprintf(&b, "| step | | |\n| --- | --- | ---: |\n")
		for _, step := range steps {
			fmt.Fprintf(&b, "| `%s` | %s | %.1f s |\n", strings.ReplaceAll(step.Name, "|", "\\|"), stepStates[step.State], step.Seconds)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// phases shows where the time went, as the medians of all runs.
func (r Report) phases(b *strings.Builder) {
	type key struct{ scenario, subject, phase string }
	seconds := map[key][]float64{}
	var order []key
	for _, run := range r.Runs {
		for _, phase := range run.Phases {
			k := key{run.Scenario, run.Subject, phase.Name}
			if seconds[k] == nil {
				order = append(order, k)
			}
			seconds[k] = append(seconds[k], phase.Seconds)
		}
	}
	if len(order) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## Where the time goes\n\n| | | parts, by their medians |\n| --- | --- | --- |\n")
	for i, k := range order {
		if i == 0 || k.scenario != order[i-1].scenario || k.subject != order[i-1].subject {
			if i > 0 {
				fmt.Fprint(b, " |\n")
			}
			fmt.Fprintf(b, "| %s | (%s) | ", k.scenario, k.subject)
		} else {
			fmt.Fprint(b, " · ")
		}
		fmt.Fprintf(b, "%s %.1f", k.phase, summarize(seconds[k]).Median)
	}
	fmt.Fprint(b, " |\n")
}

var stepStates = map[string]string{"CACHED": "cached", "DONE": "run", "ERROR": "failed"}

// method says how the columns were measured.
const method = `(a) On the host, one after another: pnpm install --frozen-lockfile, prisma
generate, lint, typecheck, test, build; with the image's versions of Node.js and
pnpm. It makes no image. (b) As a Makefile does: build the image from
docker/Dockerfile, then lint, typecheck and test one after another in containers
of its development stage, which run each time as ` + "`docker run`" + ` would. (c) The
same Dockerfile and commands through the pipeline, which also collects coverage,
writes the reports and computes the digest of the image as an archive. Each has
a copy of its own of the example application; the runs take turns. Cold: all
caches of packages, layers and base images removed, images come from where they
always come; BuildKit itself and, in the first row, the pipeline's module are
ready.
`

func times(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", ratio)
}

func mark(verdict string) string {
	switch verdict {
	case "met":
		return "✓ met"
	case "not met":
		return "✗ not met"
	}
	return ""
}
