package stack

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// graph makes a plan of lines such as "app: db cache".
func graph(text string) Plan {
	var p Plan
	for _, line := range strings.Split(text, ", ") {
		name, needs, _ := strings.Cut(line, ":")
		s := Service{Name: name, Replicas: 1}
		for _, need := range strings.Fields(needs) {
			s.DependsOn = append(s.DependsOn, Dependency{Service: strings.Trim(need, "?"), Required: !strings.HasSuffix(need, "?")})
		}
		p.Services = append(p.Services, s)
	}
	return p
}

func TestOrder(t *testing.T) {
	for text, want := range map[string]struct {
		levels [][]string
		err    string
	}{
		"a":                           {levels: [][]string{{"a"}}},
		"b, a":                        {levels: [][]string{{"a", "b"}}},
		"a: b, b: c, c":               {levels: [][]string{{"c"}, {"b"}, {"a"}}},
		"a: c, b: c, c, d: a b":       {levels: [][]string{{"c"}, {"a", "b"}, {"d"}}},
		"a: gone?":                    {levels: [][]string{{"a"}}},
		"a: gone":                     {err: `service "a" depends on "gone", which is not in the stack`},
		"a: a":                        {err: "the dependencies are a circle: a → a"},
		"x, c: a, a: b, b: c, d: a x": {err: "the dependencies are a circle: a → b → c → a"},
		"z: y, y: q, q: y":            {err: "the dependencies are a circle: q → y → q"},
	} {
		levels, err := graph(text).Order()
		if want.err != "" {
			if err == nil || err.Error() != want.err {
				t.Errorf("%s: got %v, want %s", text, err, want.err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(levels, want.levels) {
			t.Errorf("%s: got %v, %v, want %v", text, levels, err, want.levels)
		}
	}
	if levels, err := (Plan{}).Order(); err != nil || len(levels) != 0 {
		t.Errorf("an empty plan: got %v, %v", levels, err)
	}
	var circle *CircleError
	if _, err := graph("b: a, a: b").Order(); !errors.As(err, &circle) || !reflect.DeepEqual(circle.Path, []string{"a", "b", "a"}) {
		t.Errorf("got %v", err)
	}
}

func TestSorted(t *testing.T) {
	before := graph("z: a, m, a: m, b")
	sorted, err := before.Sorted()
	if got := strings.Join(sorted.Names(), " "); err != nil || got != "b m a z" {
		t.Errorf("got %s, %v", got, err)
	}
	if before.Services[0].Name != "z" {
		t.Error("the receiver has changed")
	}
	if _, err := graph("a: a").Sorted(); err == nil {
		t.Error("a circle is sorted")
	}
}

func TestDependencies(t *testing.T) {
	p := graph("edge: app, app: db cache, db, cache: disk, disk, other: db")
	for name, want := range map[string]string{"edge": "db disk cache app", "app": "db disk cache", "db": "", "other": "db"} {
		got, err := p.Dependencies(name)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, %v, want %s", name, got, err, want)
		}
	}
	if _, err := p.Dependencies("web"); err == nil || err.Error() != `there is no service "web": the services are app, cache, db, disk, edge, other` {
		t.Errorf("got %v", err)
	}
	if _, err := graph("a: a").Dependencies("a"); err == nil {
		t.Error("a circle has no error")
	}
}
