package project

import (
	"fmt"
	"strings"
	"testing"
)

func TestStep(t *testing.T) {
	scripts := func(s string) files {
		return good().edit(`"lint": "eslint .",`, s)
	}
	for _, c := range []struct {
		name  string
		files files
		kind  Kind
		want  string // "" when not defined
	}{
		{"lint", good(), Lint, "pnpm run lint"},
		{"no lint", scripts(""), Lint, ""},
		{"empty lint", scripts(`"lint": "",`), Lint, ""},
		{"build", good(), Build, "pnpm run build"},
		{"test", good(), Test, "pnpm run test"},
		{"no test", good().edit("vitest run", `echo \"Error: no test specified\" && exit 1`), Test, ""},
		{"no integration", good(), Integration, ""},
		{"integration", scripts(`"test:integration": "vitest run -c i.ts",`), Integration, "pnpm run test:integration"},
		{"integration, short", scripts(`"integration": "vitest run -c i.ts",`), Integration, "pnpm run integration"},
		{"typecheck by default", good(), Typecheck, "pnpm exec tsc --noEmit"},
		{"typecheck", scripts(`"typecheck": "tsc", "tsc": "tsc",`), Typecheck, "pnpm run typecheck"},
		{"type-check", scripts(`"type-check": "tsc -b",`), Typecheck, "pnpm run type-check"},
		{"check-types", scripts(`"check-types": "tsc -b",`), Typecheck, "pnpm run check-types"},
		{"no tsconfig", good().with("tsconfig.json", ""), Typecheck, ""},
		{"no compiler", good().edit(`"typescript": "5.9.3"`, `"x": "1"`), Typecheck, ""},
		{"generate", good(), Generate, "pnpm exec prisma generate"},
		{"no prisma", good().with("prisma/schema.prisma", "").edit(`"@prisma/client": "6.19.3", `, "", `"prisma": "6.19.3", `, ""), Generate, ""},
		{"unknown", good(), Kind("deploy"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			step, ok := detect(t, c.files, Options{}).Step(c.kind)
			if got := strings.Join(step.Argv, " "); got != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, ok, c.want)
			}
			if ok && step.Kind != c.kind {
				t.Errorf("kind is %q", step.Kind)
			}
		})
	}
	if step, _ := detect(t, good(), Options{}).Step(Typecheck); !strings.Contains(step.Note, "tsconfig.json") {
		t.Errorf("the default does not explain itself: %q", step.Note)
	}
}

func TestTestStep(t *testing.T) {
	npm := good().edit("pnpm@10.34.9", "npm@11.0.0").with("pnpm-lock.yaml", "", "package-lock.json", npmLock)
	jest := npm.edit("vitest run", "jest")
	const (
		vitestJUnit    = "--reporter=default --reporter=junit --outputFile.junit=j.xml"
		vitestCoverage = "--coverage.enabled --coverage.reporter=json-summary --coverage.reporter=text-summary --coverage.reportsDirectory=cov --coverage.reportOnFailure"
		jestCoverage   = "--coverage --coverageReporters=json-summary --coverageReporters=text-summary --coverageDirectory=cov"
		nodeJUnit      = "--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=j.xml"
	)
	for name, c := range map[string]struct {
		files           files
		kind            Kind
		junit, coverage string
		want            string
		reports         string // what the step says it writes
		env             string
		note            string
	}{
		"vitest":             {good(), Test, "j.xml", "cov", "pnpm run test " + vitestJUnit + " " + vitestCoverage, "j.xml cov", "", ""},
		"npm":                {npm, Test, "j.xml", "", "npm run test -- " + vitestJUnit, "j.xml ", "", ""},
		"coverage only":      {npm, Test, "", "cov", "npm run test -- " + vitestCoverage, " cov", "", ""},
		"nothing asked":      {npm, Test, "", "", "npm run test", " ", "", ""},
		"no provider":        {good().edit("@vitest/coverage-v8", "x"), Test, "j.xml", "cov", "pnpm run test " + vitestJUnit, "j.xml ", "", ""},
		"chained":            {good().edit("vitest run", "vitest run && echo x"), Test, "j.xml", "cov", "pnpm run test", " ", "", "does not end with a test runner"},
		"jest without junit": {jest, Test, "j.xml", "cov", "npm run test -- " + jestCoverage, " cov", "", "jest-junit is not a dependency"},
		"jest": {jest.edit(`"vitest": "4.1.12"`, `"jest-junit": "16.0.0"`), Test, "j.xml", "", "npm run test -- --reporters=default --reporters=jest-junit", "j.xml ",
			"JEST_JUNIT_ADD_FILE_ATTRIBUTE:true JEST_JUNIT_OUTPUT_FILE:j.xml JEST_JUNIT_REPORT_TEST_SUITE_ERRORS:true", ""},
		"node":        {good().edit("vitest run", "node --test"), Test, "j.xml", "cov", "pnpm run test " + nodeJUnit, "j.xml ", "", ""},
		"integration": {good().edit(`"lint"`, `"integration": "vitest run -c i", "lint"`), Integration, "j.xml", "", "pnpm run integration " + vitestJUnit, "j.xml ", "", ""},
		"other kinds": {good(), Lint, "j.xml", "cov", "pnpm run lint", " ", "", ""},
		"not defined": {good(), Integration, "j.xml", "cov", "", " ", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			step, ok := detect(t, c.files, Options{}).TestStep(c.kind, c.junit, c.coverage)
			if got := strings.Join(step.Argv, " "); got != c.want || ok != (c.want != "") {
				t.Errorf("got  %q, %v\nwant %q", got, ok, c.want)
			}
			if got := step.JUnit + " " + step.Coverage; got != c.reports {
				t.Errorf("reports are %q, want %q", got, c.reports)
			}
			env := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(step.Env), "map["), "]") // sorted by fmt
			if env != c.env {
				t.Errorf("env is %q, want %q", env, c.env)
			}
			if c.note == "" && step.Note != "" || !strings.Contains(step.Note, c.note) {
				t.Errorf("note is %q, want %q", step.Note, c.note)
			}
		})
	}
}

func TestRunner(t *testing.T) {
	for line, want := range map[string]string{
		"vitest run": "vitest true", "jest --ci": "jest true", "node --test": "node false",
		"turbo run test": "vitest true", // taken from the dependencies
		"jest && echo x": "jest true",
	} {
		p := detect(t, good().edit("vitest run", line), Options{})
		if got := fmt.Sprint(p.TestRunner, " ", p.Coverage); got != want {
			t.Errorf("%q: got %s, want %s", line, got, want)
		}
	}
}
