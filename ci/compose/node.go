package compose

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// resolve follows an alias to its anchor.
func resolve(n *yaml.Node) *yaml.Node {
	for range maxDepth {
		if n == nil || n.Kind != yaml.AliasNode {
			break
		}
		n = n.Alias
	}
	return n
}

// entry is one key of a mapping.
type entry struct{ key, value *yaml.Node }

// entries are the keys of a mapping with those that `<<` merges into it; its
// own come last, because they win.
func entries(n *yaml.Node) []entry { return entriesAt(n, 0) }

func entriesAt(n *yaml.Node, depth int) []entry {
	n = resolve(n)
	if n == nil || n.Kind != yaml.MappingNode || depth > 10 {
		return nil
	}
	var merged, own []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.Value == "<<" {
			if from := resolve(value); from != nil && from.Kind == yaml.SequenceNode {
				for j := len(from.Content) - 1; j >= 0; j-- { // the first one wins
					merged = append(merged, entriesAt(from.Content[j], depth+1)...)
				}
			} else {
				merged = append(merged, entriesAt(value, depth+1)...)
			}
			continue
		}
		own = append(own, entry{key, value})
	}
	return append(merged, own...)
}

// lookup is the value of a key, and the key itself for its line.
func lookup(n *yaml.Node, key string) (entry, bool) {
	list := entries(n)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].key.Value == key {
			return list[i], true
		}
	}
	return entry{}, false
}

// value is the text of a scalar below a mapping, or "".
func value(n *yaml.Node, key string) string {
	if e, ok := lookup(n, key); ok {
		if v := resolve(e.value); v != nil && v.Kind == yaml.ScalarNode && !isNull(v) {
			return v.Value
		}
	}
	return ""
}

// items are the elements of a list; a scalar is a list of one.
func items(n *yaml.Node) []*yaml.Node {
	n = resolve(n)
	switch {
	case n == nil || isNull(n):
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	}
	return nil
}

// find walks down a path. It returns the line of the deepest part that is
// there, and how many parts that are. An element of a list is found by what it
// names: "NAME=value" by NAME, "source:target" by source, a mapping by its
// source, path, service or target.
func find(n *yaml.Node, path []string) (line, depth int, last *yaml.Node) {
	line = n.Line
	for _, part := range path {
		n = resolve(n)
		if n == nil {
			break
		}
		var next *yaml.Node
		switch n.Kind {
		case yaml.MappingNode:
			if e, ok := lookup(n, part); ok {
				line, next = e.key.Line, e.value
			}
		case yaml.SequenceNode:
			for _, item := range n.Content {
				if names(resolve(item), part) {
					line, next = item.Line, item
					break
				}
			}
		case yaml.ScalarNode:
			if names(n, part) {
				line, next = n.Line, n
			}
		}
		if next == nil {
			break
		}
		n = next
		depth++
	}
	return line, depth, resolve(n)
}

// names reports whether an element of a list is about that name.
func names(item *yaml.Node, name string) bool {
	if item == nil {
		return false
	}
	if item.Kind == yaml.MappingNode {
		for _, key := range []string{"source", "path", "service", "target"} {
			if value(item, key) == name {
				return true
			}
		}
		return false
	}
	return item.Value == name || strings.HasPrefix(item.Value, name+"=") || strings.HasPrefix(item.Value, name+":")
}

func isNull(n *yaml.Node) bool {
	n = resolve(n)
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// kindOf names what a node is, for people.
func kindOf(n *yaml.Node) string {
	switch n = resolve(n); {
	case n == nil || isNull(n):
		return "empty"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	}
	return "text"
}
