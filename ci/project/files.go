package project

import (
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// maxFile bounds what is read of one file. Hand-written files are far smaller;
// the limit keeps a mistaken include from filling the memory.
const maxFile = 4 << 20

// read returns the text of a file without a byte order mark. A file that is
// there but cannot be read is a problem of its own.
func (d *detector) read(file string) (string, bool) {
	text, err := head(d.fsys, file, maxFile+1)
	if err == nil && len(text) <= maxFile {
		return strings.TrimPrefix(text, "\ufeff"), true
	}
	message := "the file is larger than 4 MiB"
	if err != nil {
		message = "the file cannot be read: " + err.Error()
	}
	d.problem(Problem{Code: Unreadable, File: file, Message: message, Fix: "check the file"})
	return "", false
}

// head reads at most n bytes: the beginning of a lockfile is enough.
func head(fsys fs.FS, file string, n int64) (string, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, n))
	return string(data), err
}

// isFile is false for anything that is absent or not a plain file.
func (d *detector) isFile(file string) bool {
	if !fs.ValidPath(file) {
		return false
	}
	info, err := fs.Stat(d.fsys, file)
	return err == nil && info.Mode().IsRegular()
}

// firstFile returns the first of names that is a file in dir.
func (d *detector) firstFile(dir string, names ...string) string {
	for _, name := range names {
		if file := path.Join(dir, name); d.isFile(file) {
			return file
		}
	}
	return ""
}

// parents lists dir and the folders above it, the nearest first.
//
//	parents("apps/web") // apps/web, apps, .
func parents(dir string) []string {
	list := []string{dir}
	for dir != "." {
		dir = path.Dir(dir)
		list = append(list, dir)
	}
	return list
}

// within makes file relative to dir; ok is false when it lies elsewhere.
func within(dir, file string) (rel string, ok bool) {
	if dir == "." || dir == file {
		if dir == file {
			return ".", true
		}
		return file, true
	}
	return strings.CutPrefix(file, dir+"/")
}

// relative is the way from a folder to a file.
//
//	relative("apps/web", "packages/db/main.prisma") // ../../packages/db/main.prisma
func relative(dir, file string) string {
	up := ""
	for {
		if rel, ok := within(dir, file); ok {
			return up + rel
		}
		dir, up = path.Dir(dir), up+"../"
	}
}

// quote shows foreign text in a message, shortened, on one line.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strconv.Quote(s)
}
