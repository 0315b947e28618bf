package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/octocode/octocode-ci/ci/pins"
)

// systemPackages go into the engine's root filesystem, and through it into
// the Go SDK's image. Nothing of them is installed on the host.
var systemPackages = []string{
	"ca-certificates", "openssl", "git", "openssh-client", // both
	"runc", "iptables", "dnsmasq-base", "containernetworking-plugins", // engine
	"pigz", "xz-utils", "ripgrep", "iproute2", "docker-registry",
}

// documentation is left out of every root filesystem, as the slim variant of
// the distribution's own image does.
var documentation = []string{
	"path-exclude=/usr/share/doc/*",
	"path-include=/usr/share/doc/*/copyright",
	"path-exclude=/usr/share/man/*",
	"path-exclude=/usr/share/locale/*",
	"path-exclude=/usr/share/info/*",
	"path-exclude=/usr/share/lintian/*",
}

// bootstrapArgs is the argv that makes a minimal root filesystem of the
// pinned suite at target (a folder, or a .tar file). No mirror is named: the
// distribution's default applies, security updates included.
func bootstrapArgs(target string, packages []string) []string {
	argv := []string{"mmdebstrap", "--quiet", "--mode=root", "--variant=minbase"}
	for _, option := range documentation {
		argv = append(argv, "--dpkgopt="+option)
	}
	if len(packages) > 0 {
		argv = append(argv, "--include="+strings.Join(packages, ","))
	}
	// apt's lists and the machine's identity do not belong in an image.
	argv = append(argv, `--customize-hook=rm -f "$1/etc/machine-id" "$1/etc/hostname" "$1/etc/resolv.conf"`)
	return append(argv, pins.Suite, target)
}

// bootstrap makes a root filesystem once for each key.
func (b *bare) bootstrap(ctx context.Context, name, suffix string, packages []string) (string, error) {
	key, err := digest(b.source, nil, bootstrapArgs("target", packages)...)
	if err != nil {
		return "", err
	}
	final := b.home.path("rootfs", name+"-"+key+suffix)
	if exists(final) {
		return final, nil
	}
	if err := b.hostPackages(ctx); err != nil {
		return "", err
	}
	tmp := b.home.path("rootfs", ".tmp-"+name+suffix)
	if err := os.RemoveAll(tmp); err != nil {
		return "", err
	}
	err = b.steps.Do("bootstrap "+name+" root filesystem ("+pins.Suite+")", func() error {
		if err := os.MkdirAll(filepath.Dir(tmp), 0o755); err != nil {
			return err
		}
		argv := bootstrapArgs(tmp, packages)
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		// Caches of the host's package manager settings stay out of it.
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("bootstrap root filesystem: %w: %s", err, lastLines(out, 8))
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return final, publish(tmp, final)
}

// debianKeyring has the keys of the suite that is bootstrapped.
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// hostPackages installs what bootstrapping needs on the host: one package, on
// Debian.
func (b *bare) hostPackages(ctx context.Context) error {
	b.aptOnce.Do(func() {
		if _, err := exec.LookPath("mmdebstrap"); err == nil {
			return
		}
		b.aptErr = b.steps.Do("install mmdebstrap with apt-get", func() error {
			install := []string{"apt-get", "install", "-y", "--no-install-recommends", "mmdebstrap"}
			if !exists(debianKeyring) {
				install = append(install, "debian-archive-keyring") // Ubuntu does not trust the pinned suite
			}
			// A machine that was never updated has no package lists.
			for _, argv := range [][]string{install, {"apt-get", "update"}, install} {
				cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
				cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
				out, err := cmd.CombinedOutput()
				if _, lookErr := exec.LookPath("mmdebstrap"); lookErr == nil {
					return nil
				}
				if err != nil && argv[1] == "update" {
					return fmt.Errorf("update package lists: %s", lastLines(out, 4))
				}
			}
			return fmt.Errorf("mmdebstrap could not be installed: run `apt-get install mmdebstrap` and look at its message")
		})
	})
	return b.aptErr
}

// engineRoot is the root filesystem in which engine and registry run: the
// packages, our commands in their places, and the host's extra CAs.
func (b *bare) engineRoot(ctx context.Context, system, programs string) (string, error) {
	root := b.home.path("rootfs", "engine-"+filepath.Base(programs)+"-"+filepath.Base(system))
	if !exists(root) {
		tmp := b.home.path("rootfs", ".tmp-engine")
		if err := os.RemoveAll(tmp); err != nil {
			return "", err
		}
		err := b.steps.Do("prepare the engine's root filesystem", func() error {
			if err := run(ctx, "cp", "--archive", "--reflink=auto", system, tmp); err != nil {
				return err
			}
			for name, place := range commands {
				place = filepath.Join(tmp, place)
				if err := copyFile(filepath.Join(programs, name), place, 0o755); err != nil {
					return err
				}
			}
			// The engine looks for the plugins in /opt/cni/bin, and its rules
			// have to go where the kernel has both tables.
			links := map[string]string{
				"opt/cni/bin":                "/usr/lib/cni",
				"etc/alternatives/iptables":  "/usr/sbin/iptables-legacy",
				"etc/alternatives/ip6tables": "/usr/sbin/ip6tables-legacy",
			}
			for link, target := range links {
				link = filepath.Join(tmp, link)
				if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
					return err
				}
				if err := os.RemoveAll(link); err != nil {
					return err
				}
				if err := os.Symlink(target, link); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return "", err
		}
		if err := publish(tmp, root); err != nil {
			return "", err
		}
	}
	return root, nil
}

func run(ctx context.Context, argv ...string) error {
	_, err := output(ctx, "", argv...)
	return err
}

func copyFile(from, to string, mode os.FileMode) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, mode)
}
