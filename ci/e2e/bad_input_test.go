//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What cannot work is said at once, in one line with its cure.
func TestBadInput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		edits  map[string]func(string) string
		remove string
		args   []string
		want   string
	}{
		{
			name:   "no lockfile",
			remove: "package-lock.json",
			want:   "package.json: no lockfile: run `npm install` and commit package-lock.json",
		},
		{
			name:  "no standalone output",
			edits: map[string]func(string) string{"next.config.ts": replace("  output: 'standalone',\n", "")},
			want:  `next.config.ts: output: "standalone" is not set: set output: "standalone", the image is made of it`,
		},
		{
			name:  "another output",
			edits: map[string]func(string) string{"next.config.ts": replace("'standalone'", "'export'")},
			want:  `next.config.ts:4: output is "export" instead of "standalone": set output: "standalone", the image is made of it`,
		},
		{
			name:  "no build script",
			edits: map[string]func(string) string{"package.json": replace(`"build": "next build",`, "")},
			want:  `package.json:7: there is no "build" script: add "build": "next build"`,
		},
		{
			name: "Prisma schema without generator",
			edits: map[string]func(string) string{"prisma/schema.prisma": content(
				"datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n")},
			want: `prisma/schema.prisma: the schema has no generator: add generator client { provider = "prisma-client-js" }`,
		},
		{
			name: "unsupported package manager",
			edits: map[string]func(string) string{
				"package.json": replace(`  "packageManager": "npm@11.19.1",`+"\n", ""),
				"bun.lock":     content("{ \"lockfileVersion\": 1 }\n"),
			},
			remove: "package-lock.json",
			want:   "bun.lock: bun is not supported: use npm, pnpm or yarn: run `pnpm install` and commit pnpm-lock.yaml",
		},
		{
			name:  "several applications",
			edits: map[string]func(string) string{"admin/package.json": content(`{"dependencies": {"next": "16.4.6"}}` + "\n")},
			want:  "there are several Next.js applications here: name one with --app (., admin)",
		},
		{
			name: "no such folder",
			args: []string{"--app", "apps/web"},
			want: "apps/web: there is no such folder in the source: name the folder that holds the application's package.json",
		},
		{
			name: "no such Dockerfile",
			args: []string{"--dockerfile", "docker/web.Dockerfile"},
			want: "docker/web.Dockerfile: there is no such Dockerfile in the source: correct the path, which is relative to the source",
		},
		{
			name: "base image of no family",
			args: []string{"--base-image", "redis"},
			want: `--base-image "redis": use debian, archlinux, alpine, or the reference of an image of these families with its tag, such as docker.io/library/ubuntu:24.04`,
		},
		{
			name: "build argument without a value",
			args: []string{"--build-args", "COLOUR"},
			want: `--build-args "COLOUR": write it as NAME=VALUE`,
		},
		{
			name: "variable without a value",
			args: []string{"--env", "COLOUR"},
			want: `--env "COLOUR": write it as NAME=VALUE`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := fixture(t, testdata("npm"), test.edits)
			if test.remove != "" {
				if err := os.Remove(filepath.Join(dir, test.remove)); err != nil {
					t.Fatal(err)
				}
			}
			checkRefused(t, try(t, dir, append(test.args, "ci")...), test.want)
		})
	}
	t.Run("unknown stage", func(t *testing.T) {
		t.Parallel()
		r := try(t, fixture(t, testdata("npm"), nil), "image", "--stage", "staging")
		checkRefused(t, r, `invalid argument "staging" for "--stage" flag: value should be one of BASE,DEPENDENCIES,DEVELOPMENT,BUILDER,PRODUCTION`)
	})
}

// trace is what the CLI appends to some messages.
var trace = regexp.MustCompile(` \[traceparent:[0-9a-f-]+\]`)

// checkRefused looks at the end of a refused command: one line, and nothing
// that only a developer of ours could understand.
func checkRefused(t *testing.T, r result, want string) {
	t.Helper()
	at := strings.LastIndex(r.stderr, "Error: ")
	if r.code == 0 || at < 0 {
		t.Fatalf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
	message, _, _ := strings.Cut(trace.ReplaceAllString(r.stderr[at+len("Error: "):], ""), "\nRun 'dagger call")
	if message = strings.TrimSpace(message); message != want {
		t.Errorf("says\n%s\nwant\n%s", message, want)
	}
	for _, internal := range []string{"goroutine ", "panic:", ".go:"} {
		if strings.Contains(r.stderr, internal) {
			t.Errorf("%q in what it prints\n%s", internal, lastLines(r.stderr, 20))
		}
	}
}
