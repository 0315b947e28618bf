package project

import (
	"encoding/json"
	"io/fs"
	"reflect"
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	p := detect(t, good(), Options{Node: "24.21.0"})
	want := &Project{
		Name: "shop", Version: "1.2.3", App: ".", Root: ".",
		PackageManager: PackageManager{Name: "pnpm", Version: "10.34.9", Package: "pnpm", Lockfile: "pnpm-lock.yaml", LockfileVersion: "9.0"},
		Scripts:        map[string]string{"build": "next build", "lint": "eslint .", "test": "vitest run"},
		Node:           ">=22.13", TestRunner: "vitest", Coverage: true, TypeScript: true,
		Next: Next{Version: "16.4.6", Config: "next.config.ts", Standalone: true},
		Prisma: &Prisma{Dir: ".", Schema: "prisma/schema.prisma", Generator: true, Provider: "postgresql",
			Migrations: "prisma/migrations", Version: "6.19.3"},
		Needs:    Needs{Postgres: true, Redis: true},
		Warnings: []Problem{},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	if _, err := json.Marshal(p); err != nil {
		t.Error(err)
	}
}

// One row for each kind of problem: what is broken and the line it must give.
func TestProblems(t *testing.T) {
	bare := good().edit(`"packageManager": "pnpm@10.34.9",`, "")
	for name, c := range map[string]struct {
		files files
		opts  Options
		want  string // the whole error
	}{
		"outside":     {good(), Options{App: "../x"}, "../x: the application's folder is outside of the source: give a path inside the source, such as \"apps/web\""},
		"outside win": {good(), Options{App: `..\x`}, `..\x: the application's folder is outside of the source: give a path inside the source, such as "apps/web"`},
		"absolute":    {good(), Options{App: "/etc"}, "/etc: the application's folder is outside of the source: give a path inside the source, such as \"apps/web\""},
		"absent":      {good(), Options{App: "apps/web"}, "apps/web: there is no such folder in the source: name the folder that holds the application's package.json"},
		"a file":      {good(), Options{App: "tsconfig.json"}, "tsconfig.json: there is no such folder in the source: name the folder that holds the application's package.json"},
		"no package.json": {good().with("package.json", ""), Options{},
			"package.json: there is no package.json: name the folder of the application, or create the file with `npm init`"},
		"invalid JSON": {good().with("package.json", "{\n  \"name\": \"x\",\n  \"version\" 1\n}"), Options{},
			"package.json:3: invalid JSON: invalid character '1' after object key: correct the file"},
		"empty file": {good().with("package.json", " "), Options{}, "package.json:1: invalid JSON: unexpected end of JSON input: correct the file"},
		"null":       {good().with("package.json", "null"), Options{}, "package.json:1: invalid JSON: it is null instead of an object: correct the file"},
		"array": {good().with("package.json", "[]"), Options{},
			"package.json:1: invalid JSON: json: cannot unmarshal array into Go value of type map[string]json.RawMessage: correct the file"},
		"wrong type": {good().edit(`"version": "1.2.3"`, `"version": 1`), Options{},
			`package.json:3: "version" has the wrong type: json: cannot unmarshal number into Go value of type string: correct the field`},
		"no lockfile at all": {bare.with("pnpm-lock.yaml", ""), Options{},
			"package.json: no \"packageManager\" and no lockfile: run `pnpm install` and commit pnpm-lock.yaml"},
		"no lockfile": {good().edit("pnpm@10.34.9", "npm@11.0.0").with("pnpm-lock.yaml", ""), Options{},
			"package.json: no lockfile: run `npm install` and commit package-lock.json"},
		"two lockfiles": {bare.with("yarn.lock", yarnLock), Options{},
			`package.json: no "packageManager", and lockfiles of different tools: pnpm-lock.yaml, yarn.lock: keep one of them`},
		"mismatch": {good().edit("pnpm@10.34.9", "npm@11.0.0"), Options{},
			"package.json:4: \"packageManager\" is \"npm@11.0.0\", but the lockfile is pnpm-lock.yaml: remove that one, run `npm install` and commit package-lock.json"},
		"range": {good().edit("pnpm@10.34.9", "pnpm@^10.0.0"), Options{},
			`package.json:4: "packageManager" is "pnpm@^10.0.0", which is not an exact version: use npm, pnpm or yarn with an exact version, such as "pnpm@10.34.9"`},
		"no version": {good().edit("pnpm@10.34.9", "pnpm"), Options{},
			`package.json:4: "packageManager" is "pnpm", without a version: use npm, pnpm or yarn with an exact version, such as "pnpm@10.34.9"`},
		"bad hash": {good().edit("pnpm@10.34.9", "pnpm@10.34.9+md5.xyz"), Options{},
			`package.json:4: "packageManager" is "pnpm@10.34.9+md5.xyz", with a checksum that cannot be read: use npm, pnpm or yarn with an exact version, such as "pnpm@10.34.9"`},
		"bun by name": {good().edit("pnpm@10.34.9", "bun@1.3.0"), Options{},
			`package.json:4: "packageManager" is "bun@1.3.0", which is not supported: use npm, pnpm or yarn with an exact version, such as "pnpm@10.34.9"`},
		"bun by lockfile": {bare.with("pnpm-lock.yaml", "", "bun.lock", "{}"), Options{},
			"bun.lock: bun is not supported: use npm, pnpm or yarn: run `pnpm install` and commit pnpm-lock.yaml"},
		"deno": {bare.with("pnpm-lock.yaml", "", "deno.lock", "{}"), Options{},
			"deno.lock: deno is not supported: use npm, pnpm or yarn: run `pnpm install` and commit pnpm-lock.yaml"},
		"old lockfile": {bare.with("pnpm-lock.yaml", "lockfileVersion: '6.0'\n"), Options{},
			`pnpm-lock.yaml: the file has format 6.0, which pnpm 10.34.9 does not install from, and there is no "packageManager": add a "packageManager" with the exact version that has written the file`},
		"berry lockfile for classic": {good().edit("pnpm@10.34.9", "yarn@1.22.22").with("pnpm-lock.yaml", "", "yarn.lock", berryLock), Options{},
			"yarn.lock: the file is not in the format of yarn 1.22.22: run `yarn install` with that version and commit yarn.lock"},
		"Plug'n'Play": {good().edit("pnpm@10.34.9", "yarn@4.9.1").with("pnpm-lock.yaml", "", "yarn.lock", berryLock), Options{},
			".yarnrc.yml: Yarn installs no node_modules (Plug'n'Play), and the image is made of these: set nodeLinker: node-modules and run `yarn install`"},
		"Plug'n'Play by name": {good().edit("pnpm@10.34.9", "yarn@4.9.1").with("pnpm-lock.yaml", "", "yarn.lock", berryLock, ".yarnrc.yml", "# how\nnodeLinker: 'pnp'\n"), Options{},
			".yarnrc.yml:2: Yarn installs no node_modules (Plug'n'Play), and the image is made of these: set nodeLinker: node-modules and run `yarn install`"},
		"no next": {good().edit(`"next": "16.4.6", `, ""), Options{},
			`package.json: "next" is not a dependency: add it, or give the application a Dockerfile of its own`},
		"next elsewhere": {good().edit(`"next": "16.4.6", `, "").with("apps/web/package.json", packageJSON, "apps/bad/package.json", "{"), Options{},
			`package.json: "next" is not a dependency: name the application's folder: apps/web`},
		"no next.config": {good().with("next.config.ts", ""), Options{},
			`next.config.ts: there is no next.config: create it with output: "standalone"`},
		"not standalone": {good().with("next.config.ts", "// output: 'standalone'\nexport default {}\n"), Options{},
			`next.config.ts: output: "standalone" is not set: set output: "standalone", the image is made of it`},
		"export": {good().with("next.config.ts", "export default {\n  output: 'export',\n}\n"), Options{},
			`next.config.ts:2: output is "export" instead of "standalone": set output: "standalone", the image is made of it`},
		"no build": {good().edit(`"build": "next build",`, ""), Options{},
			`package.json:6: there is no "build" script: add "build": "next build"`},
		"watching": {good().edit("vitest run", "vitest --watch"), Options{},
			"package.json:9: the script \"test\" waits for changes and never ends: run the tests once, as `vitest run` and `jest` do"},
		"no schema": {good().with("prisma/schema.prisma", ""), Options{},
			"package.json: Prisma is a dependency, but there is no schema: create prisma/schema.prisma, or name the schema in prisma.config.ts"},
		"no generator": {good().with("prisma/schema.prisma", "// generator x {\n/*\ngenerator y {\n*/\ndatasource db {\n provider = \"postgresql\"\n}\n"), Options{},
			`prisma/schema.prisma: the schema has no generator: add generator client { provider = "prisma-client-js" }`},
		"several schemas": {good().with("prisma/schema.prisma", "", "a/a.prisma", schema, "b/b.prisma", schema), Options{},
			"package.json: there are several Prisma schemas: a/a.prisma, b/b.prisma: name one in prisma.config.ts beside package.json"},
		"no such Dockerfile": {good(), Options{Dockerfile: "docker/Dockerfile"},
			"docker/Dockerfile: there is no such Dockerfile in the source: correct the path, which is relative to the source"},
		"Dockerfile outside": {good(), Options{Dockerfile: "../Dockerfile"},
			"../Dockerfile: there is no such Dockerfile in the source: correct the path, which is relative to the source"},
		"two at once": {good().with("next.config.ts", "", "pnpm-lock.yaml", ""), Options{},
			"package.json: no lockfile: run `pnpm install` and commit pnpm-lock.yaml\n" +
				`next.config.ts: there is no next.config: create it with output: "standalone"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := problemsOf(t, c.files, c.opts).Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		files files
		opts  Options
		want  string // code of the only warning
		line  string // part of it
	}{
		"no packageManager": {good().edit(`"packageManager": "pnpm@10.34.9",`, ""), Options{}, "no-package-manager", `add "packageManager": "pnpm@10.34.9"`},
		"node":              {good(), Options{Node: "20.1.0"}, "node-mismatch", `engines.node is ">=22.13", but Node.js 20.1.0 is used`},
		"no lint":           {good().edit(`"lint": "eslint .",`, ""), Options{}, "no-lint-script", "nothing is linted"},
		"next lint":         {good().edit("eslint .", "next lint"), Options{}, "next-lint-removed", "package.json:8"},
		"no test":           {good().edit("vitest run", `echo \"Error: no test specified\" && exit 1`), Options{}, "no-test-script", "nothing is tested"},
		"no report":         {good().edit("vitest run", "vitest run && echo done"), Options{}, "no-test-report", "does not end with"},
		"jest":              {good().edit("vitest run", "jest"), Options{}, "no-test-report", "add jest-junit"},
		"second lockfile":   {good().with("package-lock.json", npmLock), Options{}, "several-lockfiles", "package-lock.json, which is not used"},
		"foreign format":    {good().edit("pnpm@10.34.9", "pnpm@8.15.0"), Options{}, "lockfile-format", "has format 9.0, which another version than pnpm 8.15.0"},
		"mysql":             {good().with("prisma/schema.prisma", strings.Replace(schema, "postgresql", "mysql", 1)), Options{}, "unsupported-database", "mysql"},
		"no migrations":     {good().with("prisma/migrations/20260101000000_init/migration.sql", ""), Options{}, "no-prisma-migrations", "stays empty"},
		"prisma not asked for": {good().edit(`"@prisma/client": "6.19.3", `, "", `"prisma": "6.19.3", `, ""), Options{},
			"no-prisma-dependency", "add prisma and @prisma/client"},
	} {
		t.Run(name, func(t *testing.T) {
			p := detect(t, c.files, c.opts)
			if got := codes(p.Warnings); got != c.want {
				t.Fatalf("warnings are %q, want %q", got, c.want)
			}
			if got := p.Warnings[0].String(); !strings.Contains(got, c.line) {
				t.Errorf("%q has no %q", got, c.line)
			}
		})
	}
}

func TestOwnDockerfile(t *testing.T) {
	plain := files{"package.json": `{"name":"x","packageManager":"npm@11.0.0"}`, "package-lock.json": npmLock}
	for name, c := range map[string]struct {
		files files
		opts  Options
		want  string
		codes string
	}{
		"found":     {plain.with("Dockerfile", "FROM x"), Options{}, "Dockerfile", ""},
		"named":     {plain.with("docker/web.Dockerfile", "FROM x"), Options{Dockerfile: "./docker/web.Dockerfile"}, "docker/web.Dockerfile", ""},
		"built in":  {plain.with("Dockerfile", "FROM x"), Options{BuiltIn: true}, "", "no-build-script no-next"},
		"export":    {good().with("Dockerfile", "FROM x", "next.config.ts", "export default {output:'export'}"), Options{}, "Dockerfile", ""},
		"no config": {good().with("Dockerfile", "FROM x", "next.config.ts", ""), Options{}, "Dockerfile", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := Detect(c.files.fs(), c.opts)
			if p.Dockerfile != c.want {
				t.Errorf("Dockerfile is %q, want %q", p.Dockerfile, c.want)
			}
			if got := codes(problemsOf(t, c.files, c.opts)); got != c.codes {
				t.Errorf("problems are %q, want %q", got, c.codes)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	for deps, want := range map[string]Needs{
		`"zod": "4"`:                    {},
		`"pg": "8"`:                     {Postgres: true},
		`"redis": "5"`:                  {Redis: true},
		`"bullmq": "5"`:                 {Redis: true},
		`"ioredis": "5", "postgres":""`: {Postgres: true, Redis: true},
	} {
		f := files{"package.json": `{"packageManager":"npm@11.0.0","dependencies":{` + deps + `}}`, "package-lock.json": npmLock, "Dockerfile": "FROM x"}
		if p := detect(t, f, Options{}); p.Needs != want {
			t.Errorf("%s: got %+v, want %+v", deps, p.Needs, want)
		}
	}
}

func TestProblemsHas(t *testing.T) {
	list := Problems{{Code: NoNext}}
	if !list.Has(NoNext) || list.Has(NoLockfile) {
		t.Error("Has is wrong")
	}
	if got := (Problem{File: "a\nb", Message: "x\x1b[31my\u2028z"}).String(); got != "a b: x[31my z" {
		t.Errorf("got %q", got)
	}
}

// unreadable is a source with a file that cannot be opened.
type unreadable struct {
	fs.FS
	file string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.file {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.FS.Open(name)
}

func (u unreadable) Stat(name string) (fs.FileInfo, error) { return fs.Stat(u.FS, name) }

func TestUnreadable(t *testing.T) {
	for _, file := range []string{"package.json", "next.config.ts"} {
		_, err := Detect(unreadable{good().fs(), file}, Options{})
		if err == nil || !err.(Problems).Has(Unreadable) {
			t.Errorf("%s: got %v", file, err)
		}
	}
	// The format of a lockfile is a courtesy, not a condition.
	if p, err := Detect(unreadable{good().fs(), "pnpm-lock.yaml"}, Options{}); err != nil || p.PackageManager.LockfileVersion != "" {
		t.Errorf("got %v", err)
	}
	large := good().with("package.json", packageJSON+strings.Repeat(" ", maxFile))
	if list := problemsOf(t, large, Options{}); codes(list) != "unreadable" {
		t.Errorf("got %v", list)
	}
}
