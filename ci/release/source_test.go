package release

import (
	"strings"
	"testing"
)

func TestCheckSource(t *testing.T) {
	const form, secret = "write it as https://example.com/acme/shop", "leave user, token and all behind ? out"
	for source, want := range map[string]string{
		"":                                           "",
		"https://example.com/acme/shop":              "",
		"git+https://example.com/acme/shop.git":      "",
		"http://localhost:3000/acme/shop":            "",
		"git@example.com:acme/shop.git":              "",
		"ssh://git@example.com:2222/acme/shop.git":   "",
		"git+ssh://git@example.com/acme/shop.git":    "",
		"https://ci:s3cret@example.com/acme/shop":    secret,
		"https://s3cret@example.com/acme/shop":       secret,
		"git+https://x:s3cret@example.com/acme/shop": secret,
		"ssh://git:s3cret@example.com/acme/shop":     secret,
		"https://example.com/acme/shop?token=s3cret": secret,
		"https://example.com/acme/shop#s3cret":       secret,
		"ci:s3cret@example.com:acme/shop":            form,
		"https://ci:s3cret%@example.com/acme/shop":   form,
		"https://ci:s3cret\n@example.com/acme/shop":  form,
		"acme/shop":          form,
		"/home/ann/shop":     form,
		"https:///acme/shop": form,
	} {
		err := CheckSource(source)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: got %v, want %q", source, err, want)
		}
	}
}

func TestCheckURI(t *testing.T) {
	for uri, want := range map[string]string{
		"": "",
		"https://example.com/acme/shop/.github/workflows/release.yml@refs/tags/v1": "",
		"urn:example:builder":           "",
		"https://x:s3cret@example.com/": "leave user and token out",
		"laptop":                        "--builder: it is a URI",
		"my laptop":                     "--builder: it is a URI",
		"https://[s3cret":               "--builder: it is a URI",
	} {
		err := CheckURI("--builder", uri)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%q: got %v, want %q", uri, err, want)
		}
	}
}
