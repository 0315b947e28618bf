package report

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "***"

// minSecret is the length from which a value is searched for. Shorter ones
// would tear holes into any text and are not secrets worth the name.
const minSecret = 4

// Redact returns the run without the given values in any text of it, in case a
// tool has printed one. Besides the value itself it looks for its usual
// spellings (in a URL, in JSON, in base64) and for the lines of a longer one,
// such as a key. Call it last, on the complete run.
//
//	run = run.Redact(databasePassword, token)
func (r Run) Redact(values ...string) Run {
	mask := masker(values)
	r.Project, r.Version, r.Commit = mask(r.Project), mask(r.Version), mask(r.Commit)
	r.Warnings = slices.Clone(r.Warnings)
	for i, w := range r.Warnings {
		r.Warnings[i] = mask(w)
	}
	if r.Image != nil {
		image := *r.Image
		image.Tag, image.Digest = mask(image.Tag), mask(image.Digest)
		r.Image = &image
	}
	r.Parts = slices.Clone(r.Parts)
	for i := range r.Parts {
		p := &r.Parts[i]
		for _, s := range []*string{&p.Name, &p.Title, &p.Command, &p.Output, &p.Detail, &p.Fix, &p.Log} {
			*s = mask(*s)
		}
		if p.Tests == nil {
			continue
		}
		tests := *p.Tests
		tests.Failures = slices.Clone(tests.Failures)
		for j := range tests.Failures {
			f := &tests.Failures[j]
			f.Name, f.File, f.Message = mask(f.Name), mask(f.File), mask(f.Message)
		}
		tests.Cases = slices.Clone(tests.Cases)
		for j := range tests.Cases {
			c := &tests.Cases[j]
			c.Name, c.File, c.Message, c.Text = mask(c.Name), mask(c.File), mask(c.Message), mask(c.Text)
		}
		p.Tests = &tests
	}
	return r
}

// masker builds the function that masks all spellings, the longest first, so
// that no rest of one is left beside the mask of a shorter one. The text is
// cleaned before: a colour code inside a secret must not hide it.
func masker(values []string) func(string) string {
	var spellings []string
	add := func(s string) {
		if len(s) >= minSecret && s != Mask && !slices.Contains(spellings, s) {
			spellings = append(spellings, s)
		}
	}
	for _, value := range values {
		trimmed := strings.TrimSpace(value)
		for _, s := range []string{clean(value), trimmed} {
			add(s)
			if len(s) < minSecret {
				continue
			}
			add(url.QueryEscape(s))
			add(url.PathEscape(s))
			add(base64.StdEncoding.EncodeToString([]byte(s)))
			add(base64.URLEncoding.EncodeToString([]byte(s)))
			if quoted, err := json.Marshal(s); err == nil {
				add(string(quoted[1 : len(quoted)-1]))
			}
		}
		if lines := strings.Split(trimmed, "\n"); len(lines) > 1 {
			for _, line := range lines {
				// Short lines of a longer value are braces and the like.
				if line = strings.TrimSpace(line); len(line) >= 2*minSecret {
					add(line)
				}
			}
		}
	}
	slices.SortFunc(spellings, func(a, b string) int { return len(b) - len(a) })
	return func(s string) string {
		if s = clean(s); s == "" {
			return s
		}
		for _, spelling := range spellings {
			s = strings.ReplaceAll(s, spelling, Mask)
		}
		return s
	}
}
