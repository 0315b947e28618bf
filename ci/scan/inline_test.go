package scan

import (
	"fmt"
	"slices"
	"testing"
)

func TestInlineIgnores(t *testing.T) {
	var got []string
	for _, f := range InlineIgnores("Dockerfile", "# trivy:ignore:DS-0002\nFROM a:1\nUSER root #trivy:ignore:* //tfsec:ignore:DS-0001\n# see trivy:ignore\n") {
		got = append(got, fmt.Sprintf("%s %s:%d %s: %s", f.Severity, f.Target, f.Line, f.Title, f.Todo()))
	}
	want := []string{
		"HIGH Dockerfile:1 a comment hides DS-0002: move DS-0002 to .trivyignore.yaml, with a reason",
		"HIGH Dockerfile:3 a comment hides *: move * to .trivyignore.yaml, with a reason",
		"HIGH Dockerfile:3 a comment hides DS-0001: move DS-0001 to .trivyignore.yaml, with a reason",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := InlineIgnores("Dockerfile", "FROM a:1\n"); got != nil {
		t.Errorf("of a file without: %v", got)
	}
}
