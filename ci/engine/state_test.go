package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStartOnState(t *testing.T) {
	ended := fmt.Errorf("engine %w, its log says: snapshot not active", errEnded)
	tests := map[string]struct {
		errs   []error // one for each start
		empty  bool
		kept   bool // the old state is in use at the end
		aside  bool // and else lies beside it
		wantOK bool
	}{
		"starts":                              {errs: []error{nil}, kept: true, wantOK: true},
		"starts at the second try":            {errs: []error{ended, nil}, kept: true, wantOK: true},
		"the state was broken":                {errs: []error{ended, ended, nil}, aside: true, wantOK: true},
		"the state was not to blame":          {errs: []error{ended, ended, ended}, kept: true},
		"it runs but never answers":           {errs: []error{errors.New("not ready in 1m0s")}, kept: true},
		"an empty state cannot be the reason": {errs: []error{ended, ended}, empty: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			cached := filepath.Join(state, "cached")
			if err := os.Mkdir(state, 0o755); err != nil {
				t.Fatal(err)
			}
			if !test.empty {
				if err := os.WriteFile(cached, nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var starts int
			var said strings.Builder
			err := startOnState(state, func() error {
				starts++
				// A start that fails leaves something behind as well.
				_ = os.WriteFile(filepath.Join(state, "lock"), nil, 0o644)
				return test.errs[starts-1]
			}, func(format string, args ...any) { fmt.Fprintf(&said, format, args...) })
			if (err == nil) != test.wantOK || starts != len(test.errs) {
				t.Errorf("%d starts, error %v", starts, err)
			}
			if !test.wantOK && !errors.Is(err, test.errs[0]) {
				t.Errorf("the first error is lost: %v", err)
			}
			if exists(cached) != test.kept || exists(filepath.Join(setAside(state), "cached")) != test.aside {
				t.Errorf("state kept %v, set aside %v", exists(cached), exists(setAside(state)))
			}
			if told := strings.Contains(said.String(), "empty"); told != (starts == 3) {
				t.Errorf("said %q", said.String())
			}
		})
	}
}
