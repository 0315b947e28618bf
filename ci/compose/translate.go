package compose

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
)

// translation is what to say instead of a message of compose-go. The texts may
// name groups of the pattern as $1.
type translation struct {
	pattern *regexp.Regexp
	code    stack.Code
	message string
	fix     string
}

func says(pattern string, code stack.Code, message, fix string) translation {
	return translation{regexp.MustCompile(pattern), code, message, fix}
}

// translations are the messages that can be said better. Most of what is wrong
// is found before and never gets here.
var translations = []translation{
	says(`^error while interpolating (\S+): .*parsing "(.*)"`, BadValue, `$1 is "$2"`, "write a number"),
	says(`^error while interpolating (\S+): .*invalid boolean: (.*)`, BadValue, `$1 is "$2"`, "write true or false"),
	says(`^(\S+): one of (\S+) must be set`, MissingKey, `$1 has no source`, "add one of $2, or external: true"),
	says(`^(\S+): (\S+) attributes are mutually exclusive`, BadValue, `$1 has several sources`, "keep one of $2"),
	says(`^(\S+): conflicting parameters "external" and "([^"]*)"`, BadValue, `$1 is external and has "$2"`, "keep one of them"),
	says(`(services\.\S+): can't set distinct values on '(.*)' and '(.*)'`, BadValue, `$1 has different values in $2 and $3`, "keep one of them"),
	says(`^(\S+) '(.*)' does not match pattern '(.*)'`, BadValue, `$1 is "$2"`, "write what matches $3"),
	says(`^(\S+) items at (\d+) and (\d+) are equal`, BadValue, `$1 holds the same twice`, "remove one of them"),
	says(`service (\S+) declares mutually exclusive .network_mode. and .networks.`, BadValue, `service "$1" has both network_mode and networks`, "keep one of them"),
	says(`service "(\S+)" declares mutualy exclusive`, BadValue, `service "$1" has both build.dockerfile and build.dockerfile_inline`, "keep one of them"),
	says(`^'?(\S+?)'? invalid size: '(.*)'`, BadValue, `$1 is "$2"`, `write a number with a unit, such as "512m"`),
	says(`^(\S+?):? must be greater than or equal to (\S+)`, BadValue, `$1 is too small`, "write $2 or more"),
	says(`^(\S+?):? must be less than or equal to (\S+)`, BadValue, `$1 is too large`, "write $2 or less"),
}

// What compose-go's messages hold beside the message.
var (
	composeFile    = regexp.MustCompile(`^(?:validating|failed to parse) ([^:]+): `)
	composePath    = regexp.MustCompile(`\b(services|networks|volumes|secrets|configs|jobs|models|include)((?:\.[^\s.:'"]+)*)`)
	composeService = regexp.MustCompile(`service "?([A-Za-z0-9_.-]+)"?`)
	mustBe         = regexp.MustCompile(`^(\S+) must be an? (.+)$`)
	extendsStep    = regexp.MustCompile(`(?m)^  (?:extends )?(\S+) in `)
	brackets       = regexp.MustCompile(`\[([^\]]*)\]`)
)

// endings are what compose-go adds for programs, not for people.
var endings = []string{": invalid compose project", ": invalid project", ": not found", ": no such file or directory"}

// translate makes one line with a place of an error of compose-go. Only what
// the checks before have not found gets here.
func (l *loading) translate(err error) stack.Problem {
	text := strings.ReplaceAll(err.Error(), l.dir+"/", "")
	p := stack.Problem{Code: Invalid, Fix: "see the Compose specification"}
	if m := composeFile.FindStringSubmatch(text); m != nil {
		p.File = m[1]
		text = strings.TrimPrefix(text, m[0])
	}
	if strings.HasPrefix(text, "Circular reference:") {
		return l.extendsCircle(text)
	}
	text = firstLine(text)
	for _, ending := range endings {
		text = strings.TrimSuffix(text, ending)
	}
	p.Message = text
	path := placeIn(text)
	for _, t := range translations {
		if m := t.pattern.FindStringSubmatchIndex(text); m != nil {
			p.Code = t.code
			p.Message = string(t.pattern.ExpandString(nil, t.message, text, m))
			p.Fix = strings.ReplaceAll(string(t.pattern.ExpandString(nil, t.fix, text, m)), "|", ", ")
			break
		}
	}
	if m := mustBe.FindStringSubmatch(text); m != nil {
		p.Code, p.Message, p.Fix = WrongType, fmt.Sprintf("%s is %s", m[1], l.kindAt(path)), "write a "+strings.ReplaceAll(m[2], "array", "list")
	}
	if len(path) > 0 {
		p.File, p.Line = l.locate(path...)
	} else if p.File == "" {
		p.File = l.show(l.files[0])
	}
	return p
}

// firstLine drops the line that only says that lines follow, and spells paths
// such as 'services[web].ports[0]' with dots.
func firstLine(text string) string {
	var line string
	for line = range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasSuffix(line, "error(s):") {
			break
		}
	}
	line = strings.TrimPrefix(line, "yaml: ")
	if strings.HasPrefix(line, "'services[") {
		line = brackets.ReplaceAllString(line, ".$1")
	}
	return line
}

// placeIn finds a path of keys in a message.
func placeIn(text string) []string {
	if m := composePath.FindStringSubmatch(text); m != nil && (m[2] != "" || strings.HasPrefix(text, m[1])) {
		path := []string{m[1]}
		for _, part := range strings.Split(m[2], ".") {
			if part != "" {
				path = append(path, part)
			}
		}
		return path
	}
	if m := composeService.FindStringSubmatch(text); m != nil {
		return []string{"services", m[1]}
	}
	return nil
}

// kindAt names what stands at a path in the files.
func (l *loading) kindAt(path []string) string {
	for i := len(l.sources) - 1; i >= 0; i-- {
		for _, root := range l.sources[i].roots {
			if _, depth, n := find(root, path); depth == len(path) {
				return kindOf(n)
			}
		}
	}
	return "something else"
}

// extendsCircle reads the lines that name the services one by one.
func (l *loading) extendsCircle(text string) stack.Problem {
	var path []string
	for _, m := range extendsStep.FindAllStringSubmatch(text, -1) {
		path = append(path, m[1])
	}
	p := stack.Problem{Code: Circle, Message: "services extend each other in a circle", Fix: "remove one of them", File: l.show(l.files[0])}
	if len(path) > 0 {
		// Where compose-go starts is a matter of chance: start at the first name.
		path = path[:len(path)-1]
		first := 0
		for i := range path {
			if path[i] < path[first] {
				first = i
			}
		}
		path = append(append(append([]string{}, path[first:]...), path[:first]...), path[first])
		p.Message += ": " + strings.Join(path, " → ")
		p.File, p.Line = l.locate("services", path[0], "extends")
	}
	return p
}
