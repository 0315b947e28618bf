package project

import "slices"

// value is what stands behind `name:` or `name =` in source code.
type value struct {
	name    string
	line    int
	tokens  []token
	strings []string // those in it, in order
	object  bool     // it starts with {
}

// values finds every `name: …` and `name = …`.
func values(tokens []token, name string) []value {
	var list []value
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].kind == sign || tokens[i].text != name {
			continue
		}
		assigns := tokens[i+1].is(sign, "=")
		if !assigns && !tokens[i+1].is(sign, ":") {
			continue
		}
		if assigns && (tokens[i+2].is(sign, "=") || tokens[i+2].is(sign, ">")) {
			continue // a comparison or an arrow function
		}
		v := value{name: name, line: tokens[i].line, tokens: expression(tokens[i+2:], assigns)}
		v.object = len(v.tokens) > 0 && v.tokens[0].is(sign, "{")
		for _, t := range v.tokens {
			if t.kind == text {
				v.strings = append(v.strings, t.text)
			}
		}
		list = append(list, v)
	}
	return list
}

// maxExpression bounds the search for the end of an expression: no option we
// look for is as long, and a search to the end of the file for each name would
// take quadratic time.
const maxExpression = 400

// expression is the part of tokens up to the end of the first expression.
// Behind an assignment the end may be the end of a line, as the semicolon is
// optional.
func expression(tokens []token, assigned bool) []token {
	depth := 0
	tokens = tokens[:min(len(tokens), maxExpression)]
	for i, t := range tokens {
		if t.kind == sign {
			switch t.text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				if depth--; depth < 0 {
					return tokens[:i]
				}
			case ",", ";":
				if depth == 0 {
					return tokens[:i]
				}
			}
		}
		if assigned && depth == 0 && i > 0 && t.line > tokens[i-1].line && !continues(t) && !continues(tokens[i-1]) {
			return tokens[:i]
		}
	}
	return tokens
}

// continues is true for signs that an expression goes on at or after.
func continues(t token) bool {
	return t.kind == sign && slices.Contains([]string{"?", ":", "|", "&", "+", ".", "="}, t.text)
}
