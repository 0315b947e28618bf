package problem

import "testing"

func TestString(t *testing.T) {
	for want, p := range map[string]Problem{
		"compose.yaml:3: no image: add one":    {File: "compose.yaml", Line: 3, Message: "no image", Fix: "add one"},
		"compose.yaml: no image":               {File: "compose.yaml", Message: "no image"},
		"no image":                             {Message: "no image"},
		"a b:1: one line: for one [31mproblem": {File: "a\nb", Line: 1, Message: "one\tline", Fix: "for\u2028one \x1b[31mproblem"},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	ps := Problems{{Code: "a", Message: "first"}, {Code: "b", Message: "second"}}
	if got := ps.Error(); got != "first\nsecond" {
		t.Errorf("error %q", got)
	}
	if !ps.Has("b") || ps.Has("c") {
		t.Error("Has is wrong")
	}
}
