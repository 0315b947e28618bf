package project

// DefaultVersions are used when package.json has no "packageManager". The keys
// are the npm packages that provide the package managers. Each version reads
// the lockfile formats that lockfiles.go marks as current.
var DefaultVersions = map[string]string{
	"npm":               "11.19.1",
	"pnpm":              "10.34.9",
	"yarn":              "1.22.22",
	"@yarnpkg/cli-dist": "4.18.1",
}

// version is the default of one package manager, the caller's first.
func (o Options) version(pkg string) string {
	if v := o.Versions[pkg]; v != "" {
		return v
	}
	return DefaultVersions[pkg]
}
