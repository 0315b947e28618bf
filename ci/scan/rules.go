package scan

import (
	"embed"
	"io/fs"
)

// Checks of Compose files and of GitHub workflows. Trivy has none for either:
// it skips the former in silence and knows the latter as plain YAML.
//
//go:embed rego/*.rego
var rego embed.FS

// RulesNamespace is that of our checks, for --check-namespaces.
const RulesNamespace = "user"

// Rules are the checks of our own in Rego, one file a check: name of the file
// and its text. The caller writes them into a folder for the scanner, and lets
// AddLines fill in the lines of what they find:
//
//	trivy config --config-check DIR --check-namespaces user --misconfig-scanners yaml,dockerfile .
func Rules() map[string]string {
	names, err := fs.Glob(rego, "rego/*.rego")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := rego.ReadFile(name)
		if err != nil {
			panic(err) // it was listed a line ago
		}
		files[name[len("rego/"):]] = string(text)
	}
	return files
}
