package project

import (
	"slices"
	"strings"
)

// script is one line of "scripts", cut into its simple commands.
type script struct {
	commands [][]string
	// before[i] is the operator in front of command i, "" for the first.
	before []string
	// opaque is true when the line has something we do not take apart, such as
	// a redirection or $(…): nothing may be concluded from its words then.
	opaque bool
}

// parseScript splits a shell line as far as is needed to know which command
// gets the words that a package manager appends.
func parseScript(line string) script {
	s := script{before: []string{""}}
	var words []string
	var current strings.Builder
	inWord := false
	endWord := func() {
		if inWord {
			words = append(words, current.String())
		}
		current.Reset()
		inWord = false
	}
	endCommand := func(operator string) {
		endWord()
		s.commands = append(s.commands, words)
		s.before = append(s.before, operator)
		words = nil
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == ' ' || c == '\t':
			endWord()
		case c == '\'' || c == '"':
			end := closingQuote(line, i)
			if end < 0 {
				s.opaque = true
				return s
			}
			inWord = true
			inside := line[i+1 : end]
			if c == '"' && (strings.Contains(inside, "$(") || strings.Contains(inside, "`")) {
				s.opaque = true
			}
			current.WriteString(inside)
			i = end
		case strings.HasPrefix(line[i:], "&&"), strings.HasPrefix(line[i:], "||"):
			endCommand(line[i : i+2])
			i++
		case c == ';' || c == '|':
			endCommand(string(c))
		case strings.IndexByte("&<>()`\n\r\\", c) >= 0,
			c == '#' && !inWord,
			(c == '{' || c == '}') && !inWord:
			s.opaque = true
			return s
		default:
			inWord = true
			current.WriteByte(c)
		}
	}
	endWord()
	s.commands = append(s.commands, words)
	return s
}

// closingQuote finds the end of the quoted text that starts at i.
func closingQuote(line string, i int) int {
	for j := i + 1; j < len(line); j++ {
		switch {
		case line[j] == '\\' && line[i] == '"':
			j++
		case line[j] == line[i]:
			return j
		}
	}
	return -1
}

// runners lists the test runners the script calls, in order.
func (s script) runners() []call {
	var list []call
	for _, words := range s.commands {
		if c, ok := runnerOf(words); ok {
			list = append(list, c)
		}
	}
	return list
}

// appendable returns the runner that gets appended words. That must be the
// last command, nothing may decide whether it runs but a failure before it,
// and its own words must not turn ours into something else.
func (s script) appendable() (call, bool) {
	last := len(s.commands) - 1
	if s.opaque || last < 0 || slices.Contains(s.before, "||") || slices.Contains(s.before, "|") {
		return call{}, false
	}
	c, ok := runnerOf(s.commands[last])
	if !ok || slices.Contains(c.args, "--") {
		return call{}, false
	}
	first := ""
	if len(c.args) > 0 {
		first = c.args[0]
	}
	switch c.runner {
	case "vitest":
		return c, !slices.Contains([]string{"watch", "dev", "bench", "list", "init"}, first)
	case "node":
		// node takes options only in front of the first file.
		return c, !slices.ContainsFunc(c.args, func(a string) bool { return !strings.HasPrefix(a, "-") })
	}
	return c, true
}
