package scan

import (
	"slices"
	"testing"
)

func TestConfigFiles(t *testing.T) {
	for kind, c := range map[string]struct{ is, not []string }{
		"dockerfile": {
			[]string{"Containerfile.x", "Dockerfile", "Dockerfile-dev", "Dockerfile.prod.old", "deploy/web.dockerfile", "dev/Dockerfile", "dockerfile_test"},
			[]string{"Dockerfile.dockerignore", "docs/Dockerfile.md", "dockerfiles/readme.txt", "Dockerfiles", "my.dockerfile/x"},
		},
		"compose": {
			[]string{"app.compose.yaml", "compose.yaml", "deploy/docker-stack.yml", "docker-compose.prod.yml", "docker-compose2.yml", "stack.yml"},
			[]string{"compose.json", "haystack.yml", "stackdriver.yml", "compose/x.yml"},
		},
		"workflows": {
			[]string{".github/actions/x/action.yml", ".github/workflows/ci.yaml", "a/.github/workflows/ci.yml"},
			[]string{".github/workflows/a/b.yml", "reaction.yml", "workflows/ci.yml"},
		},
	} {
		if got := ConfigFiles(kind, append(slices.Clone(c.is), c.not...)); !slices.Equal(got, c.is) {
			t.Errorf("%s: got %q, want %q", kind, got, c.is)
		}
	}
}

func TestLockfiles(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"package-lock.json", `{"packages":{"node_modules/a":{"version":"1","integrity":"sha512-a"}}}`, true},
		{"a/package-lock.json", `{"packages":{"node_modules/a":{"version":"1","resolved":"https://x/a.tgz"}`, true},
		{"package-lock.json", `{"packages":{"":{"name":"a"},"node_modules/ui":{"resolved":"packages/ui","link":true}}}`, false},
		{"pnpm-lock.yaml", "packages:\n  a@1:\n    resolution: {integrity: sha512-a}\n", true},
		{"pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters: {.: {}}\n", false},
		{"yarn.lock", "a@^1:\n  version \"1\"\n  resolved \"https://x/a.tgz#1\"\n", true},
		{"yarn.lock", "\"a@npm:^1\":\n  version: 1\n  resolution: \"a@npm:1\"\n", true},
		{"yarn.lock", "\"a@workspace:.\":\n  resolution: \"a@workspace:.\"\n", false},
		{"bun.lock", `{"packages":{"a":["a@1","",{},"sha512-a"]}}`, true},
		{"other.lock", "integrity:", false},
	} {
		if got := HasPackages(c.name, c.text); got != c.want {
			t.Errorf("%s %q: %t", c.name, c.text, got)
		}
	}
	if !IsLockfile("a/yarn.lock") || IsLockfile("a/go.sum") {
		t.Error("lockfiles are not told from others")
	}
}

func TestAsProduction(t *testing.T) {
	const text, added = "services: {}\n", "services: {}\nx-production: true\n"
	for _, c := range []struct{ name, text, want string }{
		{"docker-compose.prod.yml", text, added},
		{"deploy/compose-production.yaml", "services: {}", added},
		{"prod.compose.yml", text, added},
		{"production/compose.yaml", text, text},
		{"compose.yaml", text, text},
		{"compose.product.yaml", text, text},
		{"docker-compose.prod.yml", "x-production: false\n" + text, "x-production: false\n" + text},
		{"Dockerfile.prod.x", text, text},
	} {
		if got := AsProduction(c.name, c.text); got != c.want {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}
