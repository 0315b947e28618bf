package attest

import (
	"fmt"
	"strings"
)

// ParseInputs reads arguments of a build, each as NAME=VALUE.
func ParseInputs(list []string) (map[string]string, error) {
	return pairs(list, "input", "NAME=VALUE", strings.Index)
}

// ParseMaterials reads what went into a build, each as REFERENCE=sha256:…; a
// reference may have a "=" of its own.
//
//	ParseMaterials([]string{"docker://debian:13?platform=linux/arm64=sha256:…"})
func ParseMaterials(list []string) (map[string]string, error) {
	return pairs(list, "material", "REFERENCE=sha256:…", strings.LastIndex)
}

// pairs never quotes a whole argument: somebody may have given a secret.
func pairs(list []string, what, form string, index func(text, sep string) int) (map[string]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	all := make(map[string]string, len(list))
	for n, text := range list {
		at := index(text, "=")
		if at < 1 {
			return nil, fmt.Errorf("%s %d: write it as %s", what, n+1, form)
		}
		name, value := text[:at], text[at+1:]
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%s %s: it is given twice", what, name)
		}
		all[name] = value
	}
	return all, nil
}
