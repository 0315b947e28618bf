//go:build linux

package supervise

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The engine gives a container that may mount also all that a container must
// not see. What is closed here are the defaults of runc, and so of Docker.
var (
	masked = []string{
		"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
		"/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
	}
	readOnly = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", "/sys"}
	devices  = []string{"console", "full", "null", "random", "tty", "urandom", "zero"}
)

// confine takes away what the container has of the machine: devices, the parts
// of /proc and /sys that change or tell too much, and nodes of devices anywhere
// else than in /dev.
func confine() error {
	if err := removeDevices("/dev"); err != nil {
		return err
	}
	others := slices.DeleteFunc(append([]string{"/"}, mountPoints("/")...), func(path string) bool {
		return slices.Contains([]string{"dev", "proc", "sys"}, strings.Split(path, "/")[1])
	})
	if err := remount(others, unix.MS_NODEV); err != nil {
		return fmt.Errorf("devices cannot be kept out: %v", err)
	}
	for _, path := range readOnly {
		if err := protect(path); err != nil {
			return err
		}
	}
	for _, path := range masked {
		if err := hide(path); err != nil {
			return fmt.Errorf("%s cannot be hidden: %v", path, err)
		}
	}
	return nil
}

// removeDevices leaves the nodes that every container has.
func removeDevices(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %v", folder, cause(err))
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		switch {
		case entry.IsDir() && entry.Name() == "net":
			err = removeDevices(path)
		case entry.Type()&os.ModeDevice != 0 && !slices.Contains(devices, entry.Name()):
			err = os.Remove(path)
		}
		if err != nil {
			return fmt.Errorf("the device %s cannot be taken away: %v", path, cause(err))
		}
	}
	return nil
}

// hide puts an empty folder or file over another one.
func hide(path string) error {
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return cause(err)
	case info.IsDir():
		return unix.Mount("tmpfs", path, "tmpfs", unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "nr_blocks=1,nr_inodes=1")
	}
	return unix.Mount("/dev/null", path, "", unix.MS_BIND, "")
}

// protect makes what is mounted at path and below read-only; of "/" only
// itself. A folder that is no mount becomes one.
func protect(path string) error {
	list := []string{path}
	if path != "/" {
		if err := unix.Mount(path, path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return fmt.Errorf("%s cannot be made read-only: %v", path, err)
		}
		list = append(list, mountPoints(path)...)
	}
	if err := remount(list, unix.MS_RDONLY); err != nil {
		return fmt.Errorf("%s cannot be made read-only: %v", path, err)
	}
	return nil
}

// remount adds a flag to a mount and to those below it, except for one that
// another mount covers: nobody reaches it.
func remount(paths []string, flag uintptr) error {
	for i, path := range paths {
		err := addFlag(path, flag)
		if err != nil && (i == 0 || !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL)) {
			return fmt.Errorf("%s: %v", path, err)
		}
	}
	return nil
}

// addFlag takes no flag away that the mount has.
func addFlag(path string, flag uintptr) error {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return err
	}
	flags := unix.MS_REMOUNT | unix.MS_BIND | flag
	for bit, flag := range map[int64]uintptr{
		unix.ST_RDONLY: unix.MS_RDONLY, unix.ST_NOSUID: unix.MS_NOSUID, unix.ST_NODEV: unix.MS_NODEV, unix.ST_NOEXEC: unix.MS_NOEXEC,
	} {
		if s.Flags&bit != 0 {
			flags |= flag
		}
	}
	return unix.Mount("", path, "", flags, "")
}

// mountPoints are those below a folder, each once.
func mountPoints(folder string) []string {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	return pointsBelow(folder, string(text))
}

// Spaces and the like are octal numbers there.
var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

func pointsBelow(folder, mountinfo string) []string {
	var list []string
	for line := range strings.Lines(mountinfo) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		path := unescape.Replace(fields[4])
		if path != "/" && strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/") && !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	return list
}
