package main

import "testing"

func TestSummarize(t *testing.T) {
	tests := []struct {
		name             string
		runs             []float64
		median, min, max float64
		text             string
	}{
		{"one", []float64{2.5}, 2.5, 2.5, 2.5, "2.5 s"},
		{"odd, unsorted", []float64{9, 1, 2}, 2, 1, 9, "2.0 s (1.0–9.0)"},
		{"even", []float64{4, 1, 2, 10}, 3, 1, 10, "3.0 s (1.0–10.0)"},
		{"all the same", []float64{3, 3}, 3, 3, 3, "3.0 s (3.0–3.0)"},
	}
	for _, test := range tests {
		s := summarize(test.runs)
		if s.Median != test.median || s.Min != test.min || s.Max != test.max || s.String() != test.text {
			t.Errorf("%s: %+v prints %q, want %q", test.name, s, s, test.text)
		}
	}
	if s := summarize(nil); s != nil || s.String() != "–" {
		t.Errorf("nothing measured: %v", s)
	}
	order := []float64{3, 1, 2}
	if summarize(order); order[0] != 3 {
		t.Error("the order of the runs was lost")
	}
}

func TestRatio(t *testing.T) {
	two, four := summarize([]float64{2}), summarize([]float64{4})
	tests := []struct {
		of, to *Summary
		want   float64
	}{{two, four, 0.5}, {four, two, 2}, {nil, two, 0}, {two, nil, 0}, {two, summarize([]float64{0}), 0}}
	for _, test := range tests {
		if got := ratio(test.of, test.to); got != test.want {
			t.Errorf("ratio of %v to %v = %v, want %v", test.of, test.to, got, test.want)
		}
	}
}
