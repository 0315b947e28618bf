package env

import (
	"fmt"
	"slices"
	"strings"
)

var (
	// placeholders stand in examples: whoever finds one knows the secret.
	placeholders = []string{"placeholder", "changeme", "example", "octocodedemo", "yourpassword", "yoursecret", "replaceme"}
	// guesses are what everybody tries first, and what people put a number to.
	guesses = []string{"password", "passwort", "passw0rd", "secret", "octocode", "letmein", "qwerty", "admin", "welcome", "default", "postgres", "iloveyou", "12345"}
	dashes  = strings.NewReplacer("-", "", "_", "", ".", "", " ", "")
)

// weakness says why a secret is easy to guess: Example or Weak with the reason,
// or "". The reason quotes nothing of it.
func weakness(secret string, least int) (Status, string) {
	plain := dashes.Replace(strings.ToLower(secret))
	in := func(word string) bool { return strings.Contains(plain, word) }
	switch {
	case slices.ContainsFunc(placeholders, in):
		return Example, "is a placeholder of an example"
	case slices.ContainsFunc(guesses, in):
		return Weak, "contains a word that everybody tries first"
	case len(secret) < least:
		return Weak, fmt.Sprintf("is shorter than %d characters", least)
	case monotonous(secret):
		return Weak, "repeats or counts its characters"
	}
	return OK, ""
}

// monotonous reports whether a text has few different characters, or mostly
// ones that follow each other like abcd and 1111.
func monotonous(text string) bool {
	seen := map[byte]bool{}
	steps := 0
	for i := range len(text) {
		seen[text[i]] = true
		if i > 0 && text[i]-text[i-1]+1 <= 2 { // -1, 0 or 1: bytes wrap around
			steps++
		}
	}
	return len(seen) < 8 || steps > len(text)/2
}
