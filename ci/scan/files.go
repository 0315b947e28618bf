package scan

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// configNames are the names of files whose configuration is scanned, by kind.
// Trivy itself knows fewer of them: see ConfigArgs.
var configNames = map[string]*regexp.Regexp{
	"dockerfile": regexp.MustCompile(`(?i)(^|/)((docker|container)file([._-][^/]*)?|[^/]+\.(docker|container)file)$`),
	"compose":    regexp.MustCompile(`(?i)(^|/)([^/]*[._-])?(compose[^/]*|stack([._-][^/]*)?)\.ya?ml$`),
	"workflows":  regexp.MustCompile(`(^|/)(\.github/workflows/[^/]+|action)\.ya?ml$`),
}

var noConfig = regexp.MustCompile(`(?i)\.(dockerignore|containerignore|md)$`)

// ConfigFiles are those of the files that are of a kind: "dockerfile",
// "compose" or "workflows".
//
//	files := scan.ConfigFiles("compose", []string{"deploy/stack.yml", "package.json"})
func ConfigFiles(kind string, names []string) []string {
	var files []string
	for _, name := range names {
		if configNames[kind].MatchString(name) && !noConfig.MatchString(name) {
			files = append(files, path.Clean(name))
		}
	}
	slices.Sort(files)
	return files
}

var (
	productionName = regexp.MustCompile(`(?i)(^|[./_-])(prod|production)[._-][^/]*$`)
	productionSaid = regexp.MustCompile(`(?m)^x-production:`)
)

// AsProduction is a Compose file as the checks are to see it. They do not know
// its name, so one that is called production, and does not say itself whether
// it is, says so in a last line. All others stay as they are.
//
//	text := scan.AsProduction("docker-compose.prod.yml", text)
func AsProduction(name, text string) string {
	if !configNames["compose"].MatchString(name) || !productionName.MatchString(name) || productionSaid.MatchString(text) {
		return text
	}
	return strings.TrimRight(text, "\n") + "\nx-production: true\n"
}

// locked is what stands in a lockfile that names a package of a registry.
var locked = map[string]*regexp.Regexp{
	"package-lock.json": regexp.MustCompile(`"integrity":|"resolved":\s*"(https?|git)[:+]`),
	"pnpm-lock.yaml":    regexp.MustCompile(`integrity:|tarball:`),
	"yarn.lock":         regexp.MustCompile(`(?m)^ +resolved |^ +resolution: .*@npm:`),
	"bun.lock":          regexp.MustCompile(`"sha\d+-`),
}

// IsLockfile says whether a file is a lockfile of npm, pnpm, Yarn or Bun.
func IsLockfile(name string) bool { return locked[path.Base(name)] != nil }

// HasPackages says whether a lockfile names a package. One that does is in
// every report, or the scanner could not read it.
//
//	if scan.HasPackages("web/yarn.lock", text) { required = append(required, "web/yarn.lock") }
func HasPackages(name, text string) bool {
	pattern := locked[path.Base(name)]
	return pattern != nil && pattern.MatchString(text)
}
