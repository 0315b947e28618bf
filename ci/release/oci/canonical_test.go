package oci

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var commitTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// twoBuilds are one application, packed at two times by two people.
func twoBuilds(t *testing.T) (a, b *Image) {
	t.Helper()
	early, late := time.Date(2026, 5, 1, 0, 0, 0, 1, time.UTC), time.Date(2026, 5, 2, 0, 0, 0, 2, time.UTC)
	capability := map[string]string{"SCHILY.xattr.security.capability": "\x01\x02"}
	a = imageOf(t, early, layerOf(t,
		file{"usr/bin/x", "x", tar.Header{ModTime: early, Uname: "root", PAXRecords: capability, Mode: 0o755}},
		file{"app/", "", tar.Header{Typeflag: tar.TypeDir, ModTime: early}},
		file{"app/server.js", "run()", tar.Header{ModTime: early, AccessTime: early, Uid: 1001, Format: tar.FormatPAX}},
		file{"app/link.js", "", tar.Header{Typeflag: tar.TypeLink, Linkname: "app/server.js", ModTime: early}},
		file{"app/gone", "", tar.Header{Typeflag: tar.TypeSymlink, Linkname: "/nowhere", ModTime: early}},
	))
	b = imageOf(t, late, layerOf(t,
		file{"./app", "", tar.Header{Typeflag: tar.TypeDir, ModTime: late}},
		file{"./app/gone", "", tar.Header{Typeflag: tar.TypeSymlink, Linkname: "/nowhere", ModTime: late}},
		file{"./app/server.js", "old", tar.Header{ModTime: late}},
		file{"./app/server.js", "run()", tar.Header{ModTime: late, Uid: 1001, Uname: "app"}},
		file{"./app/link.js", "", tar.Header{Typeflag: tar.TypeLink, Linkname: "./app/server.js", ModTime: late}},
		file{"./usr/bin/x", "x", tar.Header{ModTime: late, Gname: "wheel", PAXRecords: capability, Mode: 0o755}},
	))
	return a, b
}

func canonical(t *testing.T, i *Image) *Image {
	t.Helper()
	c, err := Canonical(i, commitTime, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCanonicalIsTheSameForTheSameContents(t *testing.T) {
	a, b := twoBuilds(t)
	if digestOf(t, a) == digestOf(t, b) {
		t.Fatal("the test's images are the same to begin with")
	}
	ca, cb := canonical(t, a), canonical(t, b)
	if digestOf(t, ca) != digestOf(t, cb) {
		d, err := Compare(ca, cb, t.TempDir())
		t.Fatalf("the digests differ: %v, %v", d, err)
	}
	if again := canonical(t, ca); digestOf(t, again) != digestOf(t, ca) {
		t.Error("a canonical image is another one when it is made canonical again")
	}
	other, err := Canonical(a, commitTime.Add(time.Second), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if digestOf(t, other) == digestOf(t, ca) {
		t.Error("the creation time is not part of the image")
	}
}

// The digest that everybody gets, today and with another version of Go.
func TestCanonicalDigestIsKnown(t *testing.T) {
	a, _ := twoBuilds(t)
	const want = "sha256:9b6540ba85583d1292a2a5083dd11badff3a2f8300b211610e3101325b27be64"
	if got := digestOf(t, canonical(t, a)); got != want {
		t.Errorf("got %s, want %s: whoever rebuilds an old release would get another digest too", got, want)
	}
}

func TestCanonicalKeepsWhatMatters(t *testing.T) {
	a, _ := twoBuilds(t)
	img := canonical(t, a).Platforms[0]
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if !config.Created.Equal(commitTime) || config.Config.User != "1001:1001" || config.Config.Env[0] != "A=1" || config.History[0].Author != "" {
		t.Errorf("configuration: %+v", config)
	}
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	r, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	archive, names := tar.NewReader(r), []string{}
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		want := commitTime
		if strings.HasPrefix(h.Name, "usr/") || h.Name == "app/" {
			want = SystemTime
		}
		if !h.ModTime.Equal(want) || h.Uname != "" || h.Gname != "" || !h.AccessTime.IsZero() {
			t.Errorf("%s: %v %q %q %v", h.Name, h.ModTime, h.Uname, h.Gname, h.AccessTime)
		}
		switch h.Name {
		case "usr/bin/x":
			if h.PAXRecords["SCHILY.xattr.security.capability"] != "\x01\x02" || h.Mode != 0o755 {
				t.Errorf("lost capability or mode: %+v", h)
			}
		case "app/server.js":
			text, err := io.ReadAll(archive)
			if err != nil || string(text) != "run()" || h.Uid != 1001 {
				t.Errorf("%q, %v, owner %d", text, err, h.Uid)
			}
		}
	}
	if got := strings.Join(names, " "); got != "app/ app/gone app/server.js usr/bin/x app/link.js" {
		t.Errorf("order: %s", got)
	}
}

func TestCanonicalSharesSystemLayersBetweenReleases(t *testing.T) {
	system, app := layerOf(t, file{name: "usr/lib/x", text: "x"}), layerOf(t, file{name: "app/server.js", text: "1"})
	image := imageOf(t, commitTime, system, app)
	one := canonical(t, image)
	two, err := Canonical(image, commitTime.Add(time.Hour), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, err := one.Platforms[0].Manifest()
	if err != nil {
		t.Fatal(err)
	}
	b, err := two.Platforms[0].Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if a.Layers[0].Digest != b.Layers[0].Digest {
		t.Error("the layer of the system is another one in the next release")
	}
	if a.Layers[1].Digest == b.Layers[1].Digest {
		t.Error("the application's files have the same time in the next release, so ETags could be the same too")
	}
}

func TestCanonicalRefuses(t *testing.T) {
	a, _ := twoBuilds(t)
	if _, err := Canonical(a, time.Time{}, t.TempDir()); err == nil || !strings.Contains(err.Error(), "give the time of the commit") {
		t.Errorf("without a time: %v", err)
	}
}

func TestArchiveComesBackAsItWas(t *testing.T) {
	a, _ := twoBuilds(t)
	other := platformImage(t, "arm64", commitTime, layerOf(t, file{name: "app/server.js", text: "arm"}))
	both, err := NewImage(other.Platforms[0], a.Platforms[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]*Image{"one platform": canonical(t, a), "two platforms": canonical(t, both)} {
		dir := t.TempDir()
		var texts [2]string
		for n := range texts {
			path := filepath.Join(dir, "image.tar")
			if err := image.Save(path, dir); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[n] = string(text)
		}
		if texts[0] != texts[1] {
			t.Errorf("%s: two archives of one image differ", name)
		}
		back, err := Open(filepath.Join(dir, "image.tar"), dir)
		if err != nil {
			t.Fatal(err)
		}
		if digestOf(t, back) != digestOf(t, image) {
			t.Errorf("%s: another digest after reading it back", name)
		}
	}
	if err := canonical(t, both).Require("linux/amd64", "linux/arm64"); err != nil {
		t.Error(err)
	}
	if err := a.Require("linux/arm64"); err == nil || !strings.Contains(err.Error(), "no image for linux/arm64, only for linux/amd64") {
		t.Errorf("missing platform: %v", err)
	}
	if _, err := NewImage(a.Platforms[0], a.Platforms[0]); err == nil {
		t.Error("two images for one platform were taken")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty.tar": "", "text.tar": "no archive at all", "other.tar": tarText(t)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, dir); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "none.tar"), dir); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("missing file: %v", err)
	}
}

func tarText(t *testing.T) string {
	t.Helper()
	r, err := layerOf(t, file{name: "README", text: "hello"}).Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
