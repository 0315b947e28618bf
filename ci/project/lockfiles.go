package project

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

// lockfile is a file that pins the packages of one package manager.
type lockfile struct {
	Name    string
	Manager string
}

// lockfiles in the order of preference. npm-shrinkwrap.json stands before
// package-lock.json because npm prefers it too.
var lockfiles = []lockfile{
	{"pnpm-lock.yaml", "pnpm"},
	{"npm-shrinkwrap.json", "npm"},
	{"package-lock.json", "npm"},
	{"yarn.lock", "yarn"},
	{"bun.lock", "bun"},
	{"bun.lockb", "bun"},
	{"deno.lock", "deno"},
}

// locksIn lists the lockfiles of a folder.
func (d *detector) locksIn(dir string) []lockfile {
	var found []lockfile
	for _, l := range lockfiles {
		if d.isFile(path.Join(dir, l.Name)) {
			found = append(found, l)
		}
	}
	return found
}

// The format is written in the first lines; npm puts it after the name and
// version of the application.
var (
	pnpmFormat  = regexp.MustCompile(`(?m)^lockfileVersion:\s*['"]?([0-9][0-9.]*)`)
	npmFormat   = regexp.MustCompile(`"lockfileVersion"\s*:\s*(\d+)`)
	berryFormat = regexp.MustCompile(`(?m)^__metadata:\s*\n\s+version:\s*['"]?(\d+)`)
	yarnFormat  = regexp.MustCompile(`(?m)^# yarn lockfile v(\d+)`)
)

// lockFormat reads the format version of a lockfile, and whether a yarn.lock
// is one of Yarn 2 and later. "" when it is not written where it belongs.
func (d *detector) lockFormat(file string) (format string, berry bool) {
	text, err := head(d.fsys, file, 8<<10)
	if err != nil {
		return "", false
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	first := func(re *regexp.Regexp) string {
		if m := re.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		return ""
	}
	switch path.Base(file) {
	case "pnpm-lock.yaml":
		return first(pnpmFormat), false
	case "yarn.lock":
		if format = first(berryFormat); format != "" {
			return format, true
		}
		return first(yarnFormat), false
	default:
		return first(npmFormat), false
	}
}

var linkerLine = regexp.MustCompile(`(?m)^nodeLinker:[ \t]*['"]?([\w-]*)`)

// findLinker refuses Yarn without node_modules, which is what Yarn 2 and later
// do unless told otherwise: Next.js makes no standalone output then.
func (d *detector) findLinker() {
	if !d.p.PackageManager.Berry || d.p.Dockerfile != "" {
		return
	}
	p := Problem{Code: PlugAndPlay, File: path.Join(d.p.Root, ".yarnrc.yml"),
		Message: "Yarn installs no node_modules (Plug'n'Play), and the image is made of these", Fix: "set nodeLinker: node-modules and run `yarn install`"}
	if d.isFile(p.File) {
		text, ok := d.read(p.File)
		if at := linkerLine.FindStringSubmatchIndex(text); at != nil {
			if text[at[2]:at[3]] != "pnp" {
				return
			}
			p.Line = 1 + strings.Count(text[:at[0]], "\n")
		}
		if !ok {
			return
		}
	}
	d.problem(p)
}

// reads reports whether a package manager installs from a lockfile format
// without wanting to rewrite it. Unknown versions and formats are trusted:
// only pairs that are known to be refused are worth a word.
func reads(m PackageManager) bool {
	major, err := strconv.Atoi(before(m.Version, "."))
	format, formatErr := strconv.Atoi(before(m.LockfileVersion, "."))
	if err != nil || formatErr != nil {
		return true
	}
	switch m.Package {
	case "pnpm": // 9 and later write format 9; 8 and earlier know nothing of it
		return (major >= 9) == (format >= 9)
	case "@yarnpkg/cli-dist": // 4 and later write format 8
		return (major >= 4) == (format >= 8)
	}
	return true
}

func before(s, sep string) string {
	s, _, _ = strings.Cut(s, sep)
	return s
}
