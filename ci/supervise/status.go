package supervise

import (
	"fmt"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
)

// State is where a service is in its life.
type State string

// The states. Of Healthy, Unhealthy and Running a service with a health check
// has the first two, and Starting until it knows.
const (
	Waiting   State = "waiting"   // for other services
	Starting  State = "starting"  // the process runs, its health is not known yet
	Running   State = "running"   // there is no health check
	Healthy   State = "healthy"   // the health check passes
	Unhealthy State = "unhealthy" // it has failed as often as it may
	Exited    State = "exited"    // the process has ended; ExitCode says how
	Failed    State = "failed"    // the process was never started; Reason says why
	Lost      State = "lost"      // the container does not answer
)

// Status is what a supervisor tells of its service.
type Status struct {
	Name     string `json:"name"`
	State    State  `json:"state"`
	ExitCode int    `json:"exitCode"`
	// Checked is true for a service with a health check: its end is no health.
	Checked bool `json:"checked,omitempty"`
	// Reason of Waiting and Failed, for people.
	Reason string `json:"reason,omitempty"`
	// Blocked is the service whose failure is the reason.
	Blocked string `json:"blocked,omitempty"`
	// Health is the output of the last check, Checks how many have run.
	Health string `json:"health,omitempty"`
	Checks int    `json:"checks"`
	// Seconds from the start of the container to the state that others wait for.
	Ready float64 `json:"ready"`
}

// verdict of a status against a condition.
type verdict int

const (
	notYet verdict = iota
	reached
	never
)

// done is a process that has ended well, as one does that runs once.
func (s Status) done() bool { return s.State == Exited && s.ExitCode == 0 }

// judge says whether a service is where it is waited for. What has ended well
// has been started, whether or not somebody looked meanwhile.
func judge(s Status, condition string) verdict {
	switch s.State {
	case Waiting, Lost:
		return notYet
	case Failed:
		return never
	case Exited:
		if s.done() && (condition != stack.Healthy || !s.Checked) {
			return reached
		}
		return never
	}
	switch condition {
	case stack.Completed:
		return notYet
	case stack.Healthy:
		switch s.State {
		case Healthy, Running:
			return reached
		case Unhealthy:
			return never
		}
		return notYet
	}
	return reached
}

// Trouble is one line that says what is wrong with a service, "" when nothing
// is.
func (s Status) Trouble() string {
	switch s.State {
	case Failed:
		return s.Name + " was not started: " + s.Reason
	case Exited:
		return fmt.Sprintf("%s has ended with exit code %d", s.Name, s.ExitCode)
	case Unhealthy:
		text := s.Name + " is unhealthy"
		if s.Health != "" {
			text += ": " + strings.Join(strings.Fields(s.Health), " ")
		}
		return text
	case Starting:
		text := s.Name + " did not become healthy in time"
		if s.Health != "" {
			text += ": " + strings.Join(strings.Fields(s.Health), " ")
		}
		return text
	case Waiting:
		return s.Name + " still waits: " + s.Reason
	case Lost:
		return s.Name + " does not answer"
	}
	return ""
}
