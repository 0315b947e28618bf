package pins

import (
	"slices"
	"testing"
)

func TestForStages(t *testing.T) {
	const debian, node = "docker.io/library/debian:trixie-slim", "docker.io/library/node:24.21.0-trixie-slim"
	tests := map[string]struct{ base, node, wantBase, wantNode string }{
		"default":            {"debian", Node, debian, node},
		"Arch Linux":         {"archlinux", Node, Ref("archlinux"), node},
		"Alpine":             {"alpine", Node, Ref("alpine"), "docker.io/library/node:24.21.0-alpine3.22"},
		"another version":    {"debian", "22.23.3", debian, "docker.io/library/node:22.23.3-trixie-slim"},
		"that of Alpine":     {"alpine", "22.23.3", Ref("alpine"), "docker.io/library/node:22.23.3-alpine3.22"},
		"reference of base":  {"docker.io/library/ubuntu:24.04", Node, "docker.io/library/ubuntu:24.04", node},
		"of Alpine":          {"registry.example.com/alpine:3.21", Node, "registry.example.com/alpine:3.21", "docker.io/library/node:24.21.0-alpine3.22"},
		"reference of node":  {"alpine", "registry.example.com/node:24", Ref("alpine"), "registry.example.com/node:24"},
		"digest":             {"debian", "node@sha256:abc", debian, "node@sha256:abc"},
		"tag without a path": {"debian", "node:24", debian, "node:24"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if base, node := ForStages(test.base, test.node); base != test.wantBase || node != test.wantNode {
				t.Errorf("ForStages = %s, %s; want %s, %s", base, node, test.wantBase, test.wantNode)
			}
		})
	}
}

func TestCheckStages(t *testing.T) {
	const own = "docker/web.Dockerfile"
	tests := map[string]struct{ base, node, dockerfile, want string }{
		"default":            {"debian", Node, "", ""},
		"another family":     {"alpine", "22.23.3", "", ""},
		"reference":          {"docker.io/library/ubuntu:24.04", Node, "", ""},
		"short reference":    {"ubuntu:24.04", Node, "", ""},
		"digest":             {"registry.example.com:5000/base@sha256:abc", Node, "", ""},
		"own Dockerfile":     {"debian", Node, own, ""},
		"own, base image":    {"alpine", Node, own, `--base-image "alpine": docker/web.Dockerfile names its images itself: leave it out, or take our Dockerfile with --dockerfile none`},
		"own, Node.js":       {"debian", "22.23.3", own, `--node "22.23.3": docker/web.Dockerfile names its images itself: leave it out, or take our Dockerfile with --dockerfile none`},
		"image of a service": {"redis", Node, "", `--base-image "redis": use debian, archlinux, alpine, or the reference of an image of these families with its tag, such as docker.io/library/ubuntu:24.04`},
		"no tag":             {"registry.example.com:5000/base", Node, "", `--base-image "registry.example.com:5000/base": use debian, archlinux, alpine, or the reference of an image of these families with its tag, such as docker.io/library/ubuntu:24.04`},
		"nothing":            {"", Node, "", `--base-image "": use debian, archlinux, alpine, or the reference of an image of these families with its tag, such as docker.io/library/ubuntu:24.04`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := CheckStages(test.base, test.node, test.dockerfile); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	for _, name := range Families {
		if !slices.ContainsFunc(Images, func(i Image) bool { return i.Name == name && i.Variable == "BASE_IMAGE" }) {
			t.Errorf("there is no base image %q", name)
		}
	}
}
