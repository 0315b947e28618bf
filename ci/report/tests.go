package report

// Tests are the results of a test runner.
type Tests struct {
	Total    int       `json:"total"`
	Failed   int       `json:"failed"`
	Skipped  int       `json:"skipped"`
	Seconds  float64   `json:"seconds"`
	Failures []Failure `json:"failures"`
	// Cases are all tests, for the JUnit report.
	Cases []Case `json:"-"`
}

// Failure is a test that failed.
type Failure struct {
	Name    string `json:"name"`
	File    string `json:"file,omitempty"`
	Message string `json:"message"` // one line
}

// Case is one test. Status is Passed, Failed or Skipped.
type Case struct {
	Name    string
	File    string
	Seconds float64
	Status  Status
	Message string // one line
	Text    string // the whole message, with its stack
}

// Executed is the number of tests that were really run.
func (t *Tests) Executed() int { return t.Total - t.Skipped }

// add counts a case.
func (t *Tests) add(c Case) {
	t.Total++
	switch c.Status {
	case Failed:
		t.Failed++
		t.Failures = append(t.Failures, Failure{Name: c.Name, File: c.File, Message: c.Message})
	case Skipped:
		t.Skipped++
	}
	t.Cases = append(t.Cases, c)
}

// claim takes a higher number of failures that a file states in its header: a
// runner that lists less than it counted must not make the run look better.
func (t *Tests) claim(failed int) {
	missing := failed - t.Failed
	if missing <= 0 {
		return
	}
	t.add(Case{Name: count(missing, "failure") + " without a name", Status: Failed,
		Message: "the test runner counted more failures than it listed"})
	t.Failed += missing - 1
	t.Total += missing - 1
}
