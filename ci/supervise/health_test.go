package supervise

import (
	"slices"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// Each check: how long after the start, whether it passes, and the state after it.
func TestCourse(t *testing.T) {
	const second = time.Second
	type check struct {
		since time.Duration
		ok    bool
		state State
	}
	health := func(interval, period, every time.Duration, retries int) stack.Healthcheck {
		return stack.Healthcheck{Interval: stack.Duration(interval), StartPeriod: stack.Duration(period), StartInterval: stack.Duration(every), Retries: retries}
	}
	for name, c := range map[string]struct {
		health stack.Healthcheck
		checks []check
		pauses []time.Duration
	}{
		"an early pass counts": {health(10*second, 0, 0, 1), []check{{early, true, Healthy}}, []time.Duration{early}},
		"an early failure does not, even as the only one": {health(10*second, 0, 5*second, 1),
			[]check{{early, false, ""}, {10 * second, false, Unhealthy}}, []time.Duration{early, 10 * second}},
		"retries": {health(second, 0, 0, 2),
			[]check{{early, false, ""}, {second, false, ""}, {2 * second, false, Unhealthy}, {3 * second, true, Healthy}}, nil},
		"the start period": {health(10*second, 20*second, second, 1),
			[]check{{early, false, ""}, {second, false, ""}, {19 * second, false, ""}, {20 * second, false, Unhealthy}},
			[]time.Duration{early, second, second, second}},
		"a failure after a pass, in the start period": {health(10*second, 20*second, second, 1),
			[]check{{early, true, Healthy}, {10 * second, false, Unhealthy}}, []time.Duration{early, 10 * second}},
		"an interval shorter than early": {health(100*time.Millisecond, 0, 0, 1), []check{{100 * time.Millisecond, false, Unhealthy}}, []time.Duration{100 * time.Millisecond}},
		"no retries":                     {health(second, 0, 0, 0), []check{{early, false, ""}, {second, false, Unhealthy}}, nil},
	} {
		course := course{health: c.health}
		var pauses []time.Duration
		var before time.Duration
		for i, check := range c.checks {
			pauses = append(pauses, course.pause(before))
			if got := course.count(check.since, check.ok); got != check.state {
				t.Errorf("%s: state %q after check %d, want %q", name, got, i+1, check.state)
			}
			before = check.since
		}
		if c.pauses != nil && !slices.Equal(pauses, c.pauses) {
			t.Errorf("%s: pauses %v, want %v", name, pauses, c.pauses)
		}
	}
}
