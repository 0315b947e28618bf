package report

import (
	"io"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	const secret, key = `p@ss "w/rd`, "-----BEGIN-----\nMIIEvAIBADANBg\n}\n-----END-----\n"
	leak := strings.Join([]string{secret, "p%40ss+%22w%2Frd", "p@ss%20%22w%2Frd", `p@ss \"w/rd`, "p\x1b[31m@ss \"w/rd", "a MIIEvAIBADANBg b", "cEBzcyAidy9yZA=="}, " ")
	r := sample()
	r.Project, r.Version, r.Commit, r.Warnings = secret, secret, secret, []string{secret}
	r.Image = &Image{Tag: secret, Digest: secret}
	r.Parts = append(r.Parts, Part{Name: secret, Title: secret, Status: Failed, Command: secret, Output: leak, Detail: secret, Fix: secret, Log: secret,
		Tests: &Tests{Total: 1, Failed: 1, Failures: []Failure{{secret, secret, secret}},
			Cases: []Case{{Name: secret, File: secret, Status: Failed, Message: secret, Text: leak}}}})
	red := r.Redact(secret, key, "", "abc", "pass", "p@ss")
	for name, write := range map[string]func(io.Writer) error{"text": text(true, red), "markdown": red.Markdown, "json": red.JSON, "junit": red.JUnit} {
		got := render(t, write)
		for _, s := range []string{"p@ss", "p&#64;ss", "w/rd", "w%2Frd", "MIIE", "cEBzcyAidy9yZA"} {
			if strings.Contains(got, s) {
				t.Errorf("%s still has %q:\n%s", name, s, got)
			}
		}
		if !strings.Contains(got, Mask) && !strings.Contains(got, `\*\*\*`) {
			t.Errorf("%s has no mask", name)
		}
	}
	// The run itself is left as it was, and so are short values.
	if r.Parts[4].Name != secret || r.Image.Tag != secret || r.Warnings[0] != secret || r.Parts[4].Tests.Cases[0].Text != leak {
		t.Error("Redact changed its receiver")
	}
	if got := (Run{Project: "a abc"}).Redact("abc").Project; got != "a abc" {
		t.Errorf("got %q", got)
	}
}
