package engine

import (
	"strings"
	"testing"
	"time"
)

func TestProgramNeedsAnEngineOfOurs(t *testing.T) {
	t.Setenv("OCTOCODE_HOME", t.TempDir())
	_, err := Program{Name: "sleeper", Argv: []string{"/bin/sleep", "60"}}.Start(t.Context(), time.Second, func() error { return nil })
	if err == nil || !strings.Contains(err.Error(), "no engine of our own") {
		t.Errorf("error = %v", err)
	}
}
