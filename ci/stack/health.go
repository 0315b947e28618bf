package stack

import "strings"

// HealthKind says how a health check is run.
type HealthKind string

// The kinds of health checks, named as Compose names them.
const (
	HealthCommand HealthKind = "CMD"       // Argv is the command
	HealthShell   HealthKind = "CMD-SHELL" // Argv is one line for the shell
	HealthNone    HealthKind = "NONE"
)

// Healthcheck decides when a service is ready. The defaults of Compose are
// filled in.
type Healthcheck struct {
	Kind HealthKind `json:"kind"`
	Argv []string   `json:"argv"`
	// Disabled checks run nothing, not even that of the image.
	Disabled bool     `json:"disabled,omitempty"`
	Interval Duration `json:"interval"`
	Timeout  Duration `json:"timeout"`
	// Retries is how many failures in a row make a service unhealthy; those
	// within StartPeriod do not count, and run every StartInterval.
	Retries       int      `json:"retries"`
	StartPeriod   Duration `json:"startPeriod"`
	StartInterval Duration `json:"startInterval"`
}

// String is one line for people.
func (h *Healthcheck) String() string {
	switch {
	case h == nil:
		return ""
	case h.Disabled:
		return "disabled"
	}
	return strings.Join(h.Argv, " ") + " every " + h.Interval.String()
}

// Conditions of a Dependency, named as Compose names them.
const (
	Started   = "service_started"
	Healthy   = "service_healthy"
	Completed = "service_completed_successfully"
)

// Dependency is a service that comes first.
type Dependency struct {
	Service   string `json:"service"`
	Condition string `json:"condition"`
	// Required is false when the service may fail to get there.
	Required bool `json:"required"`
	// Restart asks for a restart together with the other service.
	Restart bool `json:"restart,omitempty"`
}

// String is the service and what is waited for, such as "db healthy".
func (d Dependency) String() string {
	text := d.Service
	switch d.Condition {
	case Healthy:
		text += " healthy"
	case Completed:
		text += " completed"
	}
	if !d.Required {
		text += " (optional)"
	}
	return text
}
