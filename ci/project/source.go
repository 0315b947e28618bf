package project

import (
	"strings"
	"unicode/utf8"
)

// token is a word, a string or a sign of JavaScript or TypeScript.
type token struct {
	kind tokenKind
	text string // of a string: what stands between the quotes
	line int
}

type tokenKind byte

const (
	word tokenKind = iota
	text
	sign
)

func (t token) is(kind tokenKind, s string) bool { return t.kind == kind && t.text == s }

// scanner cuts source code into tokens without understanding it. That is
// enough to ignore comments and to tell a string from code, which a search
// with regular expressions gets wrong ("// output: 'standalone'").
type scanner struct {
	src    string
	at     int
	line   int
	tokens []token
	// open counts the braces of each ${…} of a template literal we are in.
	open []int
}

// tokenize never fails: what is not closed ends with the text.
func tokenize(src string) []token {
	s := &scanner{src: src, line: 1}
	for s.at < len(s.src) {
		s.next()
	}
	return s.tokens
}

func (s *scanner) next() {
	c := s.src[s.at]
	rest := s.src[s.at:]
	switch {
	case c == '\n':
		s.line++
		s.at++
	case c == ' ' || c == '\t' || c == '\r':
		s.at++
	case strings.HasPrefix(rest, "//"):
		s.at += lineEnd(rest)
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			end = len(rest) - 4
		}
		s.skip(end + 4)
	case c == '"' || c == '\'':
		s.quoted(c)
	case c == '`':
		s.at++
		s.template()
	case c == '/' && s.regexpCanStart() && regexpEnd(rest) > 0:
		s.at += regexpEnd(rest)
		s.add(sign, "/…/")
	case isWord(c):
		end := s.at
		for end < len(s.src) && isWord(s.src[end]) {
			end++
		}
		s.add(word, s.src[s.at:end])
		s.at = end
	default:
		s.brace(c)
		s.at++
	}
}

// brace records a sign and goes back into a template literal when its ${…}
// is closed.
func (s *scanner) brace(c byte) {
	last := len(s.open) - 1
	switch {
	case c == '{' && last >= 0:
		s.open[last]++
	case c == '}' && last >= 0 && s.open[last] == 0:
		s.open = s.open[:last]
		s.at++
		s.template()
		s.at-- // next steps over the sign
		return
	case c == '}' && last >= 0:
		s.open[last]--
	}
	s.add(sign, string(rune(c)))
}

func (s *scanner) add(kind tokenKind, t string) {
	s.tokens = append(s.tokens, token{kind, t, s.line})
}

// skip steps over n bytes and counts the lines in them.
func (s *scanner) skip(n int) {
	n = min(max(n, 0), len(s.src)-s.at)
	s.line += strings.Count(s.src[s.at:s.at+n], "\n")
	s.at += n
}

// quoted reads a string in single or double quotes; a line end closes it too,
// so that one slip does not swallow the file.
func (s *scanner) quoted(quote byte) {
	end := s.at + 1
	for end < len(s.src) && s.src[end] != quote && s.src[end] != '\n' {
		if s.src[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(s.src))
	s.add(text, s.src[s.at+1:end])
	s.skip(end + 1 - s.at)
}

// template reads a piece of a template literal, up to its end or to a ${.
func (s *scanner) template() {
	end := s.at
	for end < len(s.src) {
		switch {
		case s.src[end] == '\\':
			end++
		case s.src[end] == '`', strings.HasPrefix(s.src[end:], "${"):
			s.add(text, s.src[s.at:end])
			if s.src[end] == '`' {
				s.skip(end + 1 - s.at)
			} else {
				s.skip(end + 2 - s.at)
				s.open = append(s.open, 0)
			}
			return
		}
		end++
	}
	s.skip(len(s.src) - s.at)
}

// regexpCanStart tells /pattern/ from a division by what stands before it.
func (s *scanner) regexpCanStart() bool {
	if len(s.tokens) == 0 {
		return true
	}
	last := s.tokens[len(s.tokens)-1]
	switch last.kind {
	case sign:
		return !strings.Contains(")]}", last.text)
	case word:
		return last.text == "return" || last.text == "typeof" || last.text == "case"
	}
	return false
}

// regexpEnd is the length of a regular expression at the start of s; 0 when
// it does not end on its line.
func regexpEnd(s string) int {
	class := false
	for i := 1; i < len(s) && s[i] != '\n'; i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '[':
			class = true
		case s[i] == ']':
			class = false
		case s[i] == '/' && !class:
			return i + 1
		}
	}
	return 0
}

func lineEnd(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= utf8.RuneSelf ||
		'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
