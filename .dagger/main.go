// OctoCode CI: checks, production image and reports of a Next.js application.
// The application may have Prisma, PostgreSQL and Redis, and a Dockerfile of
// its own; it has to have a lockfile.
//
// Without arguments it takes the Next.js application that it finds in the
// current repository:
//
//	dagger check                     # lint, typecheck, test
//	dagger call ci                   # all of it and the image, as one report
//	dagger call build as-tarball export --path image.tar
package main

import (
	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// Octocode is the pipeline of one application.
type Octocode struct {
	// The sources.
	Source *dagger.Directory // +private
	// Folder of the application inside the sources.
	App string // +private
	// Base image of the stages: a family or a reference.
	BaseImage string // +private
	// Version of Node.js, or a reference of an image that has it.
	Node string // +private
	// The application's own Dockerfile.
	Dockerfile string // +private
	// NAME=VALUE arguments of the Dockerfile.
	BuildArgs []string // +private
	// NAME=VALUE variables of the checks.
	Env []string // +private
	// Registry credentials for the package manager.
	Npmrc *dagger.Secret // +private
	// Variables of the build.
	BuildEnv *dagger.Secret // +private
	// Where the checks run, instead of the development stage.
	Container *dagger.Container // +private
	// Platform of the images that are built; empty is the engine's own.
	Platform dagger.Platform // +private
}

// ignored is what the pipeline does not look at: the same as in +ignore below.
var ignored = []string{
	"**/node_modules", "**/.next", "**/.git", "**/.env*", "!**/.env.example", "**/coverage", "**/*.tsbuildinfo",
}

// New sets up the pipeline. No argument is required.
//
//	dagger call --app apps/web --base-image archlinux ci
func New(
	// Sources of the application, or of the monorepo that it is in.
	//
	// +defaultPath="/"
	// +ignore=["**/node_modules", "**/.next", "**/.git", "**/.env*", "!**/.env.example", "**/coverage", "**/*.tsbuildinfo"]
	source *dagger.Directory,
	// Folder of the application inside the sources. Default: the only Next.js application in them.
	//
	// +optional
	app string,
	// Base image: "debian", "archlinux", "alpine", or a reference of an image of these families.
	//
	// +default="debian"
	baseImage string,
	// Version of Node.js, such as "24.21.0", or a reference of an image that has it. Default: the pinned one.
	//
	// +optional
	node string,
	// The application's own Dockerfile, inside the sources; its stages are found by their names, and its context is
	// the folder of the lockfile. Default: a Dockerfile in the application's folder, else the five stages of this
	// module. "none" ignores the application's.
	//
	// +optional
	dockerfile string,
	// Arguments of the Dockerfile, as NAME=VALUE.
	//
	// +optional
	buildArgs []string,
	// Environment variables of lint, typecheck and test, as NAME=VALUE.
	//
	// +optional
	env []string,
	// An .npmrc with the credentials of a private package registry. It is in no layer and no log.
	//
	// +optional
	npmrc *dagger.Secret,
	// NAME=VALUE lines for the build only. They are in no layer, unless the application puts them there.
	//
	// +optional
	buildEnv *dagger.Secret,
	// Container that lint, typecheck and test run in, with sources and packages in its working directory.
	// Default: the development stage.
	//
	// +optional
	container *dagger.Container,
) *Octocode {
	if node == "" {
		node = pins.Node
	}
	return &Octocode{
		// The engine applies +ignore to the default, not to sources that are named.
		// What Git ignores is left out, as in a fresh clone: reports and builds
		// that lie there would make each run a new one.
		Source: source.Filter(dagger.DirectoryFilterOpts{Exclude: ignored, Gitignore: true}), App: app, BaseImage: baseImage, Node: node, Dockerfile: dockerfile, BuildArgs: buildArgs,
		Env: env, Npmrc: npmrc, BuildEnv: buildEnv, Container: container,
	}
}
