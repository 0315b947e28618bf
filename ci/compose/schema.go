package compose

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/compose-spec/compose-go/v2/schema"
)

// rules are a part of the Compose specification's JSON schema, as far as
// positions are needed for it: which keys there are and which types they take.
// What it says beyond that is left to compose-go.
type rules struct {
	Ref        string            `json:"$ref"`
	Type       typeNames         `json:"type"`
	Properties map[string]*rules `json:"properties"`
	Patterns   map[string]*rules `json:"patternProperties"`
	Items      *rules            `json:"items"`
	Required   []string          `json:"required"`
	Enum       []any             `json:"enum"`
	OneOf      []*rules          `json:"oneOf"`
	AnyOf      []*rules          `json:"anyOf"`
	AllOf      []*rules          `json:"allOf"`
	// Additional and Unevaluated are false, true or further rules.
	Additional  json.RawMessage   `json:"additionalProperties"`
	Unevaluated json.RawMessage   `json:"unevaluatedProperties"`
	Defs        map[string]*rules `json:"$defs"`
}

// typeNames is one name or a list of them.
type typeNames []string

func (t *typeNames) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(t))
	}
	var one string
	err := json.Unmarshal(text, &one)
	*t = typeNames{one}
	return err
}

// specification is the schema that compose-go carries, read once.
var specification = sync.OnceValue(func() *rules {
	var root rules
	if err := json.Unmarshal([]byte(schema.Schema), &root); err != nil {
		panic("read the schema of compose-go: " + err.Error()) // a test reads it
	}
	return &root
})

// alternatives are the shapes that a value may have, each without references.
func (r *rules) alternatives() []*rules {
	if r == nil {
		return nil
	}
	if r.Ref != "" {
		return specification().Defs[strings.TrimPrefix(r.Ref, "#/$defs/")].alternatives()
	}
	if len(r.AllOf) > 0 {
		merged := &rules{Type: typeNames{"object"}, Properties: map[string]*rules{}, Patterns: map[string]*rules{},
			Required: r.Required, Additional: r.Unevaluated}
		for _, part := range append(slices.Clone(r.AllOf), &rules{Properties: r.Properties, Patterns: r.Patterns}) {
			for _, shape := range part.alternatives() {
				for name, property := range shape.Properties {
					merged.Properties[name] = property
				}
				for pattern, property := range shape.Patterns {
					merged.Patterns[pattern] = property
				}
			}
		}
		return []*rules{merged}
	}
	var list []*rules
	for _, shape := range append(slices.Clone(r.OneOf), r.AnyOf...) {
		list = append(list, shape.alternatives()...)
	}
	if len(list) == 0 || len(r.Type) > 0 {
		list = append(list, r)
	}
	return list
}

// takes reports whether a value of that kind fits; "" in the schema fits all.
func (r *rules) takes(kind string) bool {
	if len(r.Type) == 0 {
		return true
	}
	return slices.Contains(r.Type, kind) || kind == "integer" && slices.Contains(r.Type, "number")
}

var patterns sync.Map // string → *regexp.Regexp, nil when it is none

// property are the rules of a key. closed is true when the key is not allowed.
func (r *rules) property(name string) (next *rules, closed bool) {
	if p, ok := r.Properties[name]; ok {
		return p, false
	}
	for pattern, p := range r.Patterns {
		compiled, ok := patterns.Load(pattern)
		if !ok {
			re, _ := regexp.Compile(pattern)
			compiled, _ = patterns.LoadOrStore(pattern, re)
		}
		if re := compiled.(*regexp.Regexp); re != nil && re.MatchString(name) {
			return p, false
		}
	}
	switch additional := string(r.Additional); {
	case additional == "false":
		return nil, true
	case strings.HasPrefix(additional, "{"):
		next = &rules{}
		if json.Unmarshal(r.Additional, next) == nil {
			return next, false
		}
	}
	return nil, false
}

// names are the keys that an object of these rules may have.
func (r *rules) names() []string {
	var names []string
	for name := range r.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
