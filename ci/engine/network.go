package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// The engine needs IP forwarding, a bridge and a few rules in the host's
// tables. What was there before is noted, so that down can put it back.

const forwardingFile = "/proc/sys/net/ipv4/ip_forward"

func (b *bare) enableForwarding() error {
	now, err := os.ReadFile(forwardingFile)
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(now)) == "1" {
		return nil
	}
	if err := os.WriteFile(b.home.path("ip_forward.before"), now, 0o644); err != nil {
		return err
	}
	return os.WriteFile(forwardingFile, []byte("1\n"), 0o644)
}

// restoreNetwork removes the bridge and the rules that an engine left behind,
// and puts IP forwarding back. Rules of others stay, in their order.
func (b *bare) restoreNetwork(ctx context.Context) error {
	root := b.anyRoot()
	if root != "" {
		for _, tool := range []string{"iptables", "ip6tables"} {
			if err := dropEngineRules(ctx, root, tool); err != nil {
				return err
			}
		}
	}
	if exists("/sys/class/net/" + bridge) {
		if err := chroot(ctx, root, nil, "ip", "link", "delete", bridge).Run(); err != nil {
			return fmt.Errorf("remove bridge %s: %w", bridge, err)
		}
	}
	before := b.home.path("ip_forward.before")
	if value, err := os.ReadFile(before); err == nil {
		if err := os.WriteFile(forwardingFile, value, 0o644); err != nil {
			return err
		}
		return os.Remove(before)
	}
	return nil
}

const bridge = "dagger0"

func dropEngineRules(ctx context.Context, root, tool string) error {
	// One table at a time: the list of tables stands in /proc, which a plain
	// chroot does not have.
	for _, table := range []string{"filter", "nat"} {
		saved, err := chroot(ctx, root, nil, tool+"-legacy-save", "-t", table).Output()
		if err != nil {
			continue // no such table in this kernel, so no rules either
		}
		kept, dropped := withoutEngineRules(string(saved))
		if !dropped {
			continue
		}
		if out, err := chroot(ctx, root, strings.NewReader(kept), tool+"-legacy-restore").CombinedOutput(); err != nil {
			return fmt.Errorf("restore %s rules: %s", tool, lastLines(out, 3))
		}
	}
	return nil
}

// chroot prepares a command of the engine's root filesystem, in the host's
// network. Without a root it falls back to the host's own tool.
func chroot(ctx context.Context, root string, stdin *strings.Reader, argv ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	if root != "" {
		cmd = &exec.Cmd{Path: filepath.Join("/usr/sbin", argv[0]), Args: argv, Dir: "/"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	}
	if stdin != nil {
		cmd.Stdin = stdin
	}
	return cmd
}

// anyRoot finds a root filesystem of an engine that once ran.
func (b *bare) anyRoot() string {
	found, _ := filepath.Glob(b.home.path("rootfs", "engine-*"))
	for _, dir := range found {
		if exists(filepath.Join(dir, "usr/sbin/iptables-legacy-save")) {
			return dir
		}
	}
	return ""
}
