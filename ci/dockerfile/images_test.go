package dockerfile

import (
	"os"
	"slices"
	"testing"
)

func TestImages(t *testing.T) {
	own, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text string
		args map[string]string
		want []string
	}{
		"one":               {"FROM node:24", nil, []string{"node:24"}},
		"stages are none":   {"FROM node:24 AS Base\nFROM base\nFROM scratch\nCOPY --from=Base /a /b\nCOPY --from=0 /a /b", nil, []string{"node:24"}},
		"platform":          {"FROM --platform=$BUILDPLATFORM node:24 AS base", nil, []string{"node:24"}},
		"default":           {"ARG V=24\nFROM node:${V}-slim", nil, []string{"node:24-slim"}},
		"argument":          {"ARG V=24\nFROM node:$V", map[string]string{"V": "22"}, []string{"node:22"}},
		"default in place":  {"ARG V\nFROM node:${V:-20}", nil, []string{"node:20"}},
		"argument of one":   {"ARG BASE=node:24\nARG IMAGE=${BASE}\nFROM \"$IMAGE\"", nil, []string{"node:24"}},
		"not of a stage":    {"FROM a:1 AS x\nARG V=24\nFROM node:$V", nil, []string{"a:1", "node:"}},
		"copied from":       {"FROM a:1\nCOPY --chmod=755 --from=b:2 /x /x\nCOPY --from=a:1 /y /y", nil, []string{"a:1", "b:2"}},
		"words in a script": {"FROM a:1\nRUN <<SH\nFROM b:2\nSH\nRUN echo FROM c:3", nil, []string{"a:1"}},
		"without a value":   {"ARG IMAGE\nFROM $IMAGE", nil, nil},
		"ours": {string(own), map[string]string{"BASE_IMAGE": "alpine:3.22"}, []string{
			"docker.io/library/node:24.21.0-trixie-slim", "alpine:3.22"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Images(test.text, test.args); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
