package scan

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSBOM(t *testing.T) {
	const bom = `{"bomFormat":"CycloneDX","components":[
		{"type":"library","purl":"pkg:npm/%40auth/core@0.41.3"},
		{"type":"library","purl":"pkg:npm/lodash@4.17.21"},
		{"type":"library","purl":"pkg:npm/lodash@4.17.21"},
		{"type":"library","purl":"pkg:deb/debian/libc%2B%2B1@1.0%2Bdfsg-1?arch=amd64&distro=debian-13.1&epoch=2"},
		{"type":"operating-system","name":"debian"}]}`
	got, err := ParseSBOM([]byte(bom))
	if err != nil {
		t.Fatal(err)
	}
	want := []Package{{"deb", "libc++1", "2:1.0+dfsg-1"}, {"npm", "@auth/core", "0.41.3"}, {"npm", "lodash", "4.17.21"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, c := range []struct{ text, want string }{
		{"", "no JSON"},
		{"{}", "no CycloneDX document"},
		{`{"bomFormat":"CycloneDX","components":[{"purl":"npm/a@1"}]}`, "no package URL"},
		{`{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/a"}]}`, "no package URL"},
	} {
		if _, err := ParseSBOM([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestMissing(t *testing.T) {
	a, b, c := Package{"npm", "a", "1"}, Package{"npm", "b", "1"}, Package{"npm", "b", "2"}
	if got := Missing([]Package{a, b}, []Package{c, b, a}); !slices.Equal(got, []Package{c}) {
		t.Errorf("got %v", got)
	}
	if got := Missing(nil, []Package{b, a}); !slices.Equal(got, []Package{a, b}) {
		t.Errorf("of an empty SBOM: %v", got)
	}
	if got := Missing([]Package{a}, nil); len(got) != 0 {
		t.Errorf("of nothing wanted: %v", got)
	}
}

func TestLockedPackages(t *testing.T) {
	const lock = `lockfileVersion: '9.0'
packages:
  '@auth/core@0.41.3': {resolution: {integrity: sha512-a}}
  lodash@4.17.21: {resolution: {integrity: sha512-b}}
  local@file:../local: {}
  remote@https://example.com/remote.tgz: {}
snapshots:
  '@auth/core@0.41.3(lodash@4.17.21)': {}
`
	got, err := LockedPackages([]byte(lock))
	if want := []Package{{"npm", "@auth/core", "0.41.3"}, {"npm", "lodash", "4.17.21"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "a: [", "lockfileVersion: '6.0'"} {
		if _, err := LockedPackages([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestInstalledPackages(t *testing.T) {
	const status = `Package: bash
Status: install ok installed
Version: 5.2.37-2+b5
Description: shell
 Version: none

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: passwd
Status: install ok installed
Version: 1:4.17.4-2
`
	want := []Package{{"deb", "bash", "5.2.37-2+b5"}, {"deb", "passwd", "1:4.17.4-2"}}
	if got := InstalledPackages([]byte(status)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The SBOM of the example names every package of its lockfile, and that of a
// root filesystem every package of its database: this machine's own.
func TestSBOMIsComplete(t *testing.T) {
	binary := scanner(t)
	sbom := func(args ...string) []Package {
		cmd := exec.Command(binary, append(args, "--quiet", "--disable-telemetry", "--skip-version-check", "--cache-dir", t.TempDir(), "--format", "cyclonedx")...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		packages, err := ParseSBOM(out)
		if err != nil {
			t.Fatal(err)
		}
		return packages
	}
	example := "../../examples/octocode"
	lock, err := os.ReadFile(filepath.Join(example, "pnpm-lock.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	locked, err := LockedPackages(lock)
	if err != nil || len(locked) < 300 {
		t.Fatalf("%d packages in the lockfile: %v", len(locked), err)
	}
	if missing := Missing(sbom("fs", "--include-dev-deps", example), locked); len(missing) > 0 {
		t.Errorf("%d of %d packages of the lockfile are missing: %v", len(missing), len(locked), missing)
	}

	status, err := os.ReadFile("/var/lib/dpkg/status")
	if err != nil {
		t.Skip("this machine is no Debian; the end-to-end tests look into an image that is")
	}
	root := t.TempDir()
	for name, data := range map[string][]byte{"var/lib/dpkg/status": status, "etc/os-release": []byte("ID=debian\nVERSION_ID=\"13\"\n"), "etc/debian_version": []byte("13.1\n")} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	installed := InstalledPackages(status)
	if missing := Missing(sbom("rootfs", root), installed); len(missing) > 0 || len(installed) < 50 {
		t.Errorf("%d of %d packages of the database are missing: %v", len(missing), len(installed), missing)
	}
	t.Logf("%d packages of the lockfile, %d of the database", len(locked), len(installed))
}
