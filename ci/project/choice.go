package project

import (
	"fmt"
	"path"
	"strings"
)

// findManager settles Root, the package manager and the workspace.
func (d *detector) findManager() {
	locks := d.findRoot()
	d.root = d.app
	if d.p.Root != d.p.App {
		d.root = nil
		if d.isFile(path.Join(d.p.Root, "package.json")) {
			d.root = d.readManifest(d.p.Root)
		}
	}

	spec, from := d.managerSpec()
	if spec == "" {
		d.managerByLockfile(locks)
	} else {
		d.managerBySpec(spec, from, locks)
	}
	d.findWorkspace()
}

// findRoot is the nearest folder with a lockfile. Without any it is that of the
// workspace, so that the missing lockfile is asked for where it belongs.
func (d *detector) findRoot() []lockfile {
	for _, dir := range parents(d.p.App) {
		if locks := d.locksIn(dir); len(locks) > 0 {
			d.p.Root = dir
			return locks
		}
	}
	for _, dir := range parents(d.p.App)[1:] {
		text, _ := head(d.fsys, path.Join(dir, "package.json"), maxFile)
		m, _ := parseManifest("", text)
		if d.isFile(path.Join(dir, "pnpm-workspace.yaml")) || m != nil && len(m.Workspaces) > 0 {
			d.p.Root = dir
			break
		}
	}
	return nil
}

// managerSpec is the nearest "packageManager", with the file it stands in.
func (d *detector) managerSpec() (spec string, from *manifest) {
	spec, from = d.app.PackageManager, d.app
	if d.root == nil || d.root == d.app || d.root.PackageManager == "" {
		return spec, from
	}
	if spec == "" {
		return d.root.PackageManager, d.root
	}
	if spec != d.root.PackageManager {
		d.problem(Problem{Code: BadPackageManager, File: d.app.File, Line: d.app.lineOf("packageManager"),
			Message: fmt.Sprintf(`"packageManager" is %s here and %s in %s`, quote(spec), quote(d.root.PackageManager), d.root.File),
			Fix:     "keep the one in " + d.root.File})
	}
	return spec, from
}

// managerBySpec checks a "packageManager" against the lockfiles.
func (d *detector) managerBySpec(spec string, from *manifest, locks []lockfile) {
	m, code, message := parseManager(spec)
	if code != "" {
		fix := `use npm, pnpm or yarn with an exact version, such as "pnpm@` + d.opts.version("pnpm") + `"`
		d.problem(Problem{Code: code, File: from.File, Line: from.lineOf("packageManager"), Message: message, Fix: fix})
		d.p.PackageManager = m
		return
	}
	var others []string
	for _, l := range locks {
		if l.Manager == m.Name && m.Lockfile == "" {
			m.Lockfile = path.Join(d.p.Root, l.Name)
		} else if l.Manager != m.Name {
			others = append(others, l.Name)
		}
	}
	d.p.PackageManager = m
	switch {
	case len(locks) == 0:
		d.problem(Problem{Code: NoLockfile, File: from.File, Message: "no lockfile", Fix: commitLockfile(m.Name)})
		return
	case m.Lockfile == "":
		d.problem(Problem{Code: LockfileMismatch, File: from.File, Line: from.lineOf("packageManager"),
			Message: fmt.Sprintf(`"packageManager" is %s, but the lockfile is %s`, quote(spec), strings.Join(others, ", ")),
			Fix:     "remove that one, " + commitLockfile(m.Name)})
		return
	case len(others) > 0:
		d.warn(Problem{Code: SeveralLockfiles, File: m.Lockfile, Message: "beside it is " + strings.Join(others, ", ") + ", which is not used",
			Fix: "remove it"})
	}

	format, berry := d.lockFormat(m.Lockfile)
	m.LockfileVersion = format
	d.p.PackageManager = m
	if m.Name == "yarn" && format != "" && berry != m.Berry {
		d.problem(Problem{Code: LockfileMismatch, File: m.Lockfile,
			Message: "the file is not in the format of " + m.String(), Fix: "run `yarn install` with that version and commit yarn.lock"})
	} else if !reads(m) {
		d.warn(Problem{Code: LockfileFormat, File: m.Lockfile,
			Message: fmt.Sprintf("the file has format %s, which another version than %s has written", format, m),
			Fix:     commitLockfile(m.Name)})
	}
}

// managerByLockfile takes the package manager from the only lockfile.
func (d *detector) managerByLockfile(locks []lockfile) {
	managers := map[string]bool{}
	names := make([]string, len(locks))
	for i, l := range locks {
		managers[l.Manager] = true
		names[i] = l.Name
	}
	switch {
	case len(locks) == 0:
		d.problem(Problem{Code: NoLockfile, File: path.Join(d.p.Root, "package.json"), Message: `no "packageManager" and no lockfile`, Fix: commitLockfile("pnpm")})
		return
	case len(managers) > 1:
		d.problem(Problem{Code: SeveralLockfiles, File: d.app.File,
			Message: `no "packageManager", and lockfiles of different tools: ` + strings.Join(names, ", "),
			Fix:     "keep one of them"})
		return
	}
	m := PackageManager{Name: locks[0].Manager, Lockfile: path.Join(d.p.Root, locks[0].Name), Assumed: true}
	if m.Name == "bun" || m.Name == "deno" {
		d.problem(Problem{Code: UnsupportedManager, File: m.Lockfile, Message: m.Name + " is not supported", Fix: "use npm, pnpm or yarn: " + commitLockfile("pnpm")})
		d.p.PackageManager = m
		return
	}
	var berry bool
	m.LockfileVersion, berry = d.lockFormat(m.Lockfile)
	m.setPackage(berry)
	m.Version = d.opts.version(m.Package)
	d.p.PackageManager = m

	file, add := d.app.File, fmt.Sprintf(`add "packageManager": "%s@%s"`, m.Name, m.Version)
	if d.root != nil {
		file = d.root.File
	}
	if !reads(m) {
		d.problem(Problem{Code: LockfileFormat, File: m.Lockfile,
			Message: fmt.Sprintf(`the file has format %s, which %s does not install from, and there is no "packageManager"`, m.LockfileVersion, m),
			Fix:     `add a "packageManager" with the exact version that has written the file`})
		return
	}
	d.warn(Problem{Code: NoPackageManager, File: file,
		Message: fmt.Sprintf(`no "packageManager": %s is used, because of %s`, m, locks[0].Name), Fix: add})
}

// commitLockfile is the cure for a missing lockfile.
func commitLockfile(manager string) string {
	file := map[string]string{"pnpm": "pnpm-lock.yaml", "npm": "package-lock.json", "yarn": "yarn.lock"}[manager]
	return fmt.Sprintf("run `%s install` and commit %s", manager, file)
}
