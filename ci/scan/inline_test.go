package scan

import (
	"slices"
	"testing"
)

func TestInlineIgnores(t *testing.T) {
	got := InlineIgnores("Dockerfile", "# trivy:ignore:DS-0002\nFROM a:1\nUSER root #trivy:ignore:* //tfsec:ignore:DS-0001\n# see trivy:ignore\n")
	want := []string{
		"Dockerfile:1: a comment hides DS-0002: move it to .trivyignore.yaml, with a reason",
		"Dockerfile:3: a comment hides *: move it to .trivyignore.yaml, with a reason",
		"Dockerfile:3: a comment hides DS-0001: move it to .trivyignore.yaml, with a reason",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := InlineIgnores("Dockerfile", "FROM a:1\n"); got != nil {
		t.Errorf("of a file without: %q", got)
	}
}
