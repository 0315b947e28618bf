package scan

import (
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	for _, c := range []struct{ output, want, err string }{
		{"Version: 0.74.0\n", "v0.74.0", ""},
		{"Version: v0.74.0\nVulnerability DB:\n  Version: 2\n", "v0.74.0", ""},
		{"Version: 0.69.4\n", "", "v0.69.4 is malicious"},
		{"Version: 0.69.5", "", "v0.69.5 is malicious"},
		{"Version: v0.69.6\n", "", "v0.69.6 is malicious"},
		{"Version: 0.69.3\n", "v0.69.3", ""},
		{"", "", "does not say its version"},
		{"Version: dev\n", "", "does not say its version"},
		{"  Version: 2\n", "", "does not say its version"},
	} {
		got, err := CheckVersion(c.output)
		if got != c.want || (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: got %q, %v", c.output, got, err)
		}
	}
}
