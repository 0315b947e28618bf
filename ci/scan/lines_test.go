package scan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestLinesOfYAML(t *testing.T) {
	const file = `x-base: &base
  privileged: true

services:
  one:
    <<: *base
    image: a
    environment:
      KEY: value
  two:
    environment:
      - OTHER=1
      - KEY=value
    volumes:
      - a:/a
      - b:/b
---
jobs:
  test: {}
`
	for _, c := range []struct {
		path string
		line int
	}{
		{"services", 4},
		{"services/one/image", 7},
		{"services/one/environment/KEY", 9},
		{"services/one/privileged", 5}, // it comes from the anchor
		{"services/two/environment/KEY", 13},
		{"services/two/volumes/1", 16},
		{"services/two/volumes/9", 14},
		{"jobs/test", 19},
		{"nothing", 0},
	} {
		report := fmt.Sprintf(`{"Results":[{"Target":"c.yml","Type":"yaml","Misconfigurations":[{"ID":"a","CauseMetadata":{"Resource":%q}}]}]}`, c.path)
		out, err := AddLines([]byte(report), func(name string) ([]byte, error) {
			if name != "c.yml" {
				return nil, errors.New("another file")
			}
			return []byte(file), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`"StartLine":%d}`, c.line)
		if c.line == 0 && strings.Contains(string(out), "StartLine") || c.line > 0 && !strings.Contains(string(out), want) {
			t.Errorf("%s: got %s, want line %d", c.path, out, c.line)
		}
	}
}

// What has a line, what is no YAML, and numbers of any size stay as they are.
func TestLinesLeaveTheRest(t *testing.T) {
	const report = `{"Results":[{"Misconfigurations":[{"CauseMetadata":{"Resource":"a","StartLine":3}}],"Target":"c.yml","Type":"yaml"},{"Misconfigurations":[{"CauseMetadata":{"Resource":"a"}}],"Target":"Dockerfile","Type":"dockerfile"},{"Size":12345678901234567890}]}`
	out, err := AddLines([]byte(report), func(name string) ([]byte, error) { return nil, errors.New(name + " was read") })
	if err != nil || string(out) != report {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestLinesOfWhatCannotBeRead(t *testing.T) {
	const report = `{"Results":[{"Target":"c.yml","Type":"yaml","Misconfigurations":[{"CauseMetadata":{"Resource":"a"}}]}]}`
	for _, c := range []struct{ report, file, want string }{
		{"panic", "", "no JSON report of Trivy"},
		{report, "", "read c.yml for the lines of its findings: gone"},
		{report, "a: [", "read c.yml for the lines of its findings: "},
	} {
		_, err := AddLines([]byte(c.report), func(string) ([]byte, error) {
			if c.file == "" {
				return nil, errors.New("gone")
			}
			return []byte(c.file), nil
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
