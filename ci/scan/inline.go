package scan

import (
	"fmt"
	"regexp"
	"strings"
)

// inline is a comment by which Trivy leaves out findings without a word, also
// with --show-suppressed, and without a reason.
var inline = regexp.MustCompile(`(?:#|//)\s*(?:trivy|tfsec):ignore:(\S+)`)

// InlineIgnores says where a file that is scanned for its configuration has
// comments that hide findings. Nothing in a report tells of them.
//
//	notes := scan.InlineIgnores("Dockerfile", text)
func InlineIgnores(name, text string) []string {
	var notes []string
	for i, line := range strings.Split(text, "\n") {
		for _, match := range inline.FindAllStringSubmatch(line, -1) {
			notes = append(notes, fmt.Sprintf("%s:%d: a comment hides %s: move it to .trivyignore.yaml, with a reason", name, i+1, match[1]))
		}
	}
	return notes
}
