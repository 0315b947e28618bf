package project

import (
	"slices"
	"strings"
	"testing"
)

func TestManager(t *testing.T) {
	base := good().with("pnpm-lock.yaml", "")
	spec := func(s string) files { return base.edit("pnpm@10.34.9", s) }
	bare := base.edit(`"packageManager": "pnpm@10.34.9",`, "")
	for name, c := range map[string]struct {
		files files
		want  PackageManager
	}{
		"pnpm with hash": {spec("pnpm@10.34.9+sha512.0aF9").with("pnpm-lock.yaml", pnpmLock),
			PackageManager{Name: "pnpm", Version: "10.34.9", Package: "pnpm", Hash: "sha512.0aF9", Lockfile: "pnpm-lock.yaml", LockfileVersion: "9.0"}},
		"prerelease": {spec("pnpm@11.0.0-rc.1").with("pnpm-lock.yaml", pnpmLock),
			PackageManager{Name: "pnpm", Version: "11.0.0-rc.1", Package: "pnpm", Lockfile: "pnpm-lock.yaml", LockfileVersion: "9.0"}},
		"npm": {spec("npm@11.0.0").with("package-lock.json", npmLock),
			PackageManager{Name: "npm", Version: "11.0.0", Package: "npm", Lockfile: "package-lock.json", LockfileVersion: "3"}},
		"shrinkwrap": {spec("npm@11.0.0").with("package-lock.json", npmLock, "npm-shrinkwrap.json", "{}"),
			PackageManager{Name: "npm", Version: "11.0.0", Package: "npm", Lockfile: "npm-shrinkwrap.json"}},
		"classic": {spec("yarn@1.22.22").with("yarn.lock", yarnLock),
			PackageManager{Name: "yarn", Version: "1.22.22", Package: "yarn", Lockfile: "yarn.lock", LockfileVersion: "1"}},
		"berry": {spec("yarn@4.9.1").with("yarn.lock", strings.ReplaceAll(berryLock, "\n", "\r\n"), ".yarnrc.yml", "nodeLinker: \"node-modules\"\r\n"),
			PackageManager{Name: "yarn", Berry: true, Version: "4.9.1", Package: "@yarnpkg/cli-dist", Lockfile: "yarn.lock", LockfileVersion: "8"}},
		"pnpm assumed": {bare.with("pnpm-lock.yaml", pnpmLock),
			PackageManager{Name: "pnpm", Version: "10.34.9", Package: "pnpm", Lockfile: "pnpm-lock.yaml", LockfileVersion: "9.0", Assumed: true}},
		"npm assumed, newer": {bare.with("package-lock.json", npmLock),
			PackageManager{Name: "npm", Version: "99.0.0", Package: "npm", Lockfile: "package-lock.json", LockfileVersion: "3", Assumed: true}},
		"classic assumed": {bare.with("yarn.lock", yarnLock),
			PackageManager{Name: "yarn", Version: DefaultVersions["yarn"], Package: "yarn", Lockfile: "yarn.lock", LockfileVersion: "1", Assumed: true}},
		"berry assumed": {bare.with("yarn.lock", berryLock, ".yarnrc.yml", "nodeLinker: pnpm\n"),
			PackageManager{Name: "yarn", Berry: true, Version: DefaultVersions["@yarnpkg/cli-dist"], Package: "@yarnpkg/cli-dist", Lockfile: "yarn.lock", LockfileVersion: "8", Assumed: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p := detect(t, c.files, Options{Versions: map[string]string{"npm": "99.0.0"}})
			if p.PackageManager != c.want {
				t.Errorf("got  %+v\nwant %+v", p.PackageManager, c.want)
			}
		})
	}
}

// A default that is no exact version would install something else every day.
func TestDefaultVersionsAreExact(t *testing.T) {
	for name, version := range DefaultVersions {
		if !exactVersion.MatchString(version) {
			t.Errorf("%s: %q is not exact", name, version)
		}
	}
}

func TestArgv(t *testing.T) {
	npm, pnpm := PackageManager{Name: "npm"}, PackageManager{Name: "pnpm"}
	classic, berry := PackageManager{Name: "yarn"}, PackageManager{Name: "yarn", Berry: true}
	for _, c := range []struct {
		got  []string
		want string
	}{
		{npm.Install(), "npm ci"},
		{pnpm.Install(), "pnpm install --frozen-lockfile"},
		{classic.Install(), "yarn install --frozen-lockfile"},
		{berry.Install(), "yarn install --immutable"},
		{npm.Run("lint"), "npm run lint"},
		{npm.Run("test", "--x"), "npm run test -- --x"},
		{pnpm.Run("test", "--x"), "pnpm run test --x"},
		{classic.Run("test", "--x"), "yarn run test --x"},
		{berry.Run("test", "--x"), "yarn run test --x"},
		{npm.Exec("tsc", "--noEmit"), "npm exec --no -- tsc --noEmit"},
		{pnpm.Exec("tsc", "--noEmit"), "pnpm exec tsc --noEmit"},
		{classic.Exec("tsc", "--noEmit"), "yarn run tsc --noEmit"},
	} {
		if !slices.Equal(c.got, strings.Fields(c.want)) {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
