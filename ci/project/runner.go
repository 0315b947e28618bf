package project

import (
	"regexp"
	"slices"
	"strings"
)

// call is a test runner with its own words.
type call struct {
	runner string
	args   []string
}

// watches is true for a runner that would wait for changes and never end.
func (c call) watches() bool {
	if c.runner == "vitest" && len(c.args) > 0 && (c.args[0] == "watch" || c.args[0] == "dev") {
		return true
	}
	return slices.ContainsFunc(c.args, func(a string) bool {
		return a == "--watch" || a == "--watchAll" || a == "--watch=true" || a == "--watchAll=true" || a == "-w" && c.runner == "vitest"
	})
}

var (
	assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
	runnerPath = regexp.MustCompile(`(^|/)node_modules/(\.bin/(vitest|jest)|vitest/vitest\.mjs|jest/bin/jest\.js|jest-cli/bin/jest\.js)$`)
)

// runnerOf looks through the usual wrappers of a command: assignments,
// cross-env, dotenv, npx and the like, all of which hand words on unchanged.
func runnerOf(words []string) (call, bool) {
	for len(words) > 0 {
		name := words[0]
		switch {
		case assignment.MatchString(name), name == "cross-env", name == "env", name == "npx":
			words = words[1:]
			for name == "npx" && len(words) > 0 && slices.Contains([]string{"-y", "--yes", "--no", "--no-install", "--"}, words[0]) {
				words = words[1:]
			}
		case name == "dotenv" || name == "dotenvx":
			at := slices.Index(words, "--")
			if at < 0 {
				return call{}, false
			}
			words = words[at+1:]
		case name == "pnpm" && len(words) > 1 && words[1] == "exec", name == "yarn" && len(words) > 1 && words[1] == "run":
			words = words[2:]
		case name == "yarn":
			words = words[1:]
		case name == "node" || name == "tsx":
			return nodeCall(words[1:])
		case name == "vitest" || name == "jest":
			return call{name, words[1:]}, true
		case runnerPath.MatchString(name):
			return call{runnerName(name), words[1:]}, true
		default:
			return call{}, false
		}
	}
	return call{}, false
}

// nodeCall finds node's own test runner, or a runner started by its file.
func nodeCall(args []string) (call, bool) {
	for i := 0; i < len(args); i++ {
		switch {
		case slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-C", "--conditions"}, args[i]):
			i++ // the next word is its value
		case strings.HasPrefix(args[i], "-"):
		case runnerPath.MatchString(args[i]):
			return call{runnerName(args[i]), args[i+1:]}, true
		default:
			return call{"node", args}, slices.Contains(args[:i], "--test")
		}
	}
	return call{"node", withoutValues(args)}, slices.Contains(args, "--test")
}

// withoutValues drops the values of options, which are no test files.
func withoutValues(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return !strings.HasPrefix(a, "-") })
}

func runnerName(path string) string {
	if strings.Contains(path, "vitest") {
		return "vitest"
	}
	return "jest"
}
