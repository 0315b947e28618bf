// Package entry makes octocode-release of any program that imports it and is
// started under that name: the work on images that a Dagger module gives to its
// containers, where files need not come over to it. The engine then knows the
// answer as long as the images are the same.
package entry

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Program is the name.
const Program = "octocode-release"

func init() {
	if filepath.Base(os.Args[0]) != Program {
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Canonical is the command that makes an image of one or several archives
// canonical and prints what it is now, as Result.
func Canonical(created time.Time, out string, in ...string) []string {
	return append([]string{"canonical", created.UTC().Format(time.RFC3339), out}, in...)
}

// Compare is the command that prints in what two archives differ, as a list of
// oci.Difference.
func Compare(a, b string) []string { return []string{"compare", a, b} }

// Result is what Canonical prints.
type Result struct {
	Digest    string   `json:"digest"`
	Bytes     int64    `json:"bytes"`
	Platforms []string `json:"platforms"`
}

func run(args []string) (err error) {
	if len(args) < 3 {
		return errors.New("octocode-release: no command")
	}
	scratch, err := os.MkdirTemp("", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	var answer any
	switch args[0] {
	case "canonical":
		answer, err = canonical(args[1], args[2], args[3:], scratch)
	case "compare":
		answer, err = compare(args[1], args[2], scratch)
	default:
		err = errors.New("octocode-release: no such command")
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

func canonical(created, out string, in []string, scratch string) (*Result, error) {
	t, err := time.Parse(time.RFC3339, created)
	if err != nil {
		return nil, err
	}
	all := &oci.Image{}
	for _, path := range in {
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
	if image, err = oci.Canonical(image, t, scratch); err != nil {
		return nil, err
	}
	if err := image.Save(out, scratch); err != nil {
		return nil, err
	}
	var r Result
	var errs [3]error
	r.Digest, errs[0] = image.Digest()
	r.Bytes, errs[1] = image.Bytes()
	r.Platforms, errs[2] = image.PlatformNames()
	return &r, errors.Join(errs[:]...)
}

func compare(a, b, scratch string) ([]oci.Difference, error) {
	first, err := oci.Open(a, scratch)
	if err != nil {
		return nil, err
	}
	second, err := oci.Open(b, scratch)
	if err != nil {
		return nil, err
	}
	found, err := oci.Compare(first, second, scratch)
	return append([]oci.Difference{}, found...), err
}
