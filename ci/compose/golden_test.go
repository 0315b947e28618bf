package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/stack"
)

var update = flag.Bool("update", false, "write the golden files anew")

// good are the projects of testdata. Their plans are beside them.
var good = []struct {
	name    string
	options Options
	secrets []string // values that no rendering may show
}{
	{"production", Options{Dir: "testdata/production", EnvFiles: []string{"production.env"}, Profiles: []string{"backup"}},
		[]string{"correct-horse", "battery", "staple"}},
	{"features", Options{Dir: "testdata/features", Files: []string{"compose.yaml", "override.yaml"}, ProjectName: "all",
		Env: map[string]string{"API_TOKEN": "tok-12345", "SETTINGS_SECRET": "settings-12345"}},
		[]string{"tok-12345", "settings-12345", "npm-abcdef", "p w"}},
}

func TestGolden(t *testing.T) {
	for _, c := range good {
		t.Run(c.name, func(t *testing.T) {
			plan, err := Load(context.Background(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			text, err := json.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Indent(&got, text, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			file := filepath.Join("testdata", c.name+".json")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("the plan is not that of %s; `go test ./ci/compose -run TestGolden -update` writes it anew:\n%s", file, got.String())
			}
			for _, secret := range c.secrets {
				for _, shown := range []string{got.String(), plan.Text(), plan.Diagram(), plan.ASCII()} {
					if strings.Contains(shown, secret) {
						t.Errorf("%q is shown in\n%s", secret, shown)
					}
				}
			}
			revealed, err := plan.Reveal()
			if err != nil {
				t.Fatal(err)
			}
			var again stack.Plan
			if err := json.Unmarshal(revealed, &again); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*plan, again) {
				t.Errorf("a revealed plan comes back as another one:\ngot  %+v\nwant %+v", again, *plan)
			}
		})
	}
}
