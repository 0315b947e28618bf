package supervise

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// poll is how often others are asked how they are.
const poll = 150 * time.Millisecond

// blocked is the error of a wait that cannot end well.
type blocked struct {
	service string
	reason  string
}

func (b *blocked) Error() string { return b.reason }

// await returns when all waits hold. progress gets a line for people whenever
// something else is waited for.
func await(ctx context.Context, c *client, spec Spec, progress func(string)) error {
	var limit <-chan time.Time
	if spec.Timeout > 0 {
		limit = time.After(time.Duration(spec.Timeout))
	}
	open := spec.Wait
	said := ""
	for {
		var still []Wait
		var troubles []string
		for _, w := range open {
			v, trouble := c.judge(ctx, spec, w)
			switch {
			case v == notYet:
				still = append(still, w)
				troubles = append(troubles, trouble)
			case v == never && w.Required:
				return &blocked{w.Service, trouble}
			}
		}
		open = still
		if len(open) == 0 {
			return nil
		}
		if text := describe(open); text != said {
			said = text
			progress(text)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit:
			return &blocked{open[0].Service, fmt.Sprintf("not ready within %s: %s", spec.Timeout, strings.Join(troubles, "; "))}
		case <-time.After(poll):
		}
	}
}

// judge looks at all containers of a service.
func (c *client) judge(ctx context.Context, spec Spec, w Wait) (verdict, string) {
	result, trouble := reached, ""
	for _, s := range c.statuses(ctx, spec.Hosts[w.Service]) {
		switch judge(s, w.Condition) {
		case never:
			return never, s.Trouble()
		case notYet:
			result, trouble = notYet, s.Trouble()
		}
	}
	return result, trouble
}

func describe(list []Wait) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = stack.Dependency{Service: w.Service, Condition: w.Condition, Required: true}.String()
	}
	return strings.Join(words, ", ")
}
