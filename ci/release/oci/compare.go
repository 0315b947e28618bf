package oci

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Difference is one thing in which two images are not the same.
type Difference struct {
	// Platform is that of the image, such as "linux/amd64".
	Platform string `json:"platform,omitempty"`
	// Layer is the number of the layer, from 1; 0 is the configuration.
	Layer int `json:"layer"`
	// Step made the layer, as the image's history says it.
	Step string `json:"step,omitempty"`
	// Path of the file, or name of the setting.
	Path string `json:"path"`
	// What differs: "contents", "only in the first", "owner 0:0 and 1:1" …
	What string `json:"what"`
}

// String is the difference in one line.
func (d Difference) String() string {
	where := "configuration"
	if d.Layer > 0 {
		where = fmt.Sprintf("layer %d", d.Layer)
	}
	if d.Step != "" {
		where += " (" + d.Step + ")"
	}
	if d.Platform != "" {
		where = d.Platform + " " + where
	}
	return where + ": " + d.Path + ": " + d.What
}

// Compare lists in what two images differ; nothing when they are the same in
// all that decides about the digest. It looks at times too, so compare what
// Canonical gives. scratch is a folder for unpacked layers.
func Compare(a, b *Image, scratch string) ([]Difference, error) {
	first, err := byPlatform(a)
	if err != nil {
		return nil, err
	}
	second, err := byPlatform(b)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, platform := range keys(first, second) {
		x, y := first[platform], second[platform]
		if x == nil || y == nil {
			found = append(found, Difference{Path: platform, What: onlyIn(x != nil)})
			continue
		}
		more, err := compareImages(x, y, scratch)
		if err != nil {
			return nil, fmt.Errorf("compare images: %w", err)
		}
		for _, d := range more {
			if len(first) > 1 {
				d.Platform = platform
			}
			found = append(found, d)
		}
	}
	return found, nil
}

func compareImages(a, b v1.Image, scratch string) ([]Difference, error) {
	ca, err := a.ConfigFile()
	if err != nil {
		return nil, err
	}
	cb, err := b.ConfigFile()
	if err != nil {
		return nil, err
	}
	found := compareConfigs(ca, cb)
	la, err := a.Layers()
	if err != nil {
		return nil, err
	}
	lb, err := b.Layers()
	if err != nil {
		return nil, err
	}
	steps := stepsOf(ca)
	for n := range max(len(la), len(lb)) {
		step := ""
		if n < len(steps) {
			step = steps[n]
		}
		if n >= len(la) || n >= len(lb) {
			found = append(found, Difference{Layer: n + 1, Step: step, Path: "the layer", What: onlyIn(n < len(la))})
			continue
		}
		more, err := compareLayers(la[n], lb[n], scratch)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", n+1, err)
		}
		for _, d := range more {
			d.Layer, d.Step = n+1, step
			found = append(found, d)
		}
	}
	return found, nil
}

func compareLayers(a, b v1.Layer, scratch string) ([]Difference, error) {
	da, err := a.DiffID()
	if err != nil {
		return nil, err
	}
	db, err := b.DiffID()
	if err != nil || da == db {
		return nil, err
	}
	fa, err := filesOf(a, scratch)
	if err != nil {
		return nil, err
	}
	fb, err := filesOf(b, scratch)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, path := range keys(fa, fb) {
		x, inA := fa[path]
		y, inB := fb[path]
		if !inA || !inB {
			found = append(found, Difference{Path: path, What: onlyIn(inA)})
			continue
		}
		for n := range x {
			if x[n].value != y[n].value {
				what := x[n].name
				if what != contents {
					what = fmt.Sprintf("%s %s and %s", what, x[n].value, y[n].value)
				}
				found = append(found, Difference{Path: path, What: what})
				break
			}
		}
	}
	if len(found) == 0 {
		found = append(found, Difference{Path: "the archive", What: "the same files in another order or packing"})
	}
	return found, nil
}

const contents = "contents"

// property is something that a file has; all files have the same ones.
type property struct{ name, value string }

func filesOf(layer v1.Layer, scratch string) (map[string][]property, error) {
	plain, err := os.CreateTemp(scratch, "compare-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(plain.Name())
	defer plain.Close()
	entries, err := readLayer(layer, plain)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]property, len(entries))
	for _, e := range entries {
		sum := sha256.New()
		if _, err := io.Copy(sum, io.NewSectionReader(plain, e.offset, e.header.Size)); err != nil {
			return nil, err
		}
		h := canonicalHeader(e.header, stamps{})
		files[e.header.Name] = []property{
			{"type", string(h.Typeflag)},
			{contents, string(sum.Sum(nil))},
			{"target", e.header.Linkname},
			{"mode", fmt.Sprintf("%o", h.Mode)},
			{"owner", fmt.Sprintf("%d:%d", h.Uid, h.Gid)},
			{"attributes", fmt.Sprint(h.PAXRecords)},
			{"owner's name", e.header.Uname + ":" + e.header.Gname},
			{"time", e.header.ModTime.UTC().Format("2006-01-02T15:04:05.999999999Z")},
		}
	}
	return files, nil
}

// compareConfigs compares the settings one by one: config.Env, history …
func compareConfigs(a, b *v1.ConfigFile) []Difference {
	fa, fb := settings(a), settings(b)
	var found []Difference
	for _, name := range keys(fa, fb) {
		if fa[name] != fb[name] {
			found = append(found, Difference{Path: name, What: fmt.Sprintf("%s and %s", brief(fa[name]), brief(fb[name]))})
		}
	}
	return found
}

func settings(c *v1.ConfigFile) map[string]string {
	flat := map[string]string{}
	add := func(prefix string, value any) {
		text, _ := json.Marshal(value)
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(text, &fields)
		for name, field := range fields {
			flat[prefix+name] = string(field)
		}
	}
	add("", c)
	// Layers are compared as such.
	delete(flat, "rootfs")
	delete(flat, "config")
	add("config.", c.Config)
	return flat
}

// stepsOf are the commands that made the layers.
func stepsOf(c *v1.ConfigFile) []string {
	var steps []string
	for _, h := range c.History {
		if !h.EmptyLayer {
			steps = append(steps, brief(strings.TrimSuffix(h.CreatedBy, " # buildkit")))
		}
	}
	return steps
}

func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	if text == "" {
		return "nothing"
	}
	return text
}

func onlyIn(first bool) string {
	if first {
		return "only in the first"
	}
	return "only in the second"
}

func byPlatform(i *Image) (map[string]v1.Image, error) {
	names, err := i.PlatformNames()
	if err != nil {
		return nil, err
	}
	m := make(map[string]v1.Image, len(names))
	for n, name := range names {
		m[name] = i.Platforms[n]
	}
	return m, nil
}

// keys are those of both maps, sorted.
func keys[V any](a, b map[string]V) []string {
	var all []string
	for _, m := range []map[string]V{a, b} {
		for key := range m {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
