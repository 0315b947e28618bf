package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
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

// createdTime reads the time of a commit.
func createdTime(text string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("--created %q: give the time of the commit: \"$(git log -1 --format=%%ct)\"", text)
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
		t, err := createdTime(*created)
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

// registryFlags say how to get into a registry. The password comes from the
// environment: arguments are seen by everybody on the machine.
func registryFlags(flags *pflag.FlagSet) *oci.Registry {
	r := &oci.Registry{Password: os.Getenv("REGISTRY_PASSWORD")}
	flags.StringVar(&r.User, "user", os.Getenv("REGISTRY_USER"), "user of the registry; the password comes from $REGISTRY_PASSWORD (default $REGISTRY_USER, else what `docker login` has left)")
	flags.BoolVar(&r.Insecure, "insecure", false, "allow HTTP")
	return r
}

// published is the result of a publication.
type published struct {
	*oci.Pushed
	Attached []string `json:"attached"`
	Signed   bool     `json:"signed"`
}

func publishCommand() *cobra.Command {
	var push oci.Push
	var a attest.Attachments
	var archive, sbom, key string
	var materials, inputs map[string]string
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
	flags.StringVar(&archive, "archive", "image.tar", "image archive")
	flags.StringVar(&push.Repository, "repository", "", "where to, without a tag")
	flags.BoolVar(&push.DryRun, "dry-run", false, "do all but send")
	flags.StringVar(&a.Provenance.Source, "source", "", "URL of the sources; with it, provenance is attached")
	flags.StringVar(&a.Provenance.Builder, "builder", "", "URL of what built it")
	flags.StringVar(&a.Provenance.Invocation, "invocation", "", "URL of the run that built it")
	flags.StringToStringVar(&materials, "material", nil, "what went in, as REFERENCE=sha256:…; may be repeated")
	flags.StringToStringVar(&inputs, "input", nil, "an argument of the build, as NAME=VALUE, never a secret; may be repeated")
	flags.StringVar(&sbom, "sbom", "", "CycloneDX file to attach")
	flags.StringVar(&key, "key", "", "file of the signing key (default the PEM text in $SIGNING_KEY)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		// All that can be wrong is found before anything is sent.
		if _, err := release.Tags(*origin); err != nil {
			return err
		}
		if push.Repository == "" {
			return errors.New("--repository: say where to push, such as registry.example.com/team/shop")
		}
		if err := readAttachments(&a, sbom, key); err != nil {
			return err
		}
		a.Provenance.Commit, a.Provenance.Materials, a.Provenance.Inputs = origin.Commit, materials, inputs
		attached := a.Provenance.Source != ""
		if !attached && (sbom != "" || a.Key != nil) {
			return errors.New("--source: SBOM and signature need to know the sources: give --source, --commit and --builder")
		}
		registry.Log = func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }
		return scratch(func(dir string) error {
			image, err := oci.Open(archive, dir)
			if err != nil {
				return err
			}
			digest, err := image.Digest()
			if err != nil {
				return err
			}
			var documents []oci.Artifact
			if attached {
				if documents, err = a.Documents(push.Repository, digest); err != nil {
					return err
				}
			}
			// The registry knows best what has been released.
			if origin.Version != "" {
				there, err := registry.Tags(c.Context(), push.Repository)
				if err != nil {
					return err
				}
				origin.Released = append(origin.Released, there...)
			}
			if push.Tags, err = release.Tags(*origin); err != nil {
				return err
			}
			push.Fixed = release.FixedTags(push.Tags)
			result := published{Attached: []string{}, Signed: a.Key != nil && !push.DryRun}
			if result.Pushed, err = registry.Push(c.Context(), image, push); err != nil {
				return err
			}
			if len(documents) > 0 && !push.DryRun {
				if err := registry.Attach(c.Context(), result.Reference, documents...); err != nil {
					return fmt.Errorf("the image is there, its SBOM, provenance and signature are not: %w; run it again", err)
				}
			}
			for _, d := range documents {
				result.Attached = append(result.Attached, d.Type)
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), result)
			}
			return result.print(c)
		})
	}
	return c
}

func (p published) print(c *cobra.Command) error {
	w := c.OutOrStdout()
	rows := [][]string{{"image", p.Reference}, {"tags", strings.Join(p.Tags, ", ")}, {"platforms", strings.Join(p.Platforms, ", ")},
		{"size", fmt.Sprintf("%.1f MB", float64(p.Bytes)/1e6)}, {"layers", fmt.Sprintf("%d, %d of them were there", p.Blobs, p.There)},
		{"attached", strings.Join(p.Attached, ", ")}}
	table(w, rows)
	if p.DryRun {
		fmt.Fprintln(w, "dry run: nothing was sent")
	} else if !p.Signed {
		fmt.Fprintln(w, "not signed: give --key, so that others can verify it")
	}
	return nil
}

func readAttachments(a *attest.Attachments, sbom, key string) error {
	var err error
	if sbom != "" {
		if a.SBOM, err = os.ReadFile(sbom); err != nil {
			return fmt.Errorf("--sbom %s: it cannot be read", sbom)
		}
		if _, err := attest.CheckSBOM(a.SBOM); err != nil {
			return err
		}
	}
	text := []byte(os.Getenv("SIGNING_KEY"))
	if key != "" {
		if text, err = os.ReadFile(key); err != nil {
			return fmt.Errorf("--key %s: it cannot be read", key)
		}
	}
	if len(text) > 0 {
		k, err := attest.ParsePrivateKey(text)
		if err != nil {
			return err
		}
		a.Key = &k
	}
	return nil
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
			rows := [][]string{{"CHECK", "RESULT", "DETAIL"}}
			for _, check := range v.Checks {
				result := "passed"
				if !check.Passed {
					result = "failed"
				}
				rows = append(rows, []string{check.Name, result, check.Message})
			}
			table(c.OutOrStdout(), rows)
		}
		return v.Err()
	}
	return c
}

func releaseKeyCommand() *cobra.Command {
	var dir string
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
			if err := errors.Join(os.WriteFile(private, secret, 0o600), os.WriteFile(public, open, 0o644)); err != nil {
				return fmt.Errorf("--dir %s: it cannot be written to", dir)
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), private+"\n"+public)
			return err
		},
	}
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
	flags.StringVar(&n.Previous, "since", "", "tag of the release before (default the newest version tag before HEAD, if any)")
	flags.StringVar(&n.URL, "url", "", "URL of the repository, for links")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if n.Version == "" {
			return errors.New("--version: which release are the notes for?")
		}
		if n.Previous == "" {
			// Not the tag of this very release.
			text, err := exec.CommandContext(c.Context(), "git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*",
				"--exclude", n.Version, "--exclude", "v"+strings.TrimPrefix(n.Version, "v")).Output()
			if err == nil {
				n.Previous = strings.TrimSpace(string(text))
			}
		}
		commits := "HEAD"
		if n.Previous != "" {
			commits = n.Previous + "..HEAD"
		}
		text, err := exec.CommandContext(c.Context(), "git", "log", "--format=%H%x1f%s%x1f%b%x1e", "--end-of-options", commits).Output()
		if err != nil {
			return fmt.Errorf("read the commits %s: are they here, in a clone with its history?", commits)
		}
		n.Commits = release.ParseLog(string(text))
		return n.Markdown(c.OutOrStdout())
	}
	return c
}

func releaseBundleCommand() *cobra.Command {
	var b release.Bundle
	var docker, out string
	var documents []string
	c := &cobra.Command{
		Use: "release-bundle", Short: "A folder that deploys without the repository: Compose files by digest, configuration, checksums", Args: cobra.NoArgs,
		Example: `  octocode release-bundle --version 1.2.3 --out build/release --image APP_IMAGE=registry.example.com/shop@sha256:… \
    --image NGINX_IMAGE=nginx@sha256:… --document NOTES.md --document sbom.json`,
	}
	flags := c.Flags()
	flags.StringVar(&b.Version, "version", "", "version of the release")
	flags.StringVar(&docker, "docker", "docker", "folder of the Compose files")
	flags.StringArrayVar(&b.Files, "file", []string{"docker-compose.prod.yml", "docker-compose.stack.yml", "docker-compose.order.yml"}, "a Compose file in it, the first to start with; may be repeated")
	flags.StringArrayVar(&b.Configuration, "configuration", []string{"prod"}, "a file or folder in it that goes along; may be repeated")
	flags.StringToStringVar(&b.Images, "image", nil, "an image by digest, as VARIABLE=reference@sha256:…; may be repeated")
	flags.StringArrayVar(&documents, "document", nil, "a further file, such as notes or SBOM; may be repeated")
	flags.StringVar(&out, "out", "build/release", "folder to write, which must not be there yet")
	c.RunE = func(c *cobra.Command, _ []string) error {
		b.Compose, b.Documents = os.DirFS(docker), map[string][]byte{}
		for _, path := range documents {
			text, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("--document %s: it cannot be read", path)
			}
			b.Documents[filepath.Base(path)] = text
		}
		contents, err := b.Contents()
		if err != nil {
			return err
		}
		if _, err := os.Stat(out); err == nil {
			return fmt.Errorf("--out %s: it is there already; remove it, or name another", out)
		}
		for name, text := range contents {
			path := filepath.Join(out, filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
				return fmt.Errorf("--out %s: it cannot be written to", out)
			}
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d files\n", out, len(contents))
		return err
	}
	return c
}
