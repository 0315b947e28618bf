package engine

import (
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// tarLayer is a layer that stays as it is, uncompressed: it is read once, from
// this disk. The library's own file layer would compress it.
type tarLayer struct {
	file string
	hash v1.Hash
	size int64
}

func newTarLayer(file string) (v1.Layer, error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	hash, size, err := v1.SHA256(r)
	return tarLayer{file, hash, size}, err
}

func (l tarLayer) Digest() (v1.Hash, error)             { return l.hash, nil }
func (l tarLayer) DiffID() (v1.Hash, error)             { return l.hash, nil }
func (l tarLayer) Size() (int64, error)                 { return l.size, nil }
func (l tarLayer) MediaType() (types.MediaType, error)  { return types.OCIUncompressedLayer, nil }
func (l tarLayer) Compressed() (io.ReadCloser, error)   { return os.Open(l.file) }
func (l tarLayer) Uncompressed() (io.ReadCloser, error) { return os.Open(l.file) }
