package report

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// legalXML drops raw control characters and colours, which some runners write
// and no parser accepts. It must not touch more than that: what clean does to
// a line could take a failed test with it.
func legalXML(s string) string {
	s = colours.ReplaceAllString(strings.ToValidUTF8(s, "\ufffd"), "")
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// looksLikeFile tells a class name "src/a.test.ts" from "add adds".
func looksLikeFile(s string) bool {
	if strings.ContainsAny(s, " \n") {
		return false
	}
	for _, end := range []string{".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// number reads seconds; what is no sensible number is 0.
func number(s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1e9 {
		return 0
	}
	return f
}

func headerCount(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > 1e9 {
		return 0
	}
	return n
}
