package env

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

const (
	unset = "–"
	// maxSecret is more than any secret has; a longer file is the wrong file.
	maxSecret = 64 << 10
	// mounted is where a container finds its secrets.
	mounted = "/run/secrets/"
)

// found is where a variable was found, and what is wrong with that place.
type found struct {
	value    string
	source   string
	findings []finding
	broken   bool // the place is so wrong that there is no value to judge
}

// find gets the value of a variable: from NAME, else from the file that
// NAME_FILE names, else from the folder of secrets.
func (o Options) find(v Variable) found {
	value, source := o.value(v.Name)
	f := found{value: value, source: source}
	if v.File != "" {
		f = o.findFile(v, f)
	}
	if f.source == "" {
		f.source = unset
		if v.Default != "" {
			f.source = "default"
		}
	}
	return f
}

// findFile adds the file of a secret to what its variable gave.
func (o Options) findFile(v Variable, f found) found {
	level := Warning
	if o.Profile == Prod {
		level = Error
	}
	file, _ := o.value(v.Name + "_FILE")
	if file != "" {
		if f.value != "" {
			f.findings = append(f.findings, finding{Malformed, level, "is set, and so is " + v.Name + "_FILE", "keep one of them; the value wins over the file"})
			return f
		}
		fsys, name := o.resolve(file)
		return o.readFile(v, fsys, name, v.Name+"_FILE", level)
	}
	if o.Secrets == nil {
		return f
	}
	if _, err := fs.Stat(o.Secrets, v.File); err != nil {
		return f
	}
	if f.value != "" {
		f.findings = append(f.findings, finding{Malformed, level, "is set, and there is a secret file " + v.File, "keep one of them; the value wins over the file"})
		return f
	}
	return o.readFile(v, o.Secrets, v.File, "secret file "+v.File, level)
}

// value is the first that is not empty: Compose and shells pass an unset
// variable as an empty one.
func (o Options) value(name string) (value, source string) {
	for _, s := range o.Sources {
		if s.Values[name] != "" {
			return s.Values[name], s.Name
		}
	}
	return "", ""
}

// resolve says in which file system a NAME_FILE leads where.
func (o Options) resolve(file string) (fs.FS, string) {
	full := path.Join("/", o.Dir, file)
	if path.IsAbs(file) {
		full = path.Clean(file)
	}
	if name, ok := strings.CutPrefix(full, mounted); ok && o.Secrets != nil {
		return o.Secrets, name
	}
	return o.Files, strings.TrimPrefix(full, "/")
}

// readFile reads a secret from a file, and judges the file.
func (o Options) readFile(v Variable, fsys fs.FS, name, source string, level Level) found {
	f := found{source: source}
	broken := func(message, fix string) found {
		f.broken = true
		f.findings = []finding{{Malformed, Error, message, fix}}
		return f
	}
	subject := "names a file that"
	if source != v.Name+"_FILE" {
		subject = "has a secret file that"
	}
	if fsys == nil {
		return broken(subject+" cannot be reached from here", "give the folder of secrets")
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return broken(subject+" is not there or cannot be read", "create the file, or correct path and rights")
	}
	if !info.Mode().IsRegular() {
		return broken(subject+" is no regular file", "remove it and create the file; containers make a folder where a file is missing")
	}
	if info.Size() > maxSecret {
		return broken(subject+" is longer than any secret", "correct the path")
	}
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return broken(subject+" cannot be read", "correct its rights")
	}
	f.value = strings.TrimSpace(string(content))
	if f.value == "" {
		if o.required(v) {
			f.broken = true
			f.findings = []finding{{Missing, Error, subject + " is empty", "write the secret into it"}}
		}
		return f
	}
	if why := untidy(content); why != "" {
		f.findings = append(f.findings, finding{Malformed, Error, subject + " " + why, "write the secret alone, as with: printf %s \"$SECRET\" > file"})
	}
	// What a container engine mounts has the rights that the engine chose.
	if !strings.HasPrefix("/"+name, mounted) && readableByAll(fsys, name, info) {
		f.findings = append(f.findings, finding{Weak, level, subject + " every user of the machine can read", fmt.Sprintf("chmod 600 %s, or close its folder", path.Base(name))})
	}
	return f
}

func (o Options) required(v Variable) bool {
	return v.Required == "always" || v.Required == "prod" && o.Profile == Prod
}

// untidy says what is around or in a secret. Programs differ in what they cut
// off: one line break at the end is all that none of them minds.
func untidy(content []byte) string {
	content = bytes.TrimSuffix(content, []byte("\n"))
	switch {
	case !utf8.Valid(content) || bytes.HasPrefix(content, []byte("\uFEFF")) || bytes.ContainsRune(content, 0):
		return "is no plain text, or begins with a byte order mark"
	case bytes.ContainsRune(content, '\r'):
		return "has Windows line breaks"
	case bytes.HasSuffix(content, []byte("\n")) || bytes.HasPrefix(content, []byte("\n")):
		return "has empty lines"
	case bytes.ContainsRune(content, '\n'):
		return "has more than one line"
	case len(bytes.TrimSpace(content)) != len(content):
		return "begins or ends with a space"
	}
	return ""
}

// readableByAll needs the right to read the file and to enter its folder.
func readableByAll(fsys fs.FS, name string, info fs.FileInfo) bool {
	if info.Mode().Perm()&0o004 == 0 {
		return false
	}
	folder, err := fs.Stat(fsys, path.Dir(name))
	return err != nil || folder.Mode().Perm()&0o001 != 0
}
