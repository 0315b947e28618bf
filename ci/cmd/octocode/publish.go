package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/publish"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// registryFlags say how to get into a registry. The password comes from the
// environment: arguments are seen by everybody on the machine.
func registryFlags(flags *pflag.FlagSet) *oci.Registry {
	r := &oci.Registry{Password: os.Getenv("REGISTRY_PASSWORD")}
	flags.StringVar(&r.User, "user", os.Getenv("REGISTRY_USER"), "user of the registry; the password comes from $REGISTRY_PASSWORD (default $REGISTRY_USER, else what `docker login` has left)")
	flags.BoolVar(&r.Insecure, "insecure", false, "allow HTTP")
	return r
}

func publishCommand() *cobra.Command {
	var r publish.Release
	var keyFile string
	var inputs, materials []string
	var asJSON bool
	c := &cobra.Command{
		Use: "publish", Short: "Push an image with all its tags, with SBOM, provenance and signature", Args: cobra.NoArgs,
		Long: `Push an image with all its tags, with SBOM, provenance and signature.

What the registry has is not sent again: a push that failed halfway is finished
by running it again. Errors that pass are tried again with growing waits; a
refused password is not. A released version never becomes another image.`,
		Example: `  octocode publish --archive release.tar --repository registry.example.com/shop --version 1.2.3 --commit "$(git rev-parse HEAD)" \
    --source https://github.com/acme/shop --builder https://github.com/acme/shop/.github/workflows/release.yml --sbom sbom.json --key release.key
  octocode publish --archive release.tar --repository registry.example.com/shop --branch main --dry-run --json`,
	}
	flags := c.Flags()
	origin := originFlags(flags)
	registry := registryFlags(flags)
	flags.StringVar(&r.Archive, "archive", "image.tar", "image archive")
	flags.StringVar(&r.Repository, "repository", "", "where to, without a tag")
	flags.BoolVar(&r.DryRun, "dry-run", false, "do all but send")
	flags.StringVar(&r.Provenance.Source, "source", "", "URL of the sources; with it, provenance is attached")
	flags.StringVar(&r.Provenance.Builder, "builder", "", "URL of what built it")
	flags.StringVar(&r.Provenance.Invocation, "invocation", "", "URL of the run that built it")
	flags.StringArrayVar(&materials, "material", nil, "what went in beside the sources, such as base images, as REFERENCE=sha256:…; may be repeated")
	flags.StringArrayVar(&inputs, "input", nil, "an argument of the build, as NAME=VALUE, never a secret; may be repeated")
	flags.StringVar(&r.SBOM, "sbom", "", "CycloneDX file to attach")
	flags.StringVar(&keyFile, "key", "", "file of the signing key (default the PEM text in $SIGNING_KEY)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		r.Origin = *origin
		var errs [2]error
		r.Provenance.Inputs, errs[0] = attest.ParseInputs(inputs)
		r.Provenance.Materials, errs[1] = attest.ParseMaterials(materials)
		if err := cmp.Or(errs[0], errs[1]); err != nil {
			return err
		}
		key := []byte(os.Getenv("SIGNING_KEY"))
		if keyFile != "" {
			var err error
			if key, err = os.ReadFile(keyFile); err != nil {
				return fmt.Errorf("--key %s: it cannot be read", keyFile)
			}
		}
		registry.Log = func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }
		return scratch(func(dir string) error {
			result, err := r.Publish(c.Context(), registry, key, dir)
			if asJSON && result != nil {
				// With a failure, too: it says what is there.
				return errors.Join(err, writeJSON(c.OutOrStdout(), result))
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(c.OutOrStdout(), result.Text())
			return err
		})
	}
	return c
}

func verifyReleaseCommand() *cobra.Command {
	var image, key string
	var expect attest.Expect
	var asJSON bool
	c := &cobra.Command{
		Use: "verify-release", Short: "Check image, signature, provenance and SBOM of a release; exit code 1 if one is wrong", Args: cobra.NoArgs,
		Example: `  octocode verify-release --image registry.example.com/shop:1.2.3 --key release.pub
  octocode verify-release --image registry.example.com/shop@sha256:… --key release.pub --source https://github.com/acme/shop --json`,
	}
	flags := c.Flags()
	registry := registryFlags(flags)
	flags.StringVar(&image, "image", "", "the image, by tag or digest")
	flags.StringVar(&key, "key", "", "file of the public key")
	flags.StringVar(&expect.Source, "source", "", "URL of the sources that it has to be built from")
	flags.StringVar(&expect.Commit, "commit", "", "commit that it has to be built from")
	flags.StringVar(&expect.Builder, "builder", "", "URL of what has to have built it")
	flags.StringVar(&expect.Version, "version", "", "version that it has to be")
	flags.StringVar(&expect.Repository, "repository", "", "where it has to have been published (default where the image is; a mirror is elsewhere)")
	flags.BoolVar(&expect.NoSBOM, "no-sbom", false, "the release has no SBOM")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if image == "" || key == "" {
			return errors.New("--image and --key are needed")
		}
		text, err := os.ReadFile(key)
		if err != nil {
			return fmt.Errorf("--key %s: it cannot be read", key)
		}
		public, err := attest.ParsePublicKey(text)
		if err != nil {
			return err
		}
		v, err := attest.Verify(c.Context(), registry, image, public, expect)
		if err != nil {
			return err
		}
		if asJSON {
			if err := writeJSON(c.OutOrStdout(), v); err != nil {
				return err
			}
		} else {
			fmt.Fprint(c.OutOrStdout(), v.Text())
		}
		return v.Err()
	}
	return c
}
