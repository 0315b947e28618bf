package oci

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Pull reads an image from its registry; its layers come when they are read.
//
//	image, err := r.Pull(ctx, "registry.example.com/team/shop@sha256:…")
func (r *Registry) Pull(ctx context.Context, reference string) (*Image, error) {
	ref, err := r.reference(reference)
	if err != nil {
		return nil, err
	}
	d, err := remote.Get(ref, r.options(ctx)...)
	if err != nil {
		return nil, r.explain(ref.Context(), err)
	}
	if !d.MediaType.IsIndex() {
		img, err := d.Image()
		if err != nil {
			return nil, r.explain(ref.Context(), err)
		}
		return NewImage(img)
	}
	index, err := d.ImageIndex()
	if err != nil {
		return nil, r.explain(ref.Context(), err)
	}
	images, err := imagesOf(index)
	if err != nil {
		return nil, r.explain(ref.Context(), err)
	}
	return NewImage(images...)
}

// Resolve gives the digest that a reference stands for now.
func (r *Registry) Resolve(ctx context.Context, reference string) (name.Digest, *v1.Descriptor, error) {
	ref, err := r.reference(reference)
	if err != nil {
		return name.Digest{}, nil, err
	}
	d, err := remote.Head(ref, r.options(ctx)...)
	if err != nil {
		return name.Digest{}, nil, r.explain(ref.Context(), err)
	}
	return ref.Context().Digest(d.Digest.String()), d, nil
}

// ServiceName is the host that a reference begins with, where a registry is to
// be bound under that name: registry of registry:5000/shop. With a port, so that
// it is taken for none of Docker Hub's users.
func ServiceName(reference string) (string, error) {
	host, _, ok := strings.Cut(reference, "/")
	name, port, _ := strings.Cut(host, ":")
	if !ok || name == "" || port == "" {
		return "", fmt.Errorf("%q: with --registry it begins with a name for that service and its port, such as registry:5000/shop", reference)
	}
	return name, nil
}

// TagOf is the tag of a reference; empty when it has a digest.
func TagOf(reference string) string {
	ref, err := name.ParseReference(reference)
	if err != nil {
		return ""
	}
	if tag, ok := ref.(name.Tag); ok {
		return tag.TagStr()
	}
	return ""
}

func (r *Registry) reference(text string) (name.Reference, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	var options []name.Option
	if r.Insecure {
		options = append(options, name.Insecure)
	}
	ref, err := name.ParseReference(text, options...)
	if err != nil {
		return nil, fmt.Errorf("image %q: write it as registry.example.com/team/shop:1.2.3 or …@sha256:…", text)
	}
	return ref, nil
}
