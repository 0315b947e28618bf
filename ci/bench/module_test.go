package main

import (
	"strings"
	"testing"
)

// The copy that is edited is the module of dagger.json, complete.
func TestModuleFiles(t *testing.T) {
	files, err := moduleFiles(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dagger.json", "go.mod", ".dagger/go.mod", moduleMain, "docker/Dockerfile", "ci/pins/pins.go"} {
		if files[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if len(files["ci/bench/main.go"]) > 0 {
		t.Error("it holds what is not of the module")
	}
	if _, err := moduleFiles(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "dagger.json") {
		t.Errorf("without a module: %v", err)
	}
}
