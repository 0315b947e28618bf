package dockerfile

import (
	"regexp"
	"strings"
)

// heredoc is the beginning of a here-document, such as <<EOF or <<-"EOF".
var heredoc = regexp.MustCompile(`(?:^|\s)\d*<<-?["']?([A-Za-z_][A-Za-z0-9_]*)["']?`)

// Stages are the names of the stages of a Dockerfile, in lower case as the
// builder compares them, in order. Stages without a name are left out.
//
//	dockerfile.Stages("FROM node:24 AS base") // [base]
func Stages(text string) []string {
	var stages []string
	walk(text, func(words []string) {
		if n := len(words); n >= 4 && strings.EqualFold(words[0], "FROM") && strings.EqualFold(words[n-2], "AS") {
			stages = append(stages, strings.ToLower(words[n-1]))
		}
	})
	return stages
}

// walk visits the instructions as words. Here-documents are none.
func walk(text string, visit func(words []string)) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := instruction(lines, &i)
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		visit(words)
		if strings.EqualFold(words[0], "FROM") {
			continue
		}
		for _, match := range heredoc.FindAllStringSubmatch(line, -1) {
			for i++; i < len(lines) && strings.TrimLeft(lines[i], "\t") != match[1]; i++ {
			}
		}
	}
}

// instruction joins the lines of one instruction; comments may stand between
// them. It leaves i at its last line.
func instruction(lines []string, i *int) string {
	var b strings.Builder
	for ; *i < len(lines); *i++ {
		line := strings.TrimSpace(lines[*i])
		if strings.HasPrefix(line, "#") {
			if b.Len() == 0 {
				return ""
			}
			continue
		}
		rest, more := strings.CutSuffix(line, `\`)
		b.WriteString(rest + " ")
		if !more {
			break
		}
	}
	return b.String()
}
