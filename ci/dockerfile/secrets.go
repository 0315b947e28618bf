// Package dockerfile reads and adapts the text of a Dockerfile.
package dockerfile

import (
	"regexp"
	"slices"
	"strings"
)

var secretMount = regexp.MustCompile(`--mount=\S*\btype=secret\b\S*`)

// WithoutSecrets returns the text without the mounts of optional secrets that
// are not given. They would mount nothing, but the engine (v0.19.10) gives
// each of them a new random identity, so that their step is never cached.
// Required ones stay: their absence is an error that the user has to see.
//
//	text = dockerfile.WithoutSecrets(text, []string{"npmrc"})
func WithoutSecrets(text string, given []string) string {
	return secretMount.ReplaceAllStringFunc(text, func(mount string) string {
		options := strings.Split(strings.TrimPrefix(mount, "--mount="), ",")
		if slices.Contains(options, "required") || slices.Contains(options, "required=true") {
			return mount
		}
		if slices.Contains(given, secretID(options)) {
			return mount
		}
		return ""
	})
}

// secretID is the id of a mount, or else the file name of its target.
func secretID(options []string) string {
	values := map[string]string{}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		values[name] = value
	}
	for _, name := range []string{"id", "target", "destination", "dst"} {
		if value := values[name]; value != "" {
			return value[strings.LastIndexByte(value, '/')+1:]
		}
	}
	return ""
}
