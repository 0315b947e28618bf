package secrets

import (
	"bytes"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func made(t *testing.T, existing map[string][]byte, o Options) (map[string][]byte, []Change) {
	t.Helper()
	files, changes, err := Make(existing, o)
	if err != nil {
		t.Fatal(err)
	}
	return files, changes
}

// actions are the files that were not kept.
func actions(changes []Change) map[string]Action {
	done := map[string]Action{}
	for _, change := range changes {
		if change.Action != Kept {
			done[change.Name] = change.Action
		}
	}
	return done
}

func at(moment time.Time) func() time.Time { return func() time.Time { return moment } }

func TestMakeInMemory(t *testing.T) {
	files, changes := made(t, nil, Options{})
	if len(files) != len(Names) || len(actions(changes)) != len(Names) {
		t.Fatalf("made %d files with %d changes, want %d", len(files), len(changes), len(Names))
	}
	for _, name := range []string{DatabasePassword, RedisPassword, AuthSecret} {
		if len(files[name]) != 43 || url.QueryEscape(string(files[name])) != string(files[name]) {
			t.Errorf("%s is not 32 random bytes in the alphabet of URLs", name)
		}
	}
	want := map[string]string{
		DatabaseURL: "postgresql://octocode:" + string(files[DatabasePassword]) + "@oc_database:5432/octocode?sslmode=verify-full&sslrootcert=/run/secrets/ca_certificate",
		RedisURL:    "redis://:" + string(files[RedisPassword]) + "@oc_redis:6379",
	}
	for name, text := range want {
		if string(files[name]) != text {
			t.Errorf("%s is not the URL of the stack with its password", name)
		}
	}
	if strings.TrimSpace(string(files[AnthropicAPIKey])) != "" {
		t.Error("anthropic_api_key is not empty")
	}
	other, _ := made(t, nil, Options{})
	for _, name := range Names {
		if name != AnthropicAPIKey && bytes.Equal(files[name], other[name]) {
			t.Errorf("%s is the same in two stacks", name)
		}
	}
}

func with(files map[string][]byte, name string, content []byte) map[string][]byte {
	files = maps.Clone(files)
	files[name] = content
	return files
}

func without(files map[string][]byte, names ...string) map[string][]byte {
	files = maps.Clone(files)
	for _, name := range names {
		delete(files, name)
	}
	return files
}

func write(t *testing.T, dir, name, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// noValues fails when a text shows one of the secrets.
func noValues(t *testing.T, text string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		if len(content) > 8 && strings.Contains(text, strings.TrimSpace(string(content))) {
			t.Errorf("the value of %s is shown", name)
		}
	}
}
