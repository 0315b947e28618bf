package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/errgroup"
)

// Push is what is to go where.
type Push struct {
	// Repository, without a tag: registry.example.com/team/shop.
	Repository string
	// Tags, at least one.
	Tags []string
	// Fixed are those of the tags that may not stand for another image already,
	// such as 1.2.3: who has deployed it relies on it.
	Fixed []string
	// Documents go beside the image before a tag leads to it.
	Documents []Artifact
	// DryRun asks the registry what is there, and sends nothing.
	DryRun bool
}

// Pushed says what is in the registry.
type Pushed struct {
	// Reference is the image by its digest: what to deploy.
	Reference string   `json:"reference"`
	Digest    string   `json:"digest"`
	Tags      []string `json:"tags"`
	// Bytes of all layers, compressed.
	Bytes     int64    `json:"bytes"`
	Platforms []string `json:"platforms"`
	// Blobs are layers and configurations; There is how many of them the
	// registry had already, Sent how many it was sent.
	Blobs int `json:"blobs"`
	There int `json:"there"`
	Sent  int `json:"sent"`
	// Image tells whether all of the image is there, under its digest; Documents
	// how many of those that belong to it are.
	Image     bool `json:"image"`
	Documents int  `json:"documents"`
	// Tagged are the tags that stand for this image now.
	Tagged []string `json:"tagged"`
	DryRun bool     `json:"dryRun,omitempty"`
}

// Push sends an image, attaches its documents, and gives it its tags, in this
// order: no tag is set before all that it stands for is there. What the registry
// has is not sent again, so a push that failed halfway is finished by a second
// one; a failure says how far it came. What is known so far is returned with an
// error, too.
func (r *Registry) Push(ctx context.Context, image *Image, p Push) (*Pushed, error) {
	repo, err := r.repository(p.Repository)
	if err != nil {
		return nil, err
	}
	if len(p.Tags) == 0 {
		return nil, fmt.Errorf("push to %s: there is no tag", p.Repository)
	}
	result := &Pushed{Tags: p.Tags, DryRun: p.DryRun, Tagged: []string{}}
	if result.Platforms, err = image.PlatformNames(); err != nil {
		return nil, err
	}
	if result.Digest, err = image.Digest(); err != nil {
		return nil, err
	}
	if result.Bytes, err = image.Bytes(); err != nil {
		return nil, err
	}
	result.Reference = repo.Name() + "@" + result.Digest
	if err := r.send(ctx, repo, image, p, result); err != nil {
		if state := result.state(len(p.Documents)); state != "" {
			err = fmt.Errorf("%w (%s; run it again to send the rest)", err, state)
		}
		return result, err
	}
	return result, nil
}

// state says how far a push came that failed; nothing if it had not begun.
func (p *Pushed) state(documents int) string {
	switch {
	case len(p.Tagged) > 0:
		return "tagged " + strings.Join(p.Tagged, ", ") + " only"
	case p.Image && documents > 0:
		return fmt.Sprintf("the image is there by its digest, with %d of %d documents; no tag was set", p.Documents, documents)
	case p.Image:
		return "the image is there by its digest; no tag was set"
	case p.There+p.Sent > 0:
		return fmt.Sprintf("%d of %d layers are there", p.There+p.Sent, p.Blobs)
	}
	return ""
}

func (r *Registry) send(ctx context.Context, repo name.Repository, image *Image, p Push, result *Pushed) error {
	for _, tag := range p.Fixed {
		if err := r.checkFixed(ctx, repo, tag, result.Digest); err != nil {
			return err
		}
	}
	if err := r.sendBlobs(ctx, repo, image, p.DryRun, result); err != nil || p.DryRun {
		return err
	}
	manifest, err := image.manifest()
	if err != nil {
		return err
	}
	options := r.options(ctx)
	if err := remote.Push(repo.Digest(result.Digest), manifest, options...); err != nil {
		return r.explain(repo, err)
	}
	result.Image = true
	if len(p.Documents) > 0 {
		if result.Documents, err = r.Attach(ctx, result.Reference, p.Documents...); err != nil {
			return err
		}
	}
	for _, tag := range p.Tags {
		if err := remote.Tag(repo.Tag(tag), manifest, options...); err != nil {
			return r.explain(repo, err)
		}
		result.Tagged = append(result.Tagged, tag)
	}
	return nil
}

// checkFixed fails when the tag stands for another image.
func (r *Registry) checkFixed(ctx context.Context, repo name.Repository, tag, digest string) error {
	have, err := remote.Head(repo.Tag(tag), r.options(ctx)...)
	if answer := (*transport.Error)(nil); errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return r.explain(repo, err)
	}
	if have.Digest.String() != digest {
		return fmt.Errorf("%s:%s is another image already (%s): raise the version, or build it from the same commit and inputs", repo.Name(), tag, have.Digest)
	}
	return nil
}

// sendBlobs sends layers and configurations, a few at a time.
func (r *Registry) sendBlobs(ctx context.Context, repo name.Repository, image *Image, dryRun bool, result *Pushed) error {
	blobs, err := blobsOf(image)
	if err != nil {
		return err
	}
	result.Blobs = len(blobs)
	there, sent := make([]bool, len(blobs)), make([]bool, len(blobs))
	connection, err := r.connect(ctx)
	if err != nil {
		return err
	}
	// What is on its way when one fails is given up; a repeat begins there.
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work errgroup.Group
	work.SetLimit(4)
	for n, blob := range blobs {
		work.Go(func() (err error) {
			if context.Cause(ctx) != nil {
				return context.Cause(ctx)
			}
			there[n], err = sendBlob(ctx, connection, repo, blob, dryRun)
			sent[n] = err == nil && !there[n] && !dryRun
			if err != nil {
				stop(err)
				return context.Cause(ctx)
			}
			return nil
		})
	}
	err = work.Wait()
	for n := range blobs {
		if there[n] {
			result.There++
		}
		if sent[n] {
			result.Sent++
		}
	}
	if err != nil {
		return r.explain(repo, err)
	}
	return nil
}

// connection asks a registry for its token once, not for each layer.
type connection struct {
	pull *remote.Puller
	push *remote.Pusher
}

func (r *Registry) connect(ctx context.Context) (c connection, err error) {
	if c.pull, err = remote.NewPuller(r.options(ctx)...); err != nil {
		return c, err
	}
	c.push, err = remote.NewPusher(r.options(ctx)...)
	return c, err
}

// sendBlob tells whether the blob was there already.
func sendBlob(ctx context.Context, c connection, repo name.Repository, blob v1.Layer, dryRun bool) (bool, error) {
	digest, err := blob.Digest()
	if err != nil {
		return false, err
	}
	known, err := c.pull.Layer(ctx, repo.Digest(digest.String()))
	if err != nil {
		return false, err
	}
	there, err := partial.Exists(known)
	if err != nil || there || dryRun {
		return there, err
	}
	return false, c.push.Upload(ctx, repo, blob)
}

func blobsOf(image *Image) ([]v1.Layer, error) {
	var blobs []v1.Layer
	seen := map[v1.Hash]bool{}
	for _, img := range image.Platforms {
		layers, err := img.Layers()
		if err != nil {
			return nil, err
		}
		config, err := partial.ConfigLayer(img)
		if err != nil {
			return nil, err
		}
		for _, blob := range append(layers, config) {
			digest, err := blob.Digest()
			if err != nil {
				return nil, err
			}
			if !seen[digest] {
				seen[digest] = true
				blobs = append(blobs, blob)
			}
		}
	}
	return blobs, nil
}
