package project

import "github.com/octocode/octocode-ci/ci/problem"

// What is wrong with an application is said in the common form.
type (
	Code     = problem.Code
	Problem  = problem.Problem
	Problems = problem.Problems
)

// What can be wrong with an application.
const (
	AppOutside          Code = "app-outside"
	AppMissing          Code = "app-missing"
	NoPackageJSON       Code = "no-package-json"
	InvalidPackageJSON  Code = "invalid-package-json"
	InvalidWorkspace    Code = "invalid-workspace"
	NotInWorkspace      Code = "not-in-workspace"
	NoLockfile          Code = "no-lockfile"
	SeveralLockfiles    Code = "several-lockfiles"
	LockfileMismatch    Code = "lockfile-mismatch"
	LockfileFormat      Code = "lockfile-format"
	NoPackageManager    Code = "no-package-manager"
	BadPackageManager   Code = "bad-package-manager"
	UnsupportedManager  Code = "unsupported-package-manager"
	PlugAndPlay         Code = "yarn-plug-and-play"
	NoNext              Code = "no-next"
	NoNextConfig        Code = "no-next-config"
	NotStandalone       Code = "not-standalone"
	NoBuildScript       Code = "no-build-script"
	NoLintScript        Code = "no-lint-script"
	NextLintRemoved     Code = "next-lint-removed"
	NoTestScript        Code = "no-test-script"
	TestNeverEnds       Code = "test-watches"
	NoTestReport        Code = "no-test-report"
	NodeMismatch        Code = "node-mismatch"
	NoPrismaSchema      Code = "no-prisma-schema"
	SeveralSchemas      Code = "several-prisma-schemas"
	NoPrismaGenerator   Code = "no-prisma-generator"
	NoPrismaDependency  Code = "no-prisma-dependency"
	NoPrismaMigrations  Code = "no-prisma-migrations"
	UnsupportedDatabase Code = "unsupported-database"
	DockerfileMissing   Code = "dockerfile-missing"
	Unreadable          Code = "unreadable"
)
