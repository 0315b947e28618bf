package project

import "testing"

func TestSatisfies(t *testing.T) {
	for _, c := range []struct {
		version, ranges string
		ok, known       bool
	}{
		{"24.21.0", ">=22.13", true, true},
		{"22.12.9", ">=22.13", false, true},
		{"24.21.0", ">= 22.13 < 25", true, true},
		{"25.0.0", ">=22.13 <25", false, true},
		{"24.21.0", ">24", false, true},
		{"25.0.0", ">24", true, true},
		{"24.21.0", "<=24", true, true},
		{"25.0.0", "<=24", false, true},
		{"24.21.0", "24", true, true},
		{"24.21.0", "v24.x", true, true},
		{"24.21.0", "=24.21.0", true, true},
		{"24.21.1", "24.21.0", false, true},
		{"24.21.0", "22 || 24", true, true},
		{"23.0.0", "22 || 24", false, true},
		{"24.21.0", "^24.3.1", true, true},
		{"24.3.0", "^24.3.1", false, true},
		{"25.0.0", "^24.3.1", false, true},
		{"0.10.5", "^0.10", true, true},
		{"0.11.0", "^0.10", false, true},
		{"24.3.9", "~24.3", true, true},
		{"24.4.0", "~24.3.1", false, true},
		{"24.4.0", "~24", true, true},
		{"20.5.0", "18 - 22", true, true},
		{"23.0.0", "18 - 22", false, true},
		{"24.21.0", "*", true, true},
		{"24.21.0", "x", true, true},
		{"24.21.0", "lts/*", false, false},
		{"24.21.0", ">=", false, false},
		{"24.21.0", "~>24", false, false},
		{"24.21.0", ">=22 || what", false, false},
		{"24.21.0", "99999999999999999999", false, false},
		{"24.21.0", "", false, false},
		{"24", ">=22", false, false},
		{"", ">=22", false, false},
		{"v24.21.0", ">=22", true, true},
	} {
		if ok, known := satisfies(c.version, c.ranges); ok != c.ok || known != c.known {
			t.Errorf("satisfies(%q, %q) is %v, %v", c.version, c.ranges, ok, known)
		}
	}
}
