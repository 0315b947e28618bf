package main

import (
	"fmt"
	"slices"
)

// Summary is what several measurements of the same thing say, in seconds.
type Summary struct {
	Runs   []float64 `json:"runs"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
}

// summarize returns nil where nothing was measured.
func summarize(runs []float64) *Summary {
	if len(runs) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(runs))
	return &Summary{Runs: runs, Median: median(sorted), Min: sorted[0], Max: sorted[len(sorted)-1]}
}

// median of sorted values; of an even number it is the middle of the two in
// the middle.
func median(sorted []float64) float64 {
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// ratio of two medians; 0 where one of them is missing.
func ratio(of, to *Summary) float64 {
	if of == nil || to == nil || to.Median == 0 {
		return 0
	}
	return of.Median / to.Median
}

// String is the median, and the spread where there is one.
func (s *Summary) String() string {
	switch {
	case s == nil:
		return "–"
	case len(s.Runs) == 1:
		return fmt.Sprintf("%.1f s", s.Median)
	}
	return fmt.Sprintf("%.1f s (%.1f–%.1f)", s.Median, s.Min, s.Max)
}
