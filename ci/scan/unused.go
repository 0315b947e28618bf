package scan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Looked is what one scan has looked at, and the entries of ignore files that
// matched nothing in it.
type Looked struct {
	// Scan is its name: "source", "secrets", "config" or "image". Others look at
	// a part only, and tell nothing.
	Scan string `json:"scan"`
	// Kinds are the kinds of findings that it could have had; none after a failure.
	Kinds []Kind `json:"kinds"`
	// History says that it has looked at the past, too.
	History bool     `json:"history"`
	Unused  []Ignore `json:"unused"`
}

// scansOf are the scans that find a kind. An entry matches nothing only if it
// does so in all of them.
var scansOf = map[Kind][]string{
	Vulnerability: {"source", "image"}, Secret: {"secrets", "image"}, Misconfiguration: {"config"}, License: {"source"},
}

// Unused says which entries of ignore files match nothing any more, as far as
// these scans can tell, which were judged by the same entries. An entry for the
// image has nothing to match in the sources, and none of any kind has where
// that was not looked for.
//
//	notes := scan.Unused(source, secrets, image, config)
func Unused(scans ...Looked) []string {
	var notes []string
	if len(scans) == 0 {
		return nil
	}
	for _, ignore := range scans[0].Unused {
		everywhere := !slices.ContainsFunc(scans, func(s Looked) bool { return !slices.ContainsFunc(s.Unused, ignore.same) })
		if everywhere && ignore.judgeable(scans) {
			notes = append(notes, fmt.Sprintf("%s: %s matches nothing any more: remove it", ignore.Where, ignore.ID))
		}
	}
	return notes
}

// judgeable says whether each scan that could use the entry is among these.
func (i Ignore) judgeable(scans []Looked) bool {
	kind := i.kind()
	past := slices.ContainsFunc(i.Paths, func(path string) bool { return strings.HasPrefix(path, "history/") || strings.HasPrefix(path, "**") })
	scansOf := scansOf[kind]
	if i.ID == EndRule {
		scansOf = []string{"image"}
	}
	for _, name := range scansOf {
		at := slices.IndexFunc(scans, func(s Looked) bool { return s.Scan == name && slices.Contains(s.Kinds, kind) })
		if at < 0 || name == "secrets" && (past || len(i.Paths) == 0) && !scans[at].History {
			return false
		}
	}
	return len(scansOf) > 0
}

// What IDs look like, for the plain form of the file, which does not say the
// kind.
var (
	vulnerabilityID    = regexp.MustCompile(`^(CVE|GHSA|TEMP|DSA|DLA|GO)-`)
	misconfigurationID = regexp.MustCompile(`^(OC|DS|KSV|AVD)-`)
	secretID           = regexp.MustCompile(`^[a-z0-9-]+$`)
)

func (i Ignore) kind() Kind {
	switch {
	case i.Kind != "":
		return i.Kind
	case vulnerabilityID.MatchString(i.ID):
		return Vulnerability
	case misconfigurationID.MatchString(i.ID):
		return Misconfiguration
	case secretID.MatchString(i.ID):
		return Secret
	}
	return License
}

func (i Ignore) same(other Ignore) bool {
	return i.ID == other.ID && i.Kind == other.Kind && i.Where == other.Where && slices.Equal(i.Paths, other.Paths) && slices.Equal(i.PURLs, other.PURLs)
}
