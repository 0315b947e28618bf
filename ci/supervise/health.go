package supervise

import (
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// early is when the first check runs: nobody has to wait for the first turn.
const early = 200 * time.Millisecond

// course is how the checks of a service have gone. Failures within the start
// period do not count, and until it is over or a check has passed, the checks
// follow each other faster. Docker waits one interval before the first check;
// one that is earlier here counts only when it passes.
type course struct {
	health           stack.Healthcheck
	checks, failures int
	passed, ahead    bool
}

// pause is how long to wait before the next check, so long after the start.
func (c *course) pause(since time.Duration) time.Duration {
	pause := time.Duration(c.health.Interval)
	if every := time.Duration(c.health.StartInterval); every > 0 && !c.passed && since < time.Duration(c.health.StartPeriod) {
		pause = min(pause, every)
	}
	c.ahead = c.checks == 0 && early < pause
	if c.ahead {
		return early
	}
	return pause
}

// count takes the result of a check and returns the state that follows from it,
// "" when that is open.
func (c *course) count(since time.Duration, ok bool) State {
	c.checks++
	switch {
	case ok:
		c.failures, c.passed = 0, true
		return Healthy
	case !c.ahead && (c.passed || since >= time.Duration(c.health.StartPeriod)):
		c.failures++
	}
	if c.failures >= max(1, c.health.Retries) {
		return Unhealthy
	}
	return ""
}
