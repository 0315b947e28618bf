package stack

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/octocode/octocode-ci/ci/problem"
)

// Text is the plan for people, without secrets: a table of the services in
// start order, the details of each, what is not carried out, and warnings.
func (p Plan) Text() string {
	p = p.Mask()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", problem.OneLine(p.Name), count(len(p.Services), "service"))
	p.table(&b)
	for _, s := range p.Services {
		s.details(&b)
	}
	p.resources(&b)
	p.notCarriedOut(&b)
	for _, w := range p.Warnings {
		fmt.Fprintf(&b, "\nWarning: %s\n", w)
	}
	return b.String()
}

// table has one row for each service; the number in front is its level.
func (p Plan) table(b *strings.Builder) {
	level := map[string]int{}
	if levels, err := p.Order(); err == nil {
		for i, names := range levels {
			for _, name := range names {
				level[name] = i + 1
			}
		}
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = problem.OneLine(cells[i])
		}
		fmt.Fprintln(t, "  "+strings.Join(cells, "\t"))
	}
	row("START", "SERVICE", "FROM", "REPLICAS", "PORTS", "AFTER")
	for _, s := range p.Services {
		row(dash(fmt.Sprint(level[s.Name])), s.Name, dash(s.source()), fmt.Sprint(s.Replicas), dash(join(s.Ports)), dash(join(s.DependsOn)))
	}
	t.Flush()
}

func (s Service) details(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s\n", problem.OneLine(s.Name))
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %s: %s\n", name, problem.OneLine(value))
		}
	}
	if s.Build != nil {
		line("dockerfile", s.Build.Dockerfile)
		for _, v := range s.Build.Args {
			line("argument", v.Name+"="+v.Value)
		}
	}
	line("platform", s.Platform)
	line("entrypoint", argv(s.Entrypoint))
	line("command", argv(s.Command))
	line("user", s.User)
	line("folder", s.WorkingDir)
	line("names", strings.Join(s.Aliases, ", "))
	line("exposes", join(s.Expose))
	line("health", s.Healthcheck.String())
	for _, v := range s.Environment {
		line("variable", v.Name+"="+v.Value)
	}
	for _, m := range s.Mounts {
		line("mount", m.String())
	}
}

// resources are the parts that services share.
func (p Plan) resources(b *strings.Builder) {
	var lines []string
	for _, s := range p.Secrets {
		from := "external " + s.External
		if s.File != "" {
			from = "file " + s.File
		} else if s.Environment != "" {
			from = "variable " + s.Environment
		}
		lines = append(lines, "secret "+s.Name+": "+from)
	}
	for _, c := range p.Configs {
		from := "text"
		if c.File != "" {
			from = "file " + c.File
		} else if c.External != "" {
			from = "external " + c.External
		}
		lines = append(lines, "config "+c.Name+": "+from)
	}
	for _, v := range p.Volumes {
		lines = append(lines, "volume "+v.Name+": "+strings.Join(v.Services, ", "))
	}
	if len(lines) > 0 {
		fmt.Fprintln(b, "\nshared")
		for _, line := range lines {
			fmt.Fprintln(b, "  "+problem.OneLine(line))
		}
	}
}

// notCarriedOut lists what changes the stack line by line, and only counts the
// rest by key.
func (p Plan) notCarriedOut(b *strings.Builder) {
	var lines, harmless []string
	for _, d := range p.Dropped {
		if d.Severity == Warn {
			lines = append(lines, problem.Place(d.File, d.Line)+problem.OneLine(d.path()+": "+d.Reason))
		} else if !slices.Contains(harmless, d.Key) {
			harmless = append(harmless, d.Key)
		}
	}
	if len(lines) > 0 {
		fmt.Fprintf(b, "\nnot carried out (%d)\n", len(lines))
		for _, line := range lines {
			fmt.Fprintln(b, "  "+line)
		}
	}
	if len(harmless) > 0 {
		slices.Sort(harmless)
		fmt.Fprintf(b, "\nno effect here: %s\n", problem.OneLine(strings.Join(harmless, ", ")))
	}
}

// argv tells an empty list from none.
func argv(list []string) string {
	if list == nil {
		return ""
	}
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = s
		if s == "" || strings.ContainsAny(s, " \t\n\"'") {
			quoted[i] = fmt.Sprintf("%q", s)
		}
	}
	return "[" + strings.Join(quoted, " ") + "]"
}

func join[T fmt.Stringer](list []T) string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = item.String()
	}
	return strings.Join(texts, ", ")
}

func dash(s string) string {
	if s == "" || s == "0" {
		return "-"
	}
	return s
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
