package dockerfile

import (
	"os"
	"reflect"
	"testing"
)

func TestStages(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"empty":                    {"", nil},
		"without names":            {"FROM node:24\nRUN true\n", nil},
		"in order":                 {"FROM node:24 AS base\nFROM base AS production", []string{"base", "production"}},
		"any case":                 {"from node:24 as Base\r\n  From base As BUILDER\r\n", []string{"base", "builder"}},
		"platform":                 {"FROM --platform=$BUILDPLATFORM node:24 AS build", []string{"build"}},
		"continued":                {"FROM node:24 \\\n# in between\n  AS base\n", []string{"base"}},
		"comment":                  {"# FROM node:24 AS old\nFROM node:24 AS new", []string{"new"}},
		"comment with a backslash": {"# a comment \\\nFROM node:24 AS base", []string{"base"}},
		"in a here-document": {
			"FROM node:24 AS base\nRUN <<EOF\nFROM x AS y\nEOF\nRUN <<-'SH' cat\nFROM x AS z\n\tSH\nFROM base AS end", []string{"base", "end"}},
		"two here-documents":              {"FROM a AS b\nCOPY <<ONE <<TWO /\nFROM 1 AS one\nONE\nFROM 2 AS two\nTWO\nFROM c AS d", []string{"b", "d"}},
		"here-document that does not end": {"FROM a AS b\nRUN <<EOF\nFROM c AS d", []string{"b"}},
		"continued until the end":         {"FROM a AS b\nRUN x \\", []string{"b"}},
		"shift":                           {"FROM a AS b\nRUN echo $((1<<two))\nFROM c AS d", []string{"b", "d"}},
		"a word too many":                 {"FROM a AS b c", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Stages(test.text); !reflect.DeepEqual(got, test.want) {
				t.Errorf("Stages = %q, want %q", got, test.want)
			}
		})
	}
}

// Our own has those of the guide, and some of its own between them.
func TestStagesOfOurDockerfile(t *testing.T) {
	text, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"node", "rebuild", "base", "manifests", "dependencies", "development", "builder", "report", "production"}
	if got := Stages(string(text)); !reflect.DeepEqual(got, want) {
		t.Errorf("Stages = %q, want %q", got, want)
	}
}
