//go:build e2e

package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/octocode/octocode-ci/ci/pins"
)

// The other tests build on Debian. Alpine is not here: its Node.js is another
// binary (musl) and its packages come from its own repositories, neither of
// which can be had or honestly stood in for without its registry. What can be
// tested of it is the choice of the images: TestForStages in ci/pins.

// The branch for Arch Linux is run by the real pacman.
func TestProductionImageOnArchLinux(t *testing.T) {
	t.Parallel()
	base, dir := archLinux(t), application(t, nil)
	build := func(args ...string) string {
		return call(t, dir, append([]string{"--base-image", base, "build", "container"}, args...)...)
	}
	if got := build("user"); got != "1001:1001" {
		t.Errorf("user = %q", got)
	}
	if got := build("entrypoint"); got != "/usr/local/bin/init\n--" {
		t.Errorf("entry point = %q", got)
	}
	if got := build("with-exec", "--args", "/usr/local/bin/init,--,node,--version", "stdout"); !regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(got) {
		t.Errorf("node under init says %q", got)
	}
	if got := build("with-exec", "--args", "readlink,-e,/usr/local/bin/init", "stdout"); got != "/usr/bin/catatonit" {
		t.Errorf("init is %q", got)
	}
	if got := build("with-exec", "--args", "pacman,-Q,catatonit,openssl,ca-certificates,gcc-libs", "stdout"); strings.Count(got, "\n") != 3 {
		t.Errorf("pacman knows of %q", got)
	}
}

// archLinux is the base image: the real one, or where the registries cannot be
// reached a stand-in with pacman and the packages that the Dockerfile wants.
func archLinux(t *testing.T) string {
	t.Helper()
	if engine.GetStatus(t.Context()).Registry == "" {
		return "archlinux"
	}
	c := client(t)
	standIn := c.Host().Directory(filepath.Join(root, "docker/standins/archlinux-pacman")).DockerBuild()
	out, err := standIn.WithExec([]string{"pacman", "--version"}).Stdout(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`Pacman v(\d+\.\d+\.\d+)`).FindStringSubmatch(out)
	if version == nil {
		t.Fatalf("no version of pacman in\n%s", out)
	}
	name := "octocode/pacman-standin:" + version[1]
	if _, err := standIn.Publish(t.Context(), engine.RegistryAddress()+"/"+name); err != nil {
		t.Fatal(err)
	}
	return "docker.io/" + name
}

// An image of no family is named as the reason, not the step that fails on it.
func TestBaseImageOfNoFamily(t *testing.T) {
	t.Parallel()
	if engine.GetStatus(t.Context()).Registry == "" {
		t.Skip("no registry of our own, from which an image without a package manager could be pulled")
	}
	const name = "octocode/no-family:1.0"
	c := client(t)
	stranger := c.Container().From(pins.Ref("debian")).WithExec([]string{"rm", "/usr/bin/apt-get"})
	if _, err := stranger.Publish(t.Context(), engine.RegistryAddress()+"/"+name); err != nil {
		t.Fatal(err)
	}
	s, _ := ci(t, fixture(t, testdata("npm"), nil), "--base-image", "docker.io/"+name)
	if got, want := s.output("dependencies"), `--base-image "docker.io/`+name+`": use debian, archlinux, alpine, or the reference of an image`; !strings.HasPrefix(got, want) {
		t.Errorf("dependencies says\n%s\nwant %s…", got, want)
	}
}
