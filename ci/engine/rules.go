package engine

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// containerChain is a chain that the CNI plugins make for one container.
	containerChain = regexp.MustCompile(`CNI-[0-9a-f]+\b`)
	// engineRule is about the engine's network: its addresses, its bridge or its name.
	engineRule = regexp.MustCompile(`(^| )10\.87\.\d+\.\d+/\d+( |$)|\b` + bridge + `\b|name: \\"dagger\\"`)
)

// sharedChains are those in which the CNI plugins of all programs put rules.
var sharedChains = []string{"CNI-FORWARD", "CNI-ADMIN"}

// withoutEngineRules filters the output of iptables-save: the rules of the
// engine's network go with the chains of its containers, and the chains that
// programs share once nothing of others is in them.
func withoutEngineRules(saved string) (kept string, dropped bool) {
	lines := strings.SplitAfter(saved, "\n")
	chains := map[string]bool{}
	for _, line := range lines {
		if isRule(line) && engineRule.MatchString(strings.TrimSpace(line)) {
			for _, chain := range containerChain.FindAllString(line, -1) {
				chains[chain] = true
			}
		}
	}
	var rest []string
	for _, line := range lines {
		ours := isRule(line) && engineRule.MatchString(strings.TrimSpace(line))
		for _, chain := range containerChain.FindAllString(line, -1) {
			ours = ours || chains[chain]
		}
		if ours {
			dropped = true
		} else {
			rest = append(rest, line)
		}
	}
	if usesShared(rest) {
		return strings.Join(rest, ""), dropped
	}
	var out strings.Builder
	for _, line := range rest {
		if mentionsShared(line) {
			dropped = true
			continue
		}
		out.WriteString(line)
	}
	return out.String(), dropped
}

// usesShared says whether a shared chain holds more than the way to another.
func usesShared(lines []string) bool {
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) > 2 && words[0] == "-A" && slices.Contains(sharedChains, words[1]) && !slices.Contains(sharedChains, words[len(words)-1]) {
			return true
		}
	}
	return false
}

func mentionsShared(line string) bool {
	for _, word := range strings.Fields(line) {
		if slices.Contains(sharedChains, strings.TrimPrefix(word, ":")) {
			return true
		}
	}
	return false
}

func isRule(line string) bool { return strings.HasPrefix(line, "-A ") }
