package stack

import "github.com/octocode/octocode-ci/ci/problem"

// Severity says whether what is dropped changes what the stack does.
type Severity string

// The severities.
const (
	// Info has no effect in an engine: the stack does the same without it.
	Info Severity = "info"
	// Warn is something the stack does elsewhere and does not do in an engine.
	Warn Severity = "warn"
)

// NotCarriedOut is the code of what Strict reports.
const NotCarriedOut Code = "not-carried-out"

// Dropped is a key of a Compose file that an engine does not carry out.
type Dropped struct {
	// Service is "" for a key outside of the services.
	Service  string   `json:"service,omitempty"`
	Key      string   `json:"key"`
	Severity Severity `json:"severity"`
	Reason   string   `json:"reason"`
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"`
}

// String is one line: file, line, key and reason.
func (d Dropped) String() string {
	return problem.Place(d.File, d.Line) + problem.OneLine(d.path()+" is not carried out: "+d.Reason)
}

// path is the key from the top of the file.
func (d Dropped) path() string {
	if d.Service == "" {
		return d.Key
	}
	return "services." + d.Service + "." + d.Key
}

// Strict is the error of a plan that does not do all that the files ask for,
// or nil. Keys without an effect in an engine are no reason.
func (p Plan) Strict() error {
	var problems Problems
	for _, d := range p.Dropped {
		if d.Severity == Warn {
			problems = append(problems, Problem{Code: NotCarriedOut, File: d.File, Line: d.Line,
				Message: d.path() + " is not carried out", Fix: d.Reason})
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return problems
}
