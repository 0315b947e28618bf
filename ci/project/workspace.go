package project

import (
	"path"
	"strings"
)

// findWorkspace reads which packages belong to Root and makes sure that the
// application is one of them: otherwise an install in Root leaves it without
// packages, and the first error would be a strange one.
func (d *detector) findWorkspace() {
	file, patterns := path.Join(d.p.Root, "package.json"), []string(nil)
	if d.root != nil {
		patterns = d.root.Workspaces
	}
	if d.p.PackageManager.Name == "pnpm" { // it does not read "workspaces"
		file, patterns = path.Join(d.p.Root, "pnpm-workspace.yaml"), nil
		if d.isFile(file) {
			text, ok := d.read(file)
			list, line := workspacePackages(text)
			if ok && line > 0 {
				d.problem(Problem{Code: InvalidWorkspace, File: file, Line: line, Message: `"packages" is not a list of folders`,
					Fix: `write one "- folder" in a line`})
				return
			}
			patterns = list
		}
	}
	d.p.Workspace = len(patterns) > 0
	if d.p.App == d.p.Root {
		return
	}
	rel, ok := within(d.p.Root, d.p.App)
	if !ok || !member(patterns, rel) {
		d.problem(Problem{Code: NotInWorkspace, File: file,
			Message: quote(d.p.App) + " has no lockfile and is not a package of the workspace in " + quote(d.p.Root),
			Fix:     "add it to the workspace's packages, or commit a lockfile in " + quote(d.p.App)})
	}
}

// workspacePackages reads the list "packages" of a pnpm-workspace.yaml, in
// block or flow style. The rest of the file does not matter here, which spares
// a YAML parser. A line number above 0 marks what is not a list.
func workspacePackages(text string) (list []string, badLine int) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		rest, ok := strings.CutPrefix(uncommentYAML(lines[i]), "packages:")
		if !ok {
			continue
		}
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			start := i
			for !strings.Contains(rest, "]") {
				if i++; i >= len(lines) {
					return nil, start + 1
				}
				rest += " " + uncommentYAML(lines[i])
			}
			inside := before(rest[1:], "]")
			for _, item := range strings.Split(inside, ",") {
				list = appendItem(list, item)
			}
			return list, 0
		}
		if rest != "" {
			return nil, i + 1
		}
		for i++; i < len(lines); i++ {
			line := uncommentYAML(lines[i])
			item, isItem := strings.CutPrefix(strings.TrimSpace(line), "-")
			switch {
			case strings.TrimSpace(line) == "":
			case isItem:
				list = appendItem(list, item)
			case line[0] == ' ' || line[0] == '\t':
				return nil, i + 1
			default: // the next key
				return list, 0
			}
		}
	}
	return list, 0
}

// uncommentYAML cuts a comment off a line; a # inside a word or quotes stays.
func uncommentYAML(line string) string {
	var quoted rune
	previous := ' '
	for i, r := range line {
		switch {
		case quoted != 0:
			if r == quoted {
				quoted = 0
			}
		case r == '\'' || r == '"':
			quoted = r
		case r == '#' && (previous == ' ' || previous == '\t'):
			return strings.TrimRight(line[:i], " \t")
		}
		previous = r
	}
	return strings.TrimRight(line, " \t\r")
}

func appendItem(list []string, item string) []string {
	item = strings.TrimSpace(item)
	if n := len(item); n >= 2 && (item[0] == '"' || item[0] == '\'') && item[n-1] == item[0] {
		item = item[1 : n-1]
	}
	if item == "" {
		return list
	}
	return append(list, item)
}

// member reports whether workspace patterns name a folder. Syntax that is not
// understood counts for the folder: the package manager has the last word.
func member(patterns []string, dir string) bool {
	found := false
	for _, pattern := range patterns {
		pattern, excluded := strings.CutPrefix(pattern, "!")
		foreign := strings.ContainsAny(pattern, "{}()[]")
		if !foreign && !globMatch(splitPath(pattern), splitPath(dir)) {
			continue
		}
		if excluded && !foreign {
			return false
		}
		if !excluded {
			found = true
		}
	}
	return found
}

func splitPath(p string) []string { return strings.Split(path.Clean(p), "/") }

// globMatch knows *, ? and **, the latter for any number of folders.
func globMatch(pattern, dir []string) bool {
	if len(pattern) == 0 {
		return len(dir) == 0
	}
	if pattern[0] == "**" {
		// Several ** in a row mean one, and would cost exponential time.
		for len(pattern) > 1 && pattern[1] == "**" {
			pattern = pattern[1:]
		}
		for i := 0; i <= len(dir); i++ {
			if globMatch(pattern[1:], dir[i:]) {
				return true
			}
		}
		return false
	}
	if len(dir) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], dir[0])
	return err == nil && ok && globMatch(pattern[1:], dir[1:])
}
