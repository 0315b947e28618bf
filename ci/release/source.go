package release

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// sshSource is how Git writes a repository behind SSH: git@example.com:acme/shop.git.
var sshSource = regexp.MustCompile(`^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^\s:@]+$`)

// CheckSource says what is wrong with the URL of a repository; an empty one is
// right. It is shown to everybody, in labels, notes, logs and provenance, so it
// may hold no credentials. The message never quotes it.
//
//	CheckSource("https://ci:token@example.com/acme/shop") // … leave user and token out
func CheckSource(source string) error {
	if source == "" || sshSource.MatchString(source) {
		return nil
	}
	u, err := url.Parse(strings.TrimPrefix(source, "git+"))
	if err != nil || u.Scheme == "" || u.Host == "" {
		return errors.New("URL of the sources: write it as https://example.com/acme/shop or git@example.com:acme/shop.git")
	}
	// The user of SSH is a name and no secret.
	if _, password := u.User.Password(); u.User != nil && (u.Scheme != "ssh" || password) || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("URL of the sources: it goes into labels, notes and provenance, which everybody can read; leave user, token and all behind ? out")
	}
	return nil
}

// CheckURI says what is wrong with the URI of a builder or of its run, which
// name says; an empty one is right. The message never quotes it.
func CheckURI(name, uri string) error {
	if uri == "" {
		return nil
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
		return errors.New(name + ": it is a URI, such as https://example.com/acme/shop/.github/workflows/release.yml")
	}
	if u.User != nil {
		return errors.New(name + ": everybody can read it in the provenance; leave user and token out")
	}
	return nil
}
