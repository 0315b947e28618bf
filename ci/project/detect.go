package project

import (
	"io/fs"
	"path"
	"strings"
)

// detector carries what the steps of Detect share.
type detector struct {
	fsys     fs.FS
	opts     Options
	p        *Project
	app      *manifest // package.json of the application
	root     *manifest // package.json of Root; the same one when App is Root
	problems Problems
}

// run goes from the outside in. It stops early only where everything behind
// would be a guess: a list of consequences hides the cause.
func (d *detector) run() {
	if !d.findApp() {
		return
	}
	if d.app = d.readManifest(d.p.App); d.app == nil {
		return
	}
	d.p.Name, d.p.Version = d.app.Name, d.app.Version
	for name, line := range d.app.Scripts {
		d.p.Scripts[name] = line
	}
	d.findManager()
	d.findNode()
	d.findDockerfile()
	d.findLinker()
	d.findScripts()
	d.findTests()
	d.findNext()
	d.findPrisma()
	d.findNeeds()
}

func (d *detector) problem(p Problem) { d.problems = append(d.problems, p) }
func (d *detector) warn(p Problem)    { d.p.Warnings = append(d.p.Warnings, p) }

// findApp turns the given folder into a clean path inside the source.
func (d *detector) findApp() bool {
	app := path.Clean(strings.ReplaceAll(d.opts.App, `\`, "/")) // Clean("") is "."
	if !fs.ValidPath(app) {
		d.problem(Problem{Code: AppOutside, File: d.opts.App, Message: "the application's folder is outside of the source",
			Fix: `give a path inside the source, such as "apps/web"`})
		return false
	}
	d.p.App, d.p.Root = app, app
	if info, err := fs.Stat(d.fsys, app); err != nil || !info.IsDir() {
		d.problem(Problem{Code: AppMissing, File: app, Message: "there is no such folder in the source",
			Fix: "name the folder that holds the application's package.json"})
		return false
	}
	return true
}

// findNode reads engines.node, the application's first.
func (d *detector) findNode() {
	file := d.app.File
	if d.p.Node = d.app.Node; d.p.Node == "" && d.root != nil {
		d.p.Node, file = d.root.Node, d.root.File
	}
	if ok, known := satisfies(d.opts.Node, d.p.Node); known && !ok {
		d.warn(Problem{Code: NodeMismatch, File: file,
			Message: "engines.node is " + quote(d.p.Node) + ", but Node.js " + d.opts.Node + " is used",
			Fix:     "choose another version of Node.js or widen engines.node"})
	}
}

// findDockerfile looks for an image recipe of the application's own.
func (d *detector) findDockerfile() {
	if d.opts.BuiltIn {
		return
	}
	if given := d.opts.Dockerfile; given != "" {
		// Also when it is missing: what our own image would need is not asked then.
		d.p.Dockerfile = path.Clean(given)
		if !d.isFile(d.p.Dockerfile) {
			d.problem(Problem{Code: DockerfileMissing, File: given, Message: "there is no such Dockerfile in the source",
				Fix: "correct the path, which is relative to the source"})
		}
		return
	}
	for _, dir := range []string{d.p.App, d.p.Root} {
		if file := path.Join(dir, "Dockerfile"); d.isFile(file) {
			d.p.Dockerfile = file
			return
		}
	}
}

// findNeeds tells services from the drivers the application depends on.
func (d *detector) findNeeds() {
	d.p.Needs.Postgres = d.app.dependsOn("pg", "postgres", "pg-promise", "@prisma/adapter-pg") != ""
	if d.p.Prisma != nil && isPostgres(d.p.Prisma.Provider) {
		d.p.Needs.Postgres = true
	}
	d.p.Needs.Redis = d.app.dependsOn("ioredis", "redis", "@redis/client", "bullmq", "bull") != ""
}
