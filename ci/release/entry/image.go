package entry

import (
	"context"
	"errors"
	"time"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Canonical makes an image of one or several archives canonical. The answer is
// a Result.
type Canonical struct {
	// Created is the time of the commit.
	Created time.Time `json:"created"`
	// In and Out are paths of archives.
	In  []string `json:"in"`
	Out string   `json:"out"`
	// Platforms that have to be there.
	Platforms []string `json:"platforms,omitempty"`
}

// Command is its command line.
func (c Canonical) Command() []string { return command("canonical", c) }

// Result is what Canonical answers.
type Result struct {
	Digest    string   `json:"digest"`
	Bytes     int64    `json:"bytes"`
	Platforms []string `json:"platforms"`
}

func (c Canonical) run(_ context.Context, scratch string) (*Result, error) {
	all := &oci.Image{}
	for _, path := range c.In {
		image, err := oci.Open(path, scratch)
		if err != nil {
			return nil, err
		}
		all.Platforms = append(all.Platforms, image.Platforms...)
	}
	image, err := oci.NewImage(all.Platforms...)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(image.Require(c.Platforms...), oci.CheckMachines(image)); err != nil {
		return nil, err
	}
	if image, err = oci.Canonical(image, c.Created, scratch); err != nil {
		return nil, err
	}
	if err := image.Save(c.Out, scratch); err != nil {
		return nil, err
	}
	return describe(image)
}

func describe(image *oci.Image) (*Result, error) {
	var r Result
	var errs [3]error
	r.Digest, errs[0] = image.Digest()
	r.Bytes, errs[1] = image.Bytes()
	r.Platforms, errs[2] = image.PlatformNames()
	return &r, errors.Join(errs[:]...)
}

// Platform makes sure that an archive has an image of a platform, and not
// another's under its name. The answer is a Result.
type Platform struct {
	Archive  string `json:"archive"`
	Platform string `json:"platform"`
}

// Command is its command line.
func (p Platform) Command() []string { return command("platform", p) }

func (p Platform) run(_ context.Context, scratch string) (*Result, error) {
	image, err := oci.Open(p.Archive, scratch)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(image.Require(p.Platform), oci.CheckMachines(image)); err != nil {
		return nil, err
	}
	return describe(image)
}

// Single takes the image of one platform out of an archive, for tools that know
// no index. The answer is a Result.
type Single struct {
	// Platform may be left out of an archive with one.
	Platform string `json:"platform,omitempty"`
	// In and Out are paths of archives.
	In  string `json:"in"`
	Out string `json:"out"`
}

// Command is its command line.
func (s Single) Command() []string { return command("single", s) }

func (s Single) run(_ context.Context, scratch string) (*Result, error) {
	image, err := oci.Open(s.In, scratch)
	if err != nil {
		return nil, err
	}
	if image, err = image.Single(s.Platform); err != nil {
		return nil, err
	}
	if err := image.Save(s.Out, scratch); err != nil {
		return nil, err
	}
	return describe(image)
}

// Compare says in what two archives differ. The answer is a list of
// oci.Difference.
type Compare struct {
	A string `json:"a"`
	B string `json:"b"`
}

// Command is its command line.
func (c Compare) Command() []string { return command("compare", c) }

func (c Compare) run(_ context.Context, scratch string) ([]oci.Difference, error) {
	first, err := oci.Open(c.A, scratch)
	if err != nil {
		return nil, err
	}
	second, err := oci.Open(c.B, scratch)
	if err != nil {
		return nil, err
	}
	found, err := oci.Compare(first, second, scratch)
	return append([]oci.Difference{}, found...), err
}
