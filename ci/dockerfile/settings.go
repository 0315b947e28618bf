package dockerfile

import (
	"slices"
	"strings"
)

// settings are instructions that say how a container runs and that no engine
// can read from an image.
var settings = []string{"HEALTHCHECK", "STOPSIGNAL", "VOLUME"}

// Settings are those of them that the stage target has, "" being the last one,
// by itself or from the stages that it is built on.
//
//	dockerfile.Settings("FROM node:24\nVOLUME /data", "") // [VOLUME]
func Settings(text, target string) []string {
	stages := map[string][]string{}
	name := ""
	walk(text, func(words []string) {
		switch word := strings.ToUpper(words[0]); {
		case word == "FROM":
			from := slices.DeleteFunc(slices.Clone(words[1:]), func(w string) bool { return strings.HasPrefix(w, "--") })
			if len(from) == 0 {
				return
			}
			name = ""
			if len(from) == 3 {
				name = strings.ToLower(from[2])
			}
			stages[name] = slices.Clone(stages[strings.ToLower(from[0])])
			stages[""] = stages[name]
		case slices.Contains(settings, word) && !slices.Contains(stages[name], word):
			if word == "HEALTHCHECK" && len(words) == 2 && strings.EqualFold(words[1], "NONE") {
				return
			}
			stages[name] = append(stages[name], word)
			stages[""] = stages[name]
		}
	})
	return stages[strings.ToLower(target)]
}
