package oci

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
)

// entry is one file of a layer, and where its contents are.
type entry struct {
	header *tar.Header
	offset int64
}

// canonicalLayer writes the layer anew into file, compressed. The compressor is
// one that go.sum pins: that of the standard library changes with Go, and the
// digest would with it.
func canonicalLayer(layer v1.Layer, file *os.File, times stamps, scratch string) (v1.Layer, error) {
	plain, err := os.CreateTemp(scratch, "plain-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(plain.Name())
	defer plain.Close()
	entries, err := readLayer(layer, plain)
	if err != nil {
		return nil, err
	}
	packed, err := gzip.NewWriterLevel(file, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(packed)
	for _, e := range entries {
		h := canonicalHeader(e.header, times)
		if err := archive.WriteHeader(h); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
		if _, err := io.Copy(archive, io.NewSectionReader(plain, e.offset, h.Size)); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	if err := errors.Join(archive.Close(), packed.Close()); err != nil {
		return nil, err
	}
	return tarball.LayerFromFile(file.Name(), tarball.WithMediaType(types.OCILayer))
}

// readLayer unpacks a layer into plain and lists its files in canonical order:
// by name, hard links at the end, for what they point to has to be there. Of
// two files with one name the later counts.
func readLayer(layer v1.Layer, plain *os.File) ([]entry, error) {
	source, err := layer.Uncompressed()
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if _, err := io.Copy(plain, source); err != nil {
		return nil, err
	}
	if _, err := plain.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	named := map[string]entry{}
	archive := tar.NewReader(plain)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.New("it is no tar archive, or it is cut off")
		}
		if sparse(h) {
			return nil, fmt.Errorf("%s: it is a sparse file, whose holes a layer cannot keep: pack it without --sparse", h.Name)
		}
		offset, err := plain.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		h.Name = strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		if h.Name != "" {
			named[h.Name] = entry{header: h, offset: offset}
		}
	}
	entries := make([]entry, 0, len(named))
	for _, e := range named {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int {
		aLink, bLink := a.header.Typeflag == tar.TypeLink, b.header.Typeflag == tar.TypeLink
		switch {
		case aLink && !bLink:
			return 1
		case bLink && !aLink:
			return -1
		}
		return strings.Compare(a.header.Name, b.header.Name)
	})
	return entries, nil
}

// sparse tells whether an archive leaves out the holes of a file.
func sparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}

// canonicalHeader keeps what a file is, and nothing of when, by whom and how it
// was packed. Of extended attributes it keeps the real ones, such as
// capabilities.
func canonicalHeader(old *tar.Header, times stamps) *tar.Header {
	h := &tar.Header{
		Typeflag: old.Typeflag, Name: old.Name, Linkname: old.Linkname, Mode: old.Mode & 0o7777,
		Uid: old.Uid, Gid: old.Gid, Size: old.Size, ModTime: times.of(old.Name),
	}
	switch h.Typeflag {
	case tar.TypeRegA: //nolint:staticcheck // old archives have it
		h.Typeflag = tar.TypeReg
	case tar.TypeDir:
		h.Name += "/"
		h.Size = 0
	case tar.TypeChar, tar.TypeBlock:
		h.Devmajor, h.Devminor = old.Devmajor, old.Devminor
	case tar.TypeLink:
		h.Linkname = strings.TrimPrefix(path.Clean("/"+old.Linkname), "/")
		h.Size = 0
	case tar.TypeSymlink:
		h.Size = 0
	}
	for name, value := range old.PAXRecords {
		if strings.HasPrefix(name, "SCHILY.xattr.") {
			if h.PAXRecords == nil {
				h.PAXRecords = map[string]string{}
			}
			h.PAXRecords[name] = value
		}
	}
	return h
}
