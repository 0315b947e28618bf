package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report as a job summary: the verdict, a table, and for
// each failed part its output in a block that opens on a click.
//
//	err := run.Markdown(file)
func (r Run) Markdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	verdict := r.Verdict()
	sign := "✅"
	if !verdict.Passed {
		sign = "❌"
	}
	fmt.Fprintf(out, "## %s %s\n\n%s", sign, escape(r.title()), escape(verdict.String()))
	if r.Seconds > 0 {
		fmt.Fprintf(out, " (%s)", Duration(r.Seconds))
	}
	fmt.Fprint(out, "\n\n")
	if len(r.Parts) > 0 {
		fmt.Fprint(out, "| | Part | Result | Time | |\n| --- | --- | --- | ---: | --- |\n")
	}
	for _, p := range r.Parts {
		status, reason := p.Outcome()
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", looks[status].sign, escape(p.title()), status, p.time(), escape(reason))
	}
	if r.Image != nil {
		fmt.Fprintf(out, "\n**Image:** %s\n", escape(r.Image.String()))
	}
	if len(r.Warnings) > 0 {
		fmt.Fprint(out, "\n**Warnings**\n\n")
		for _, warning := range r.Warnings {
			fmt.Fprintf(out, "- %s\n", escape(warning))
		}
	}
	for _, p := range r.Parts {
		if status, reason := p.Outcome(); status == Failed {
			p.details(out, reason, r.tail())
		}
	}
	return out.Flush()
}

// details is one block. The blank lines in it are needed: without them the
// inside is taken for HTML.
func (p Part) details(out io.Writer, reason string, tail int) {
	fmt.Fprintf(out, "\n<details>\n<summary>✗ %s: %s</summary>\n\n", escape(p.title()), escape(reason))
	if p.Tests != nil && len(p.Tests.Failures) > 0 {
		for _, f := range first(p.Tests.Failures, maxFailures) {
			fmt.Fprintf(out, "- %s\n", escape(f.String()))
		}
		if more := len(p.Tests.Failures) - maxFailures; more > 0 {
			fmt.Fprintf(out, "- and %d more\n", more)
		}
		fmt.Fprintln(out)
	}
	text, shown, total := lastLines(p.Output, tail)
	if total > shown {
		fmt.Fprintf(out, "The last %d of %s, all of them are in %s:\n\n", shown, count(total, "line"), escape(p.log()))
	}
	if text != "" {
		fmt.Fprintln(out, fenced("text", text)+"\n")
	}
	if p.Command != "" {
		fmt.Fprintf(out, "Again:\n\n%s\n\n", fenced("sh", p.command()))
	}
	if p.Fix != "" {
		fmt.Fprintf(out, "Fix: %s\n\n", escape(p.Fix))
	}
	fmt.Fprint(out, "</details>\n")
}

// fenced is a code block whose fence is longer than any run of backticks in
// the text, so that no text can close it.
func fenced(language, text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + text + "\n" + fence
}

// escape makes text a piece of one line that is shown as it is: no markup, no
// HTML, no cell border, no link and no mention of a person.
func escape(s string) string { return markup.Replace(oneLine(s)) }

var markup = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`,
	"[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "@", "&#64;",
)
