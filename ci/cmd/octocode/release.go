package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// releaseCommands tag, publish and verify releases.
func releaseCommands() []*cobra.Command {
	return []*cobra.Command{tagsCommand(), imageCommand(), publishCommand(), verifyReleaseCommand(), releaseKeyCommand(), releaseNotesCommand(), releaseBundleCommand()}
}

// originFlags are what tags are derived from.
func originFlags(flags *pflag.FlagSet) *release.Origin {
	o := &release.Origin{}
	flags.StringVar(&o.Version, "version", "", "semantic version, such as 1.2.3")
	flags.StringVar(&o.Branch, "branch", "", "branch, such as main or refs/heads/main")
	flags.StringVar(&o.Commit, "commit", "", "hash of the commit")
	flags.IntVar(&o.PullRequest, "pull-request", 0, "number of the pull request")
	flags.StringArrayVar(&o.Released, "released", nil, "a version that exists already; may be repeated")
	return o
}

func tagsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "tags", Short: "The tags of an image, from version, branch, commit and pull request", Args: cobra.NoArgs,
		Long: `The tags of an image, from version, branch, commit and pull request.

1.2.3 gives 1.2.3, and 1.2, 1 and latest as far as no newer version is released.
A branch never gets the tag of a release, nor that of another branch.`,
		Example: `  octocode tags --version 1.2.3 --released 1.3.0
  octocode tags --branch "$GITHUB_REF" --commit "$GITHUB_SHA"
  octocode tags --pull-request 7 --json`,
	}
	origin := originFlags(c.Flags())
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		tags, err := release.Tags(*origin)
		if err != nil {
			return err
		}
		if asJSON {
			return writeJSON(c.OutOrStdout(), tags)
		}
		_, err = fmt.Fprintln(c.OutOrStdout(), strings.Join(tags, "\n"))
		return err
	}
	return c
}

func releaseKeyCommand() *cobra.Command {
	var dir string
	var dryRun bool
	c := &cobra.Command{
		Use: "release-key", Short: "Make a key pair for signing releases", Args: cobra.NoArgs,
		Long:    "Make a key pair for signing releases: release.key, which belongs into the secrets of your CI\nand nowhere else, and release.pub, which belongs into the repository. Existing ones are kept.",
		Example: "  octocode release-key --dir ~/keys",
		RunE: func(c *cobra.Command, _ []string) error {
			private, public := filepath.Join(dir, "release.key"), filepath.Join(dir, "release.pub")
			for _, path := range []string{private, public} {
				if _, err := os.Stat(path); err == nil {
					return fmt.Errorf("%s is there already: whoever verifies your releases relies on it; remove it yourself if you mean to", path)
				}
			}
			secret, open, err := attest.NewKey()
			if err != nil {
				return err
			}
			if dryRun {
				_, err := fmt.Fprintln(c.OutOrStdout(), "would write "+private+" and "+public)
				return err
			}
			if err := errors.Join(os.WriteFile(private, secret, 0o600), os.WriteFile(public, open, 0o644)); err != nil {
				return fmt.Errorf("--dir %s: it cannot be written to", dir)
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), private+"\n"+public)
			return err
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be written, and write nothing")
	c.Flags().StringVar(&dir, "dir", ".", "the folder for the two files")
	return c
}

func releaseNotesCommand() *cobra.Command {
	var n release.Notes
	c := &cobra.Command{
		Use: "release-notes", Short: "Notes from the commits since the last version, in Markdown", Args: cobra.NoArgs,
		Example: "  octocode release-notes --version 1.2.3 --url https://github.com/acme/shop > NOTES.md",
	}
	flags := c.Flags()
	flags.StringVar(&n.Version, "version", "", "version of the release")
	flags.StringVar(&n.Previous, "since", "", "tag of the release before (default the highest version below this one among the tags behind HEAD, if any)")
	flags.StringVar(&n.URL, "url", "", "URL of the repository, for links")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if n.Version == "" {
			return errors.New("--version: which release are the notes for?")
		}
		if err := n.Read(func(args ...string) (string, error) {
			text, err := exec.CommandContext(c.Context(), "git", args...).Output()
			return string(text), err
		}); err != nil {
			return err
		}
		return n.Markdown(c.OutOrStdout())
	}
	return c
}

func releaseBundleCommand() *cobra.Command {
	var b release.Bundle
	var docker, out string
	var dryRun bool
	var documents []string
	c := &cobra.Command{
		Use: "release-bundle", Short: "A folder that deploys without the repository: Compose files by digest, configuration, checksums", Args: cobra.NoArgs,
		Example: `  octocode release-bundle --version 1.2.3 --out build/release --image APP_IMAGE=registry.example.com/shop@sha256:… \
    --image NGINX_IMAGE=nginx@sha256:… --document NOTES.md --document sbom.json`,
	}
	flags := c.Flags()
	flags.StringVar(&b.Version, "version", "", "version of the release")
	flags.StringVar(&docker, "docker", "docker", "folder of the Compose files")
	flags.StringVar(&b.File, "file", release.ComposeFile, "the Compose file in it to start with; those that it includes go along")
	flags.StringArrayVar(&b.Configuration, "configuration", release.Configuration, "a file or folder in it that goes along; may be repeated")
	flags.StringToStringVar(&b.Images, "image", nil, "an image by digest, as VARIABLE=reference@sha256:…; may be repeated")
	flags.StringArrayVar(&documents, "document", nil, "a further file, such as notes or SBOM; may be repeated")
	flags.StringVar(&out, "out", "build/release", "folder to write, which must not be there yet")
	flags.BoolVar(&dryRun, "dry-run", false, "check everything, list the files, write nothing")
	c.RunE = func(c *cobra.Command, _ []string) error {
		b.Compose, b.Documents = os.DirFS(docker), map[string][]byte{}
		for _, path := range documents {
			text, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("--document %s: it cannot be read", path)
			}
			if err := b.Add(filepath.Base(path), text); err != nil {
				return err
			}
		}
		contents, err := b.Contents(c.Context())
		if err != nil {
			return err
		}
		if _, err := os.Stat(out); err == nil {
			return fmt.Errorf("--out %s: it is there already; remove it, or name another", out)
		}
		if dryRun {
			_, err := fmt.Fprintln(c.OutOrStdout(), strings.Join(slices.Sorted(maps.Keys(contents)), "\n"))
			return err
		}
		if err := release.Write(out, contents); err != nil {
			return fmt.Errorf("--out %s: it cannot be written to", out)
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d files\n", out, len(contents))
		return err
	}
	return c
}
