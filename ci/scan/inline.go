package scan

import (
	"fmt"
	"regexp"
	"strings"
)

// inline is a comment by which Trivy leaves out findings without a word, also
// with --show-suppressed, and without a reason.
var inline = regexp.MustCompile(`(?:#|//)\s*(?:trivy|tfsec):ignore:(\S+)`)

// InlineRule is the ID of what InlineIgnores finds.
const InlineRule = "OC-I01"

// InlineIgnores are the comments of a file that hide findings in it from the
// report. They fail, for they have neither a reason nor an end.
//
//	findings := scan.InlineIgnores("Dockerfile", text)
func InlineIgnores(name, text string) []Finding {
	var all []Finding
	for i, line := range strings.Split(text, "\n") {
		for _, match := range inline.FindAllStringSubmatch(line, -1) {
			all = append(all, Finding{Kind: Misconfiguration, ID: InlineRule, Severity: High, Target: name, Line: i + 1,
				Title: fmt.Sprintf("a comment hides %s", match[1]), Resolution: fmt.Sprintf("move %s to .trivyignore.yaml, with a reason", match[1])})
		}
	}
	return all
}
