package scan

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// falcoRules are the entries by kind, with what is used of them.
type falcoRules struct {
	fields        map[string]bool // true: it takes an argument
	macros, lists map[string]falcoItem
	used          map[string]bool
}

// falcoFields reads the fields that Falco has; true says that one takes an
// argument.
func falcoFields(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/falco_fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for line := range strings.SplitSeq(string(data), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, field := range strings.Fields(line) {
			name, ok := strings.CutSuffix(field, "[]")
			fields[name] = ok
		}
	}
	return fields
}

// field says whether Falco has a field, such as "proc.aname[2]".
func (r falcoRules) field(text string) error {
	name, argument, _ := strings.Cut(text, "[")
	takes, ok := r.fields[name]
	if !ok {
		return fmt.Errorf("%s is no field of Falco", text)
	}
	if argument != "" && !takes {
		return fmt.Errorf("%s takes no argument", name)
	}
	return nil
}

var falcoToken = regexp.MustCompile(`\s*("[^"]*"|'[^']*'|[(),]|<=|>=|!=|[=<>]|[^\s(),=<>!"']+)`)

// check parses a condition and resolves what it names.
func (r falcoRules) check(condition string) error {
	var tokens []string
	for rest := strings.TrimSpace(condition); rest != ""; rest = strings.TrimSpace(rest) {
		match := falcoToken.FindStringSubmatchIndex(rest)
		if match == nil || match[0] != 0 {
			return fmt.Errorf("cannot read %q", rest)
		}
		tokens = append(tokens, rest[match[2]:match[3]])
		rest = rest[match[1]:]
	}
	p := &falcoParser{falcoRules: r, tokens: tokens}
	if err := p.expression(); err != nil {
		return err
	}
	if p.next() != "" {
		return fmt.Errorf("%q is left over", p.tokens)
	}
	return nil
}

type falcoParser struct {
	falcoRules
	tokens []string
}

func (p *falcoParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *falcoParser) take() string {
	token := p.next()
	if token != "" {
		p.tokens = p.tokens[1:]
	}
	return token
}

func (p *falcoParser) expect(want string) error {
	if got := p.take(); got != want {
		return fmt.Errorf("%q stands where %q has to", got, want)
	}
	return nil
}

// expression is terms joined by and or or; one after the other in one level
// would need brackets to be read without doubt.
func (p *falcoParser) expression() error {
	join := ""
	for {
		if err := p.term(); err != nil {
			return err
		}
		if p.next() != "and" && p.next() != "or" {
			return nil
		}
		if token := p.take(); join == "" {
			join = token
		} else if join != token {
			return fmt.Errorf("and beside or without brackets, before %q", p.tokens)
		}
	}
}

func (p *falcoParser) term() error {
	token := p.take()
	switch {
	case token == "not":
		return p.term()
	case token == "(":
		if err := p.expression(); err != nil {
			return err
		}
		return p.expect(")")
	case p.macros[token].Macro != "":
		p.used[token] = true
		return nil
	}
	if err := p.field(token); err != nil {
		return fmt.Errorf("%w, nor a macro here", err)
	}
	switch operator := p.take(); operator {
	case "=", "!=", "<", "<=", ">", ">=", "contains", "startswith", "endswith", "glob", "icontains":
		if value := p.take(); value == "" || strings.ContainsAny(value, "(),") {
			return fmt.Errorf("%s %s has no value", token, operator)
		}
		return nil
	case "exists":
		return nil
	case "in", "pmatch", "intersects":
		return p.values()
	default:
		return fmt.Errorf("%s: %q is no operator", token, operator)
	}
}

// values are "(a, b)"; a name may be that of a list. One that looks like the
// name of a list has to be one, for Falco would take it for a value.
func (p *falcoParser) values() error {
	if err := p.expect("("); err != nil {
		return err
	}
	for {
		value := p.take()
		if p.lists[value].List != "" {
			p.used[value] = true
		} else if value == "" || strings.ContainsAny(value, "(),") || strings.Contains(value, "_") {
			return fmt.Errorf("%q is no value, nor a list here", value)
		}
		if token := p.take(); token == ")" {
			return nil
		} else if token != "," {
			return fmt.Errorf("%q stands where a comma has to", token)
		}
	}
}

// The check of conditions finds faults.
func TestFalcoFaults(t *testing.T) {
	r := falcoRules{fields: falcoFields(t), macros: map[string]falcoItem{"one": {Macro: "one"}}, lists: map[string]falcoItem{"some_list": {List: "some_list"}}, used: map[string]bool{}}
	for _, c := range []struct{ condition, want string }{
		{"one and not (proc.name in (a, some_list) or fd.num >= 0)", ""},
		{`proc.aname[2] startswith "x" and fd.snet in ("127.0.0.0/8")`, ""},
		{"proc.nam = sh", "no field of Falco"},
		{"proc.name[2] = sh", "takes no argument"},
		{"evt.dir = <", "no field of Falco"}, // gone with version 0.42
		{"two and one", "two is no field of Falco, nor a macro here"},
		{"proc.name in (other_list)", "nor a list here"},
		{"proc.name in (a", "comma"},
		{"(one", `where ")" has to`},
		{"one or one and one", "without brackets"},
		{"proc.name like x", "no operator"},
		{"proc.name =", "has no value"},
		{"one one", "left over"},
	} {
		if err := r.check(c.condition); (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.condition, err, c.want)
		}
	}
}
