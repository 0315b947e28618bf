package release

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Bundle is all that a deploy needs: it works in an empty folder, without the
// repository that it comes from.
type Bundle struct {
	// Version of the release.
	Version string
	// Compose is the folder of the Compose files and of the configuration that
	// they name.
	Compose fs.FS
	// File is the Compose file to start; those that it includes go along.
	File string
	// Configuration are folders or files that go along; secrets never do.
	Configuration []string
	// Images are the pinned references by Compose variable:
	// APP_IMAGE: registry.example.com/shop@sha256:…
	Images map[string]string
	// Documents are further files by name: SBOM, provenance, notes, public key.
	Documents map[string][]byte
	// Remarks are what is to be known before it is deployed.
	Remarks []string
}

// The production stack of the guide: its Compose file, and what it mounts.
const ComposeFile = "docker-compose.prod.yml"

// Configuration goes along with ComposeFile.
var Configuration = []string{"prod"}

// What the bundle says about itself.
const readmeFile, sumsFile = "README.md", "SHA256SUMS"

var (
	imageVariable = regexp.MustCompile(`\$\{([A-Z0-9_]*IMAGE)(:?[-?][^}]*)?\}`)
	imageLine     = regexp.MustCompile(`(?m)^\s*(?:-\s+)?image:\s*(\S+)`)
	pinned        = regexp.MustCompile(`@sha256:[0-9a-f]{64}\b`)
	secretFile    = regexp.MustCompile(`\$\{SECRETS_DIR:-[^}]*\}/([a-z0-9_]+)`)
)

// Contents are the files of the bundle by name, SHA256SUMS among them. A file
// that the Compose files name, and that is no secret, has to be among them.
func (b Bundle) Contents(ctx context.Context) (map[string][]byte, error) {
	if _, err := version(b.Version); err != nil {
		return nil, err
	}
	files, err := b.files()
	if err != nil {
		return nil, err
	}
	contents := maps.Clone(b.Documents)
	if contents == nil {
		contents = map[string][]byte{}
	}
	if err := cmp.Or(b.free(readmeFile), b.free(sumsFile)); err != nil {
		return nil, err
	}
	secrets := map[string]bool{}
	for name, text := range files {
		if err := b.free(name); err != nil {
			return nil, err
		}
		if contents[name], err = b.pin(name, text); err != nil {
			return nil, err
		}
		for _, m := range secretFile.FindAllSubmatch(text, -1) {
			secrets[string(m[1])] = true
		}
	}
	for _, root := range b.Configuration {
		if err := b.copy(root, contents); err != nil {
			return nil, err
		}
	}
	if err := b.complete(ctx, files, contents); err != nil {
		return nil, err
	}
	contents[readmeFile] = b.readme(slices.Sorted(maps.Keys(secrets)))
	contents[sumsFile] = sums(contents)
	return contents, nil
}

// free makes sure that no document has a name.
func (b Bundle) free(name string) error {
	if _, taken := b.Documents[name]; taken {
		return fmt.Errorf("bundle: there are two files %s: give one of them another name", name)
	}
	return nil
}

// pin puts the images' digests and the version into a Compose file, as
// defaults: a host with a mirror of its own can still name another.
func (b Bundle) pin(name string, text []byte) ([]byte, error) {
	var missing []string
	out := imageVariable.ReplaceAllStringFunc(string(text), func(use string) string {
		variable := imageVariable.FindStringSubmatch(use)[1]
		ref := b.Images[variable]
		if !pinned.MatchString(ref) {
			missing = append(missing, variable)
			return use
		}
		return "${" + variable + ":-" + ref + "}"
	})
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, fmt.Errorf("bundle: %s: no digest is known for %s: give it as NAME=reference@sha256:…", name, strings.Join(slices.Compact(missing), ", "))
	}
	for _, m := range imageLine.FindAllStringSubmatch(out, -1) {
		if !pinned.MatchString(m[1]) && !strings.HasPrefix(m[1], "*") {
			return nil, fmt.Errorf("bundle: %s: image %s has no digest: write it as a variable, such as ${NGINX_IMAGE:-nginx:1.26.3}", name, m[1])
		}
	}
	// A swarm's configs cannot change, so each release has names of its own.
	out = strings.ReplaceAll(out, "${APP_VERSION:-dev}", "${APP_VERSION:-"+b.Version+"}")
	out = strings.ReplaceAll(out, "${CONFIG_VERSION:-1}", "${CONFIG_VERSION:-"+strings.NewReplacer(".", "_", "+", "_").Replace(b.Version)+"}")
	return []byte(out), nil
}

func (b Bundle) copy(root string, contents map[string][]byte) error {
	return fs.WalkDir(b.Compose, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("bundle: %s: there is no such file", name)
		}
		if d.IsDir() {
			if d.Name() == "secrets" {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(path.Base(name), ".") {
			return nil
		}
		if err := b.free(name); err != nil {
			return err
		}
		contents[name], err = fs.ReadFile(b.Compose, name)
		return err
	})
}

func (b Bundle) readme(secrets []string) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "# Release %s\n\nCheck the files, put the secrets beside them, start:\n\n```sh\nsha256sum --check SHA256SUMS\ndocker compose -f %s up --detach --wait\n```\n", b.Version, b.File)
	for _, remark := range b.Remarks {
		fmt.Fprintf(&text, "\n**%s**\n", remark)
	}
	text.WriteString("\n## Images\n\n")
	for _, variable := range slices.Sorted(maps.Keys(b.Images)) {
		fmt.Fprintf(&text, "- `%s`: `%s`\n", variable, b.Images[variable])
	}
	if len(secrets) > 0 {
		text.WriteString("\n## Secrets\n\nOne file each, in `prod/secrets` or in the folder that `SECRETS_DIR` names; `octocode secrets generate --dir prod/secrets` makes them:\n\n")
		for _, name := range secrets {
			fmt.Fprintf(&text, "- `%s`\n", name)
		}
	}
	return []byte(text.String())
}

// Add puts a file beside the Compose files. No two can have one name: the later
// would silently take the place of the SBOM, or of the public key.
func (b *Bundle) Add(name string, text []byte) error {
	if err := b.free(name); err != nil {
		return err
	}
	if b.Documents == nil {
		b.Documents = map[string][]byte{}
	}
	b.Documents[name] = text
	return nil
}

// sums are the checksums of all files, as sha256sum reads them.
func sums(contents map[string][]byte) []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(contents[name]), name)
	}
	return []byte(text.String())
}
