package project

import (
	"strings"
	"testing"
)

// The runner that gets appended words, "" where appending would be a guess.
func TestAppendable(t *testing.T) {
	for line, want := range map[string]string{
		"vitest":                             "vitest",
		"vitest run":                         "vitest run",
		"vitest run --config x.ts src":       "vitest run --config x.ts src",
		"prisma generate && vitest run":      "vitest run",
		"rm -rf out; vitest run":             "vitest run",
		"NODE_ENV=test TZ='UTC' vitest run":  "vitest run",
		`A="$B" vitest run`:                  "vitest run",
		"cross-env NODE_ENV=test vitest run": "vitest run",
		"env A=b vitest run":                 "vitest run",
		"dotenv -e .env.test -- vitest run":  "vitest run",
		"dotenvx run -- jest":                "jest",
		"npx --no vitest run":                "vitest run",
		"pnpm exec vitest run":               "vitest run",
		"yarn run jest --ci":                 "jest --ci",
		"yarn jest":                          "jest",
		"jest":                               "jest",
		"node --experimental-vm-modules node_modules/jest/bin/jest.js --ci": "jest --ci",
		"node --import tsx ./node_modules/.bin/jest":                        "jest",
		"./node_modules/.bin/vitest run":                                    "vitest run",
		"node node_modules/vitest/vitest.mjs run":                           "vitest run",
		"node --test":              "node --test",
		"node --import tsx --test": "node --import --test",
		"tsx --test":               "node --test",

		"":                        "",
		"&& vitest":               "vitest",
		"vitest run && echo done": "",
		"vitest run; true":        "",
		"vitest run;":             "",
		"vitest run || true":      "",
		"test -f x || vitest run": "",
		"vitest run | tee log":    "",
		"cat x | vitest run":      "",
		"vitest run &":            "",
		"vitest run > log":        "",
		"vitest run 2>&1":         "",
		"vitest run # all":        "",
		"(cd x && vitest run)":    "",
		"{ vitest run; }":         "",
		"vitest run $(ls)":        "",
		"vitest run \"$(ls)\"":    "",
		"vitest run `ls`":         "",
		"vitest run 'x":           "",
		`vitest run "x\"`:         "",
		`vitest run \`:            "",
		"vitest run -- src":       "",
		"vitest bench":            "",
		"vitest watch":            "",
		"node --test tests/":      "",
		"node script.js --test":   "",
		"node":                    "",
		"npm run test:unit":       "",
		"pnpm vitest":             "",
		"turbo run test":          "",
		"c8 vitest run":           "",
		"dotenv vitest":           "",
		"npx":                     "",
		"A=b":                     "",
		"echo vitest":             "",
		"playwright test":         "",
	} {
		c, ok := parseScript(line).appendable()
		got := strings.TrimSpace(c.runner + " " + strings.Join(c.args, " "))
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestCallWatches(t *testing.T) {
	for line, want := range map[string]bool{
		"vitest": false, "vitest run": false, "vitest watch": true, "vitest dev": true, "vitest -w": true,
		"vitest --watch": true, "vitest --watch=false": false, "jest -w 2": false, "jest --watchAll": true,
		"node --test --watch": true, "vitest --watch && x": true,
	} {
		list := parseScript(line).runners()
		if len(list) != 1 || list[0].watches() != want {
			t.Errorf("%q: got %+v", line, list)
		}
	}
}
