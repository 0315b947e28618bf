//go:build linux

package supervise

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	resolvConf = "/etc/resolv.conf"
	hostsFile  = "/etc/hosts"
)

// prepare makes of the engine's container the one that the Compose file asks
// for. The engine gives all capabilities to do so; enter takes them away.
func prepare(p Process) error {
	if p.Hostname != "" {
		if err := unix.Sethostname([]byte(p.Hostname)); err != nil {
			return fmt.Errorf("hostname %q cannot be set: %v", p.Hostname, err)
		}
		if err := nameSelf(p.Hostname); err != nil {
			return err
		}
	}
	// As in Docker: everybody may bind any port of the own network.
	sysctls := map[string]string{"net.ipv4.ip_unprivileged_port_start": "0"}
	for name, value := range p.Sysctls {
		sysctls[name] = value
	}
	for name, value := range sysctls {
		file := filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
		if err := os.WriteFile(file, []byte(value), 0); err != nil {
			return fmt.Errorf("sysctl %s=%s cannot be set: %v", name, value, cause(err))
		}
	}
	for _, t := range p.Tmpfs {
		if err := mountTmpfs(t); err != nil {
			return err
		}
	}
	if _, err := findAccount(p.User); err != nil {
		return err
	}
	for _, folder := range p.Own {
		if err := own(folder); err != nil {
			return err
		}
	}
	if !p.Privileged {
		if err := confine(); err != nil {
			return err
		}
	}
	closed := p.ReadOnlyPaths
	if p.ReadOnly {
		closed = append(slices.Clone(closed), "/")
	}
	for _, path := range closed {
		if err := protect(path); err != nil {
			return err
		}
	}
	return nil
}

func mountTmpfs(t Tmpfs) error {
	options := "mode=" + cmp.Or(t.Mode, "1777") + ",uid=" + cmp.Or(t.UID, "0") + ",gid=" + cmp.Or(t.GID, "0")
	if t.Size > 0 {
		options += ",size=" + strconv.FormatInt(t.Size, 10)
	}
	// What the engine has mounted below, such as secrets in /run, comes on top.
	above, err := lift(t.Target)
	if err == nil {
		err = os.MkdirAll(t.Target, 0o755)
	}
	if err == nil {
		err = unix.Mount("tmpfs", t.Target, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options)
	}
	for _, m := range above {
		if err == nil {
			err = m.put()
		}
	}
	if err == nil && t.ReadOnly {
		err = addFlag(t.Target, unix.MS_RDONLY)
	}
	if err != nil {
		return fmt.Errorf("tmpfs %s cannot be mounted: %v", t.Target, cause(err))
	}
	return nil
}

// own makes a folder a mount of its own, which stays writable, as Docker does
// with a volume. A folder that the image does not have is root's, as there.
func own(folder string) error {
	if _, err := os.Stat(folder); os.IsNotExist(err) {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("volume %s cannot be made: %v", folder, cause(err))
		}
	}
	if err := unix.Mount(folder, folder, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("volume %s cannot be mounted: %v", folder, err)
	}
	return nil
}

// nameSelf makes a container know its own name.
func nameSelf(hostname string) error {
	text, err := os.ReadFile(hostsFile)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %v", hostsFile, cause(err))
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return fmt.Errorf("this container has no address: %v", err)
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() {
			text = fmt.Appendf(text, "%s\t%s\n", ip.IP, hostname)
		}
	}
	return replace(hostsFile, string(text))
}

// engineResolvConf keeps what the engine has written.
const engineResolvConf = Folder + "/engine-resolv.conf"

// useNameServer makes ours the container's.
func useNameServer() error {
	text, err := os.ReadFile(resolvConf)
	if err == nil {
		err = os.WriteFile(engineResolvConf, text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be kept: %v", resolvConf, cause(err))
	}
	host, _, _ := strings.Cut(nameServer, ":")
	return replace(resolvConf, "nameserver "+host+"\noptions ndots:0\n")
}

// replace lays another text over a file of the engine, which is a mount and
// read-only.
func replace(path, text string) error {
	file := filepath.Join(Folder, filepath.Base(path))
	err := os.WriteFile(file, []byte(text), 0o644)
	if err == nil {
		err = unix.Mount(file, path, "", unix.MS_BIND, "")
	}
	if err != nil {
		return fmt.Errorf("%s cannot be replaced: %v", path, cause(err))
	}
	return nil
}

// cause is the reason of a failed file operation without its path.
func cause(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}
