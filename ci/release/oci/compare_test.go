package oci

import (
	"archive/tar"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func TestCompareNamesLayerAndFile(t *testing.T) {
	base := layerOf(t, file{name: "usr/lib/x", text: "x"})
	build := func(files ...file) *Image { return imageOf(t, commitTime, base, layerOf(t, files...)) }
	with := func(change func(*v1.ConfigFile)) *Image {
		image := build(file{name: "app/a", text: "1"})
		config, err := image.Platforms[0].ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		config = config.DeepCopy()
		change(config)
		img, err := mutate.ConfigFile(image.Platforms[0], config)
		if err != nil {
			t.Fatal(err)
		}
		return &Image{Platforms: []v1.Image{img}}
	}
	one := build(file{name: "app/a", text: "1"})
	tests := map[string]struct {
		other *Image
		want  string
	}{
		"nothing":      {build(file{name: "app/a", text: "1"}), ""},
		"contents":     {build(file{name: "app/a", text: "2"}), "layer 2 (COPY /out/ /app/): app/a: contents"},
		"another file": {build(file{name: "app/b", text: "1"}), "layer 2 (COPY /out/ /app/): app/a: only in the first; layer 2 (COPY /out/ /app/): app/b: only in the second"},
		"mode":         {build(file{"app/a", "1", tar.Header{Mode: 0o755}}), "app/a: mode 644 and 755"},
		"owner":        {build(file{"app/a", "1", tar.Header{Uid: 7}}), "app/a: owner 0:0 and 7:0"},
		"time":         {build(file{"app/a", "1", tar.Header{ModTime: commitTime}}), "app/a: time 1970-01-01T00:00:00Z and 2026-03-01T12:00:00Z"},
		"layer":        {imageOf(t, commitTime, base), "layer 2 (COPY /out/ /app/): the layer: only in the first"},
		"environment":  {with(func(c *v1.ConfigFile) { c.Config.Env = []string{"A=2"} }), `configuration: config.Env: ["A=1"] and ["A=2"]`},
		"label":        {with(func(c *v1.ConfigFile) { c.Config.Labels = map[string]string{"v": "1"} }), `configuration: config.Labels: nothing and {"v":"1"}`},
		"platform":     {platformImage(t, "arm64", commitTime, base), "linux/amd64: only in the first"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := Compare(one, test.other, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, d := range found {
				lines = append(lines, d.String())
			}
			got := strings.Join(lines, "; ")
			if !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
