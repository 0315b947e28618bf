package stack

import (
	"regexp"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "***"

// minSecret is the length from which a value is searched for in other texts.
// Shorter ones would tear holes into any text.
const minSecret = 4

var (
	secretParts = []string{"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY"}
	secretWords = []string{"PASS", "PWD", "KEY", "KEYS", "DSN", "AUTH", "SALT", "PEPPER", "PRIVATE"}
	// userInfo is what stands before the host of a URL.
	userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^/\s@"']*(?:@[^/\s@"']*)*)@`)
)

// LooksSecret reports whether a variable of this name is likely to hold a
// secret. A name that ends in _FILE or _PATH holds a path, and what is PUBLIC
// is no secret.
//
//	LooksSecret("POSTGRES_PASSWORD") // true
func LooksSecret(name string) bool {
	upper := strings.ToUpper(name)
	words := strings.FieldsFunc(upper, func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) == 0 || upper == "PWD" || upper == "OLDPWD" || slices.Contains(words, "PUBLIC") ||
		slices.Contains([]string{"FILE", "PATH"}, words[len(words)-1]) {
		return false
	}
	for _, part := range secretParts {
		if strings.Contains(upper, part) {
			return true
		}
	}
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(secretWords, word) })
}

// HasCredentials reports whether a text holds a URL with a password in it.
//
//	HasCredentials("postgresql://app:pw@db:5432/app") // true
func HasCredentials(value string) bool { return maskURLs(value) != value }

// maskURLs masks the passwords of all URLs in a text.
func maskURLs(value string) string {
	return userInfo.ReplaceAllStringFunc(value, func(match string) string {
		m := userInfo.FindStringSubmatch(match)
		user, password, found := strings.Cut(m[2], ":")
		if !found || password == "" || password == Mask {
			return match
		}
		return m[1] + user + ":" + Mask + "@"
	})
}

// NewVariable is a variable that knows whether it is sensitive: by its name, by
// a password in a URL, or because it holds one of the known secrets.
func NewVariable(name, value string, secrets []string) Variable {
	v := Variable{Name: name, Value: value}
	v.Sensitive = value != "" && (LooksSecret(name) || HasCredentials(value) || holds(value, secrets))
	return v
}

func holds(value string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return len(s) >= minSecret && strings.Contains(value, s) })
}

// masked is the variable without its secret. Of a URL only the password is
// masked, because the rest is what one wants to see.
func (v Variable) masked(mask func(string) string) Variable {
	if !v.Sensitive {
		return v
	}
	masked := mask(v.Value)
	if masked == v.Value || LooksSecret(v.Name) && !HasCredentials(v.Value) {
		masked = Mask
	}
	v.Value = masked
	return v
}
