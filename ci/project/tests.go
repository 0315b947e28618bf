package project

import (
	"path"
	"regexp"
)

var noTests = regexp.MustCompile(`(?i)no test specified`)

// findScripts looks at what is defined and what is missing.
func (d *detector) findScripts() {
	d.p.TypeScript = d.isFile(path.Join(d.p.App, "tsconfig.json")) && d.has("typescript")
	if d.p.script(Build) == "" && d.p.Dockerfile == "" {
		d.problem(Problem{Code: NoBuildScript, File: d.app.File, Line: d.app.lineOf("scripts"), Message: `there is no "build" script`,
			Fix: `add "build": "next build"`})
	}
	switch lint := d.p.Scripts["lint"]; {
	case lint == "":
		d.warn(Problem{Code: NoLintScript, File: d.app.File, Line: d.app.lineOf("scripts"), Message: `there is no "lint" script, so nothing is linted`,
			Fix: `add "lint": "eslint ."`})
	case nextLint.MatchString(lint) && major(d.app.Dependencies["next"]) >= 16:
		d.warn(Problem{Code: NextLintRemoved, File: d.app.File, Line: d.app.lineOf("lint"), Message: "Next.js 16 has no `next lint` any more",
			Fix: `use "lint": "eslint ."`})
	}
}

var nextLint = regexp.MustCompile(`\bnext\s+lint\b`)

// findTests finds the test runner and whether it will write reports.
func (d *detector) findTests() {
	d.p.JestJUnit = d.has("jest-junit")
	for _, kind := range tests {
		name := d.p.script(kind)
		if name == "" {
			continue
		}
		s := parseScript(d.p.Scripts[name])
		for _, c := range s.runners() {
			if d.p.TestRunner == "" {
				d.p.TestRunner = c.runner
			}
			if c.watches() {
				d.problem(Problem{Code: TestNeverEnds, File: d.app.File, Line: d.app.lineOf(name),
					Message: `the script "` + name + `" waits for changes and never ends`, Fix: "run the tests once, as `vitest run` and `jest` do"})
			}
		}
		d.checkReport(name, s)
	}
	if d.p.script(Test) == "" {
		d.warn(Problem{Code: NoTestScript, File: d.app.File, Line: d.app.lineOf("scripts"), Message: `there is no "test" script, so nothing is tested`,
			Fix: `add "test": "vitest run"`})
	} else if d.p.TestRunner == "" {
		d.p.TestRunner = firstOf(d.has, "vitest", "jest")
	}
	switch d.p.TestRunner {
	case "vitest":
		d.p.Coverage = d.has("@vitest/coverage-v8", "@vitest/coverage-istanbul")
	case "jest": // brings its own
		d.p.Coverage = true
	}
}

// checkReport warns when a test script cannot be asked for results.
func (d *detector) checkReport(name string, s script) {
	c, safe := s.appendable()
	switch {
	case !safe:
		d.warn(Problem{Code: NoTestReport, File: d.app.File, Line: d.app.lineOf(name),
			Message: `the script "` + name + `" does not end with vitest, jest or node --test, so single tests are not reported`,
			Fix:     "let the runner be its last command"})
	case c.runner == "jest" && !d.p.JestJUnit:
		d.warn(Problem{Code: NoTestReport, File: d.app.File, Message: "jest cannot write JUnit XML, so single tests are not reported",
			Fix: "add jest-junit to the devDependencies"})
	}
}

// has looks for a dependency in the application and in Root, where a workspace
// often keeps its tools.
func (d *detector) has(names ...string) bool {
	return d.app.dependsOn(names...) != "" || d.root != nil && d.root.dependsOn(names...) != ""
}

func firstOf(ok func(...string) bool, names ...string) string {
	for _, name := range names {
		if ok(name) {
			return name
		}
	}
	return ""
}

// testArgs are the words that make a runner write its reports, beside what it
// prints anyway. It notes in the step what will be written.
func (p *Project) testArgs(step *Step, runner, junit, coverageDir string) []string {
	if junit != "" && runner == "jest" && !p.JestJUnit {
		junit, step.Note = "", "jest-junit is not a dependency, so no JUnit XML can be asked of jest"
	}
	if !p.coverageOf(runner) {
		coverageDir = ""
	}
	step.JUnit, step.Coverage = junit, coverageDir

	var args []string
	switch runner {
	case "vitest":
		if junit != "" {
			args = append(args, "--reporter=default", "--reporter=junit", "--outputFile.junit="+junit)
		}
		if coverageDir != "" {
			args = append(args, "--coverage.enabled", "--coverage.reporter=json-summary", "--coverage.reporter=text-summary",
				"--coverage.reportsDirectory="+coverageDir, "--coverage.reportOnFailure")
		}
	case "jest":
		if junit != "" {
			args = append(args, "--reporters=default", "--reporters=jest-junit")
			step.Env = map[string]string{
				"JEST_JUNIT_OUTPUT_FILE":              junit,
				"JEST_JUNIT_ADD_FILE_ATTRIBUTE":       "true",
				"JEST_JUNIT_REPORT_TEST_SUITE_ERRORS": "true", // a file that does not load is a failure too
			}
		}
		if coverageDir != "" {
			args = append(args, "--coverage", "--coverageReporters=json-summary", "--coverageReporters=text-summary",
				"--coverageDirectory="+coverageDir)
		}
	case "node":
		if junit != "" {
			args = append(args, "--test-reporter=spec", "--test-reporter-destination=stdout",
				"--test-reporter=junit", "--test-reporter-destination="+junit)
		}
	}
	return args
}

// coverageOf is Coverage for the runner of one script, which need not be that
// of the other.
func (p *Project) coverageOf(runner string) bool {
	return runner == "jest" || runner == p.TestRunner && p.Coverage
}
