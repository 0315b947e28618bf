package report

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// escapes are the control sequences of terminals: colours and cursor moves
// (CSI), titles and links (OSC), and the short ones.
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b[ -/]*[0-~]|\u009b[0-?]*[ -/]*[@-~]")

// clean leaves text that is safe in a terminal, in Markdown and in XML 1.0:
// valid UTF-8 without escape sequences and without control characters but line
// feed and tab. Of a line that was written over, as progress bars do, the last
// state stays.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = escapes.ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.Contains(s, "\r") {
		lines := strings.Split(s, "\n")
		for i, line := range lines {
			line = strings.TrimRight(line, "\r")
			lines[i] = line[strings.LastIndex(line, "\r")+1:]
		}
		s = strings.Join(lines, "\n")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return -1
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1 // they turn the direction of writing, and so hide text
		}
		return r
	}, s)
}

// oneLine is clean text without line breaks.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

const (
	maxLine = 2_000  // a minified line says nothing after that
	maxTail = 48_000 // a job summary may have a megabyte, for all parts
)

// lastLines is the end of an output, cleaned, with the number of its lines and
// of those shown.
func lastLines(output string, n int) (text string, shown, total int) {
	output = strings.Trim(clean(output), "\n")
	if strings.TrimSpace(output) == "" {
		return "", 0, 0
	}
	lines := strings.Split(output, "\n")
	total = len(lines)
	lines = lines[max(0, total-n):]
	size := 0
	for i := len(lines) - 1; i >= 0; i-- {
		lines[i] = cut(lines[i], maxLine)
		if size += len(lines[i]) + 1; size > maxTail {
			lines = lines[i+1:]
			break
		}
	}
	return strings.Join(lines, "\n"), len(lines), total
}

// cut shortens text to n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
