package env

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// ListText is the specification as a table for terminals.
//
//	fmt.Print(env.ListText(env.All()))
func ListText(variables []Variable) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VARIABLE\tTYPE\tDEFAULT\tNEEDED BY\tDESCRIPTION")
	for _, v := range variables {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", v.Name, v.Type, v.fallback(), strings.Join(v.NeededBy, " "), v.description())
	}
	_ = table.Flush() // a strings.Builder takes everything
	return b.String()
}

// ListMarkdown is the specification as a Markdown table.
func ListMarkdown(variables []Variable) string {
	var b strings.Builder
	b.WriteString("| variable | type | default | needed by | |\n|---|---|---|---|---|\n")
	code := func(text string) string {
		if text == "" || text == unset || text == "required" || text == "required in production" {
			return text
		}
		return "`" + text + "`"
	}
	for _, v := range variables {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", v.Name, v.Type, code(v.fallback()), strings.Join(v.NeededBy, ", "),
			strings.ReplaceAll(v.description(), "|", `\|`))
	}
	return b.String()
}

// fallback is the default in words.
func (v Variable) fallback() string {
	switch {
	case v.Default != "":
		return v.Default
	case v.Required == "always":
		return "required"
	case v.Required == "prod":
		return "required in production"
	}
	return unset
}

func (v Variable) description() string {
	if v.File == "" {
		return v.About
	}
	return fmt.Sprintf("%s Also as %s_FILE; secret file %s.", v.About, v.Name, v.File)
}
