package oci

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// sparseLayer is what `tar --sparse --format=gnu` writes of a file with one hole:
// archive/tar reads such headers, and writes none.
func sparseLayer(t *testing.T) v1.Layer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "app/disk", Typeflag: tar.TypeReg, Size: 4, Mode: 0o644, Format: tar.FormatGNU}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("data")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	h := b.Bytes()[:512]
	h[156] = tar.TypeGNUSparse
	copy(h[386:], fmt.Sprintf("%011o\x00%011o\x00", 1<<20, 4)) // Four bytes after a mebibyte.
	copy(h[483:], fmt.Sprintf("%011o\x00", 1<<20+4))
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestCanonicalRefusesSparseFiles(t *testing.T) {
	if _, err := Canonical(imageOf(t, commitTime, sparseLayer(t)), commitTime, t.TempDir()); err == nil || !strings.Contains(err.Error(), "app/disk: it is a sparse file") || strings.Contains(err.Error(), "\n") {
		t.Errorf("GNU: %v", err)
	}
	// PAX writes records instead.
	for name, want := range map[string]bool{"GNU.sparse.major": true, "SCHILY.xattr.user.x": false} {
		if got := sparse(&tar.Header{Typeflag: tar.TypeReg, PAXRecords: map[string]string{name: "1"}}); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// All of arm64 is of version 8: an image may say so or not.
func TestRequireTakesAVariantThatSaysNothing(t *testing.T) {
	img := platformImage(t, "arm64", commitTime, layerOf(t, file{name: "app/x", text: "x"})).Platforms[0]
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.Variant = "v8"
	said, err := mutate.ConfigFile(img, config)
	if err != nil {
		t.Fatal(err)
	}
	for name, i := range map[string]*Image{"said": {Platforms: []v1.Image{said}}, "not said": {Platforms: []v1.Image{img}}} {
		if err := errors.Join(i.Require("linux/arm64"), i.Require("linux/arm64/v8")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := i.Require("linux/arm64/v9"); err == nil {
			t.Errorf("%s: v9 was found", name)
		}
	}
	if _, err := NewImage(said, img); err == nil || !strings.Contains(err.Error(), "two images for linux/arm64") {
		t.Errorf("both: %v", err)
	}
}

func TestTransient(t *testing.T) {
	goAway := &url.Error{Op: "Put", URL: "https://example.com/v2/", Err: errors.New(`http2: server sent GOAWAY and closed the connection; LastStreamID=7, ErrCode=NO_ERROR, debug=""`)}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"none": {nil, false}, "a restart of the registry": {goAway, true}, "cut off": {io.ErrUnexpectedEOF, true},
		"stopped": {context.Canceled, false}, "anything": {errors.New("x509: unknown authority"), false},
	} {
		if got := transient(test.err); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestServiceName(t *testing.T) {
	for reference, want := range map[string]string{
		"registry:5000/shop": "registry", "registry:5000/team/shop:1.2.3": "registry",
		"shop": "", "shop:5000": "", "team/shop": "", ":5000/shop": "", "registry:/shop": "", "": "",
	} {
		got, err := ServiceName(reference)
		if got != want || (want == "") != (err != nil && strings.Contains(err.Error(), "with --registry it begins with a name")) {
			t.Errorf("%q: %q, %v", reference, got, err)
		}
	}
}

func TestTagOf(t *testing.T) {
	for reference, want := range map[string]string{
		"registry.example.com:5000/shop:1.2.3": "1.2.3", "registry:5000/shop": "latest", "BAD name": "",
		"shop@sha256:" + strings.Repeat("a", 64): "", "shop:1.2.3@sha256:" + strings.Repeat("a", 64): "",
	} {
		if got := TagOf(reference); got != want {
			t.Errorf("%s: %q", reference, got)
		}
	}
}
