package dockerfile

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

var (
	globalArg = regexp.MustCompile(`(?i)^ARG\s+([A-Za-z_][A-Za-z0-9_]*)(?:=(\S*))?`)
	fromImage = regexp.MustCompile(`(?i)^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$`)
	copyImage = regexp.MustCompile(`(?i)^(?:COPY|ADD)\s+(?:--\S+\s+)*?--from=(\S+)`)
	fallback  = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):-([^}]*)\}`)
)

// Images are the references of the images that a Dockerfile builds on, in
// order, each once. args are the arguments of the build, over the defaults that
// stand before the first FROM. References that are left without a value are no
// images, and left out.
//
//	dockerfile.Images("ARG V=24\nFROM node:${V} AS base\nFROM base", nil) // [node:24]
func Images(text string, args map[string]string) []string {
	known, stages := map[string]string{}, map[string]bool{"scratch": true}
	value := func(ref string) string {
		ref = fallback.ReplaceAllStringFunc(ref, func(use string) string {
			m := fallback.FindStringSubmatch(use)
			if v := known[m[1]]; v != "" {
				return v
			}
			return m[2]
		})
		return strings.Trim(os.Expand(ref, func(name string) string { return known[name] }), `"'`)
	}
	var images []string
	add := func(ref string) {
		ref = value(ref)
		number := strings.Trim(ref, "0123456789") == ""
		if !number && !stages[strings.ToLower(ref)] && !slices.Contains(images, ref) {
			images = append(images, ref)
		}
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	global := true
	for i := 0; i < len(lines); i++ {
		line := instruction(lines, &i)
		if m := fromImage.FindStringSubmatch(line); m != nil {
			global = false
			add(m[1])
			if m[2] != "" {
				stages[strings.ToLower(m[2])] = true
			}
			continue
		}
		if m := globalArg.FindStringSubmatch(line); m != nil && global {
			known[m[1]] = value(m[2])
			if v, ok := args[m[1]]; ok {
				known[m[1]] = v
			}
			continue
		}
		if m := copyImage.FindStringSubmatch(line); m != nil {
			add(m[1])
		}
		for _, match := range heredoc.FindAllStringSubmatch(line, -1) {
			for i++; i < len(lines) && strings.TrimLeft(lines[i], "\t") != match[1]; i++ {
			}
		}
	}
	return images
}
