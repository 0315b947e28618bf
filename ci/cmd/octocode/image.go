package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// scratch runs work with a folder for what it unpacks.
func scratch(work func(dir string) error) error {
	dir, err := os.MkdirTemp("", "octocode-")
	if err != nil {
		return err
	}
	return errors.Join(work(dir), os.RemoveAll(dir))
}

func imageCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "image", Short: "Image archives: make them reproducible, compare them",
		Example: "  octocode image canonical image.tar release.tar\n  octocode image compare a.tar b.tar",
	}
	c.AddCommand(imageCanonical(), imageCompare())
	return c
}

func createdFlag(flags *pflag.FlagSet) *string {
	return flags.String("created", os.Getenv("SOURCE_DATE_EPOCH"), "time of the commit, in seconds or as RFC 3339 (default $SOURCE_DATE_EPOCH)")
}

func imageCanonical() *cobra.Command {
	var asJSON bool
	var platforms []string
	c := &cobra.Command{
		Use: "canonical IN... OUT", Short: "Rewrite an image so that the same contents have the same digest", Args: cobra.MinimumNArgs(2),
		Long: `Rewrite an image so that the same contents have the same digest.

Files are ordered by name, owners are numbers, and times are those of the commit
(the application) or fixed (everything else). Several archives, one for each
platform, become one index.`,
		Example: `  octocode image canonical --created "$(git log -1 --format=%ct)" image.tar release.tar
  octocode image canonical --platform linux/amd64 --platform linux/arm64 amd64.tar arm64.tar release.tar`,
	}
	created := createdFlag(c.Flags())
	c.Flags().StringArrayVar(&platforms, "platform", nil, "a platform that has to be there; may be repeated")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		t, err := oci.ParseCreated(*created)
		if err != nil {
			return err
		}
		return scratch(func(dir string) error {
			image, err := openAll(args[:len(args)-1], dir)
			if err != nil {
				return err
			}
			if err := image.Require(platforms...); err != nil {
				return err
			}
			if image, err = oci.Canonical(image, t, dir); err != nil {
				return err
			}
			if err := image.Save(args[len(args)-1], dir); err != nil {
				return err
			}
			digest, err := image.Digest()
			if err != nil {
				return err
			}
			if asJSON {
				size, err := image.Bytes()
				if err != nil {
					return err
				}
				return writeJSON(c.OutOrStdout(), map[string]any{"digest": digest, "bytes": size})
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), digest)
			return err
		})
	}
	return c
}

// openAll reads archives and puts their platforms together.
func openAll(paths []string, dir string) (*oci.Image, error) {
	all := &oci.Image{}
	for _, path := range paths {
		image, err := oci.Open(path, dir)
		if err != nil {
			return nil, err
		}
		all.Platforms = append(all.Platforms, image.Platforms...)
	}
	return oci.NewImage(all.Platforms...)
}

func imageCompare() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "compare A B", Short: "Name the layers and files in which two images differ; exit code 1 if they do", Args: cobra.ExactArgs(2),
		Example: "  octocode image compare first.tar second.tar",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		return scratch(func(dir string) error {
			a, err := oci.Open(args[0], dir)
			if err != nil {
				return err
			}
			b, err := oci.Open(args[1], dir)
			if err != nil {
				return err
			}
			found, err := oci.Compare(a, b, dir)
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), append([]oci.Difference{}, found...)); err != nil {
					return err
				}
			} else {
				for _, d := range found {
					fmt.Fprintln(c.OutOrStdout(), d)
				}
			}
			if len(found) > 0 {
				return fmt.Errorf("the images differ in %d places", len(found))
			}
			return nil
		})
	}
	return c
}
