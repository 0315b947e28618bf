package release

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Commit is one commit of a release.
type Commit struct {
	Hash    string
	Subject string
	Body    string
}

// Notes are what has changed since the release before.
type Notes struct {
	// Version of the release.
	Version string
	// Tag is that of the release; default the version with "v".
	Tag string
	// Previous is the tag before; empty for a first release.
	Previous string
	// URL of the repository, for links; optional.
	URL     string
	Commits []Commit
}

// sections are in the order of the notes; a commit belongs to the first whose
// types have its own. What has no type is a change like any other.
var sections = []struct {
	title string
	types string
}{
	{"Breaking changes", "!"},
	{"Features", "feat"},
	{"Fixes", "fix"},
	{"Security", "security sec"},
	{"Performance", "perf"},
	{"Changes", ""},
}

var (
	conventional = regexp.MustCompile(`^([a-z]+)(\([^()]*\))?(!)?: +(.+)$`)
	breaking     = regexp.MustCompile(`(?m)^BREAKING[ -]CHANGE: `)
	// quiet are the types of commits that change nothing for who uses a release.
	quiet = map[string]bool{"chore": true, "ci": true, "style": true, "test": true, "build": true, "docs": true, "refactor": true}
)

// Markdown writes the notes. Commits may follow Conventional Commits, and need
// not; merges are left out.
func (n Notes) Markdown(w io.Writer) error {
	if err := CheckSource(n.URL); err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "# %s\n", plain(n.Version))
	grouped := make([][]string, len(sections))
	for _, c := range n.Commits {
		if section, line, ok := n.line(c); ok {
			grouped[section] = append(grouped[section], line)
		}
	}
	written := false
	for i, lines := range grouped {
		if len(lines) > 0 {
			fmt.Fprintf(&text, "\n## %s\n\n%s\n", sections[i].title, strings.Join(lines, "\n"))
			written = true
		}
	}
	switch {
	case !written && n.Previous != "":
		fmt.Fprintf(&text, "\nNothing that users see has changed since %s.\n", plain(n.Previous))
	case n.Previous != "" && n.URL != "":
		fmt.Fprintf(&text, "\n[All changes since %s](%s/compare/%s...%s)\n", plain(n.Previous), n.URL, n.Previous, cmp.Or(n.Tag, "v"+strings.TrimPrefix(n.Version, "v")))
	case n.Previous != "":
		fmt.Fprintf(&text, "\nAll of it since %s.\n", plain(n.Previous))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func (n Notes) line(c Commit) (section int, line string, ok bool) {
	if strings.HasPrefix(c.Subject, "Merge ") {
		return 0, "", false
	}
	kind, scope, subject, loud := "", "", c.Subject, breaking.MatchString(c.Body)
	if m := conventional.FindStringSubmatch(c.Subject); m != nil {
		kind, scope, subject = m[1], strings.Trim(m[2], "()"), m[4]
		loud = loud || m[3] != ""
	}
	if quiet[kind] && !loud {
		return 0, "", false
	}
	section = len(sections) - 1
	for i, s := range sections {
		if loud || kind != "" && strings.Contains(" "+s.types+" ", " "+kind+" ") {
			section = i
			break
		}
	}
	subject = plain(subject)
	if scope != "" {
		subject = "**" + plain(scope) + "**: " + subject
	}
	hash := c.Hash[:min(7, len(c.Hash))]
	if n.URL != "" {
		return section, fmt.Sprintf("- %s ([%s](%s/commit/%s))", subject, hash, n.URL, c.Hash), true
	}
	return section, fmt.Sprintf("- %s (%s)", subject, hash), true
}

// plain keeps the words of a commit from being markup, mentions and images.
func plain(text string) string {
	return markup.Replace(strings.Join(strings.Fields(text), " "))
}

var markup = strings.NewReplacer("<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "@", "@\u200b", "![", `!\[`)

// ParseLog reads a log with hash, subject and body, between the separators of ASCII.
func ParseLog(text string) []Commit {
	var commits []Commit
	for record := range strings.SplitSeq(text, "\x1e") {
		fields := strings.Split(strings.TrimLeft(record, "\n"), "\x1f")
		if len(fields) == 3 {
			commits = append(commits, Commit{Hash: fields[0], Subject: fields[1], Body: strings.TrimSpace(fields[2])})
		}
	}
	return commits
}
