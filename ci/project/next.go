package project

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Next is what Next.js is set up to do.
type Next struct {
	// Version is the requirement of package.json, as written.
	Version string `json:"version,omitempty"`
	// Config is the path of next.config.*.
	Config string `json:"config,omitempty"`
	// Standalone is true when the config asks for output: "standalone".
	Standalone bool `json:"standalone"`
	// BuildID is true when the config names builds by a generateBuildId.
	BuildID bool `json:"buildId,omitempty"`
}

var nextConfigs = []string{"next.config.ts", "next.config.mts", "next.config.js", "next.config.mjs", "next.config.cjs"}

// findNext reads next.config without running it. An application with a
// Dockerfile of its own may do as it likes.
func (d *detector) findNext() {
	own := d.p.Dockerfile != ""
	d.p.Next.Version = d.app.Dependencies["next"]
	if d.app.dependsOn("next") == "" {
		if !own {
			d.problem(Problem{Code: NoNext, File: d.app.File, Message: `"next" is not a dependency`, Fix: d.nextFix()})
		}
		return
	}
	d.p.Next.Config = d.firstFile(d.p.App, nextConfigs...)
	if d.p.Next.Config == "" {
		if !own {
			d.problem(Problem{Code: NoNextConfig, File: path.Join(d.p.App, "next.config.ts"), Message: "there is no next.config",
				Fix: `create it with output: "standalone"`})
		}
		return
	}
	code, ok := d.read(d.p.Next.Config)
	if !ok {
		return
	}
	standalone, line, message := readOutput(code)
	d.p.Next.Standalone, d.p.Next.BuildID = standalone, slices.ContainsFunc(tokenize(code), func(t token) bool { return t.text == "generateBuildId" })
	if !standalone && !own {
		d.problem(Problem{Code: NotStandalone, File: d.p.Next.Config, Line: line, Message: message,
			Fix: `set output: "standalone", the image is made of it`})
	}
}

// readOutput finds out whether a next.config asks for the standalone output.
// An expression counts when "standalone" is one of its outcomes, as in
// `output: process.env.EXPORT ? "export" : "standalone"`; a name counts when
// the file has that string at all.
func readOutput(code string) (standalone bool, line int, message string) {
	tokens := tokenize(code)
	anywhere := slices.ContainsFunc(tokens, func(t token) bool { return t.is(text, "standalone") })
	message = `output: "standalone" is not set`
	for _, v := range values(tokens, "output") {
		switch {
		case v.object: // output of webpack
		case slices.Contains(v.strings, "standalone"):
			return true, 0, ""
		case len(v.strings) == 0 && anywhere:
			return true, 0, ""
		case len(v.strings) > 0:
			line, message = v.line, "output is "+quote(v.strings[len(v.strings)-1])+` instead of "standalone"`
		default:
			line, message = v.line, `output is not "standalone"`
		}
	}
	return false, line, message
}

// nextFix names the folders that do have Next.js: the usual cause is a
// monorepo whose application was not named.
func (d *detector) nextFix() string {
	var apps []string
	walk(d.fsys, d.p.App, func(file string) {
		if path.Base(file) != "package.json" || file == d.app.File || len(apps) >= 5 {
			return
		}
		if code, err := head(d.fsys, file, maxFile); err == nil {
			if m, _ := parseManifest(file, code); m != nil && m.dependsOn("next") != "" {
				apps = append(apps, path.Dir(file))
			}
		}
	})
	if len(apps) > 0 {
		return "name the application's folder: " + strings.Join(apps, ", ")
	}
	return "add it, or give the application a Dockerfile of its own"
}

// walk calls visit for every file below dir, but not those of packages.
func walk(fsys fs.FS, dir string, visit func(file string)) {
	_ = fs.WalkDir(fsys, dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil: // a folder that cannot be read holds nothing for us
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return fs.SkipDir
		case !entry.IsDir():
			visit(file)
		}
		return nil
	})
}

var firstNumber = regexp.MustCompile(`\d+`)

// major is the first number of a version or range; 0 when there is none.
func major(version string) int {
	n, _ := strconv.Atoi(firstNumber.FindString(version))
	return n
}
