package project

import (
	"regexp"
	"strconv"
	"strings"
)

// span is a half-open interval of versions: from is in it, to is not.
type span struct{ from, to [3]int }

var (
	everything = [3]int{1 << 30, 0, 0}

	partialVersion = regexp.MustCompile(`^[vV]?(\d{1,6}|[xX*])(?:\.(\d{1,6}|[xX*]))?(?:\.(\d{1,6}|[xX*]))?(?:[-+].*)?$`)
	operatorSpace  = regexp.MustCompile(`(>=|<=|>|<|=|\^|~)\s+`)
	hyphenRange    = regexp.MustCompile(`^(\S+)\s+-\s+(\S+)$`)
)

// satisfies compares an exact version with a range as npm writes it, such as
// "^22.13 || >=24 <26". known is false when one of them is absent or written
// in a way that is not understood: that is no reason for a warning.
//
//	satisfies("24.21.0", ">=22.13") // true, true
func satisfies(version, ranges string) (ok, known bool) {
	v, parts, valid := parsePartial(strings.TrimSpace(version))
	if !valid || parts != 3 || strings.TrimSpace(ranges) == "" {
		return false, false
	}
	for _, alternative := range strings.Split(ranges, "||") {
		spans, valid := parseRange(strings.TrimSpace(alternative))
		if !valid {
			return false, false
		}
		inAll := true
		for _, s := range spans {
			inAll = inAll && !less(v, s.from) && less(v, s.to)
		}
		ok = ok || inAll
	}
	return ok, true
}

// parseRange reads comparators that must all hold.
func parseRange(s string) (spans []span, valid bool) {
	if m := hyphenRange.FindStringSubmatch(s); m != nil {
		s = ">=" + m[1] + " <=" + m[2]
	}
	for _, part := range strings.Fields(operatorSpace.ReplaceAllString(s, "$1")) {
		one, valid := parseComparator(part)
		if !valid {
			return nil, false
		}
		spans = append(spans, one)
	}
	return spans, true
}

func parseComparator(s string) (span, bool) {
	number := strings.TrimLeft(s, "<>=^~")
	operator := s[:len(s)-len(number)]
	from, parts, valid := parsePartial(number)
	if !valid {
		return span{}, false
	}
	to := above(from, parts) // "22" means all of 22
	switch operator {
	case "", "=":
		return span{from, to}, true
	case ">=":
		return span{from, everything}, true
	case ">":
		return span{to, everything}, true
	case "<":
		return span{[3]int{}, from}, true
	case "<=":
		return span{[3]int{}, to}, true
	case "~":
		return span{from, above(from, min(parts, 2))}, true
	case "^":
		fixed := 1 // the first number that is not zero may not change
		for fixed < parts && from[fixed-1] == 0 {
			fixed++
		}
		return span{from, above(from, min(parts, fixed))}, true
	}
	return span{}, false
}

// parsePartial reads up to three numbers and says how many are fixed.
func parsePartial(s string) (v [3]int, parts int, valid bool) {
	m := partialVersion.FindStringSubmatch(s)
	if m == nil {
		return v, 0, false
	}
	for i, text := range m[1:] {
		n, err := strconv.Atoi(text)
		if err != nil {
			break // absent, x or *: what follows is free too
		}
		v[i], parts = n, i+1
	}
	return v, parts, true
}

// above is the first version beyond all those with the same leading parts.
func above(v [3]int, parts int) [3]int {
	if parts == 0 {
		return everything
	}
	var next [3]int
	copy(next[:parts], v[:parts])
	next[parts-1]++
	return next
}

func less(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}
