//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/pins"
)

// ownDockerfile is what an application could bring: with three of the stages,
// in a folder of its own, with an argument.
var ownDockerfile = `FROM ` + pins.Ref("node") + ` AS base
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NEXT_TELEMETRY_DISABLED=1
WORKDIR /srv

FROM base AS development
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .

FROM development AS compile
RUN npm run build

FROM base AS Production
ARG COLOUR=none
LABEL colour=$COLOUR
COPY --from=compile /srv/.next/standalone ./
USER 1001
CMD ["node", "server.js"]
`

func TestOwnDockerfile(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("npm"), map[string]func(string) string{"Dockerfile": content(ownDockerfile)})

	s, _ := ci(t, dir)
	want := with(map[string]string{"dependencies": "skipped", "lint": "not defined"})
	if s.Verdict != "passed" || !maps.Equal(s.statuses(), want) {
		t.Errorf("verdict %s, parts %v, want %v\n%s", s.Verdict, s.statuses(), want, s.Summary)
	}
	if got := call(t, dir, "--build-args", "COLOUR=green", "build", "container", "label", "--name", "colour"); got != "green" {
		t.Errorf("label = %q, want the build argument", got)
	}
	if got := call(t, dir, "image", "--stage", "development", "workdir"); got != "/srv" {
		t.Errorf("working directory = %q, want that of the application's Dockerfile", got)
	}
	if got := call(t, dir, "--dockerfile", "none", "image", "--stage", "base", "workdir"); got != "/app" {
		t.Errorf("working directory = %q, want that of ours", got)
	}

	// A development stage that cannot be built is the checks' fault, not the image's.
	t.Run("development broken", func(t *testing.T) {
		t.Parallel()
		write(t, dir, "broken.Dockerfile", strings.NewReplacer("AS development", "AS packages", "FROM development", "FROM packages").Replace(ownDockerfile)+
			"\nFROM packages AS development\nRUN ./generate --all || false\n")
		s, _ := ci(t, dir, "--dockerfile", "broken.Dockerfile")
		want := with(map[string]string{"dependencies": "skipped", "lint": "not defined", "typecheck": "failed", "test": "failed"})
		if s.Verdict != "failed" || !maps.Equal(s.statuses(), want) || s.Image == nil {
			t.Errorf("verdict %s, parts %v, want failed, %v, and an image\n%s", s.Verdict, s.statuses(), want, s.Summary)
		}
		for _, part := range s.Parts {
			if part.Name == "test" && (!strings.Contains(part.Detail, "the stage development cannot be built") || !strings.Contains(part.Output, "./generate --all")) {
				t.Errorf("test says %s\n%s\nwant the stage and its step", part.Detail, part.Output)
			}
		}
	})
	t.Run("stage missing", func(t *testing.T) {
		t.Parallel()
		checkRefused(t, try(t, dir, "image", "--stage", "builder"),
			"Dockerfile: it has the stages base, development, compile, production, but builder is needed: "+
				"add `FROM … AS builder`, or take ours with --dockerfile none")
	})
	t.Run("stages of the pipeline missing", func(t *testing.T) {
		t.Parallel()
		write(t, dir, "docker/web.Dockerfile", strings.NewReplacer("AS development", "AS dev", "FROM development", "FROM dev", "AS Production", "").Replace(ownDockerfile))
		checkRefused(t, try(t, dir, "--dockerfile", "docker/web.Dockerfile", "ci"),
			"docker/web.Dockerfile: it has the stages base, dev, compile, but development and production is needed: "+
				"add `FROM … AS development`, or take ours with --dockerfile none")
	})
}

// Variables reach the checks, arguments the Dockerfile.
func TestVariables(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("npm"), map[string]func(string) string{"src/env.test.ts": content(
		"import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n\n" +
			"test('the variable is here', () => assert.equal(process.env.GREETING, 'hello = you'));\n")})
	if got := call(t, dir, "--env", "GREETING=hello = you", "test", "status"); got != "passed" {
		t.Errorf("test with the variable: %s", got)
	}
	if got := call(t, dir, "test", "status"); got != "failed" {
		t.Errorf("test without the variable: %s", got)
	}
	if got := call(t, dir, "--build-args", "TITLE=Price list", "image", "label", "--name", "org.opencontainers.image.title"); got != "Price list" {
		t.Errorf("title = %q", got)
	}
}

// Secrets reach the steps that they are for, and nothing else.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const token, key = "canary-4f1c9f6a-of-the-registry", "canary-b0a7d2e3-of-the-build"
	dir := fixture(t, testdata("npm"), map[string]func(string) string{
		// Both steps fail without their secret, which has all kinds of signs.
		"package.json": replace(`"build": "next build",`,
			`"preinstall": "grep -q registry.invalid /root/.npmrc", "build": "node key.mjs && next build",`),
		// Files of secrets are no sources, whatever their name.
		".envrc": content("export TOKEN=" + token + "\n"), ".env-prod": content("TOKEN=" + token + "\n"), "src/.env.local": content("KEY=" + key + "\n"),
		"key.mjs": content("process.exit(process.env.BUILD_KEY?.endsWith(' & $HOME `id` \"=') ? 0 : 1);\n"),
	})
	secrets := t.TempDir()
	write(t, secrets, "npmrc", "//registry.invalid/:_authToken="+token+"\n")
	write(t, secrets, "build.env", "# for the build\n\nBUILD_KEY="+key+" & $HOME `id` \"=\nOTHER=2")
	given := []string{"--npmrc", "file:" + filepath.Join(secrets, "npmrc"), "--build-env", "file:" + filepath.Join(secrets, "build.env")}

	if r := try(t, dir, "build", "digest"); r.code == 0 || !strings.Contains(r.stderr, "dependencies failed") {
		t.Errorf("exit code %d without the .npmrc\n%s", r.code, lastLines(r.stderr, 10))
	}
	if r := try(t, dir, append(given[:2:2], "build", "digest")...); r.code == 0 || !strings.Contains(r.stderr, "build failed") {
		t.Errorf("exit code %d without the variables of the build\n%s", r.code, lastLines(r.stderr, 10))
	}

	out := t.TempDir()
	r := try(t, dir, append(given, "ci", "directory", "export", "--path", filepath.Join(out, "report"))...)
	if r.code != 0 || !strings.Contains(read(t, filepath.Join(out, "report/summary.txt")), "PASSED") {
		t.Fatalf("exit code %d with both secrets\n%s", r.code, lastLines(r.stderr, 20))
	}
	logs := r.stderr
	for _, stage := range []string{"development", "builder", "production"} {
		r := try(t, dir, append(given, "image", "--stage", stage, "as-tarball", "--forced-compression", "Uncompressed",
			"export", "--path", filepath.Join(out, stage+".tar"))...)
		if r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
		}
		logs += r.stderr
	}
	write(t, out, "logs", logs)
	for _, canary := range []string{token, key} {
		for _, name := range holders(t, out, canary) {
			t.Errorf("%s holds %s", name, canary)
		}
	}
	// The search does find what is there.
	if got := holders(t, out, "price-list"); len(got) < 5 {
		t.Errorf("the application's name is only in %q", got)
	}
}

// holders are the files below dir with that text in them.
func holders(t *testing.T, dir, text string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		// In pieces that overlap, for a tarball can be larger than the memory.
		buffer := make([]byte, 1<<20)
		for kept := 0; ; {
			n, err := f.Read(buffer[kept:])
			if bytes.Contains(buffer[:kept+n], []byte(text)) {
				names = append(names, strings.TrimPrefix(file, dir+"/"))
				return nil
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			end := kept + n
			kept = copy(buffer, buffer[max(0, end-len(text)):end])
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
