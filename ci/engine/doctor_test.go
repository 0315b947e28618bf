package engine

import (
	"strings"
	"testing"
)

func TestNewEnough(t *testing.T) {
	for version, want := range map[string]bool{"go1.26": true, "go1.26.8": true, "go1.27rc1": true, "go1.25.9": false, "go1.9": false, "": false} {
		if got := newEnough(version); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}

func TestEnough(t *testing.T) {
	tests := map[string]struct {
		free  int64
		ready bool
		want  string
	}{
		"a new machine":               {20e9, false, ""},
		"too small for one":           {5e9, false, "have 9 GB free there, or set OCTOCODE_HOME to a larger disk"},
		"one that is set up":          {5e9, true, ""},
		"full, though it is set up":   {100e6, true, "have 1 GB free there, or set OCTOCODE_HOME to a larger disk"},
		"full, and nothing there yet": {0, false, "have 9 GB free there"},
	}
	for name, test := range tests {
		r := enough(test.free, test.ready, "/srv/engine")
		if r.Found != (test.want == "") || !strings.Contains(r.Fix, test.want) {
			t.Errorf("%s: %+v, want %q", name, r, test.want)
		}
	}
}
