package scan

import (
	"slices"
	"strings"
)

// EndRule is the ID of what EndOfLife finds.
const EndRule = "OC-I02"

// unlisted are distributions whose packages Trivy lists, but knows no
// vulnerabilities of; it says nothing of that.
var unlisted = []string{"activestate", "centos-stream", "fedora", "opensuse"}

// EndOfLife is a finding when nobody looks for vulnerabilities in the
// distribution of an image, so that none are found is no answer: it has come to
// its end, or was never looked at.
func (r Report) EndOfLife() []Finding {
	family, _, _ := strings.Cut(r.System, " ")
	f := Finding{Kind: Misconfiguration, ID: EndRule, Severity: High, Target: r.System}
	switch {
	case r.Ended:
		f.Title, f.Resolution = r.System+" is at its end of life: its vulnerabilities are no longer listed", "take a release that gets fixes"
	case slices.Contains(unlisted, family):
		f.Title, f.Resolution = "the scanner knows no vulnerabilities of "+r.System, "take a distribution whose vulnerabilities it knows, such as Debian, Ubuntu or Alpine"
	default:
		return nil
	}
	return []Finding{f}
}
