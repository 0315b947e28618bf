package project

import (
	"errors"
	"strings"
	"testing"
)

// Whatever the files hold, Detect returns a project and a list of which every
// line says something. A normal test run takes the seeds only.
func FuzzDetect(f *testing.F) {
	f.Add(packageJSON, nextConfig, schema, "packages:\n  - a\n", pnpmLock)
	f.Add(`{"packageManager":"yarn@4.1.0","workspaces":{"packages":["a"]},"scripts":{"test":"jest"}}`, "`${", "generator x {", "packages: [", berryLock)
	f.Add(`{"engines":[],"prisma":1,"workspaces":7,"scripts":null,"dependencies":{"next":"","prisma":""}}`, `output:"\`, "datasource db {", "packages:\n\t", "")
	f.Add("\ufeff{}", "/", "", "packages:", "__metadata:\n  version: 99999999999999999999")
	f.Add("[", "/*", "/*", "'", "lockfileVersion: 9.9.9.9")
	f.Fuzz(func(t *testing.T, pkg, next, prisma, workspace, lock string) {
		src := files{
			"package.json": pkg, "next.config.js": next, "prisma/schema.prisma": prisma, "prisma.config.ts": next,
			"pnpm-workspace.yaml": workspace, "pnpm-lock.yaml": lock, "yarn.lock": lock, "a/package.json": pkg,
		}
		for _, app := range []string{".", "a"} {
			p, err := Detect(src.fs(), Options{App: app, Node: "24.21.0"})
			var list Problems
			if p == nil || err != nil && !errors.As(err, &list) {
				t.Fatalf("got %v, %v", p, err)
			}
			for _, problem := range append(list, p.Warnings...) {
				if problem.Code == "" || problem.File == "" || problem.Message == "" || problem.Fix == "" {
					t.Errorf("incomplete: %+v", problem)
				}
			}
			if err != nil && strings.Count(err.Error(), "\n") != len(list)-1 {
				t.Errorf("not one line each: %q", err)
			}
			for kind := range scriptNames {
				p.TestStep(kind, "j", "c")
			}
			p.Step(Generate)
		}
	})
}

func FuzzScript(f *testing.F) {
	for _, line := range []string{"vitest run", "a && b", `"`, "'", "npx", "dotenv --", "node --import", "yarn run", "\\", "a=b"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s := parseScript(line)
		if c, ok := s.appendable(); ok && c.runner == "" {
			t.Errorf("%q: no runner", line)
		}
		for _, c := range s.runners() {
			c.watches()
		}
	})
}

func FuzzRanges(f *testing.F) {
	f.Add("24.21.0", ">=22 || ^20.1 - 3")
	f.Fuzz(func(t *testing.T, version, ranges string) { satisfies(version, ranges) })
}
