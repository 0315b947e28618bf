package scan

import (
	"strings"
	"testing"
)

func TestBaselineThatIsNone(t *testing.T) {
	for _, bad := range []string{"", "{", "{}", "[{}]", `[{"id":"a","kind":"secret"}]`} {
		if _, err := ParseBaseline([]byte(bad)); err == nil || !strings.Contains(err.Error(), "write it again") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	got, err := ParseBaseline([]byte(`[{"kind":"secret","id":"aws","target":"a"}]`))
	if err != nil || len(got) != 1 || got[0].ID != "aws" {
		t.Errorf("got %v, %v", got, err)
	}
}

// Of two, the one that stands where it stood is the known one.
func TestNewFindingIsTheOneThatIsNew(t *testing.T) {
	report, err := Parse([]byte(secrets(2, 7)))
	if err != nil {
		t.Fatal(err)
	}
	known := []Finding{{Kind: Secret, ID: "aws", Target: ".env", Line: 7}}
	v := Judge(report.Findings, Policy{Baseline: known, Now: now})
	if len(v.Failing) != 1 || v.Failing[0].Line != 2 || len(v.Known) != 1 || v.Known[0].Line != 7 {
		t.Errorf("failing %+v, known %+v", v.Failing, v.Known)
	}
}
