//go:build linux

package entry

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// isolate takes away from this thread, and so from what it starts, the network,
// all capabilities, and the right to write to some folders. The thread is not
// given back.
func isolate(readOnly []string, network bool) error {
	runtime.LockOSThread()
	namespaces := unix.CLONE_NEWNS
	if !network {
		namespaces |= unix.CLONE_NEWNET
	}
	if err := unix.Unshare(namespaces); err != nil {
		return fmt.Errorf("it gets no namespaces of its own (%w): let the engine's containers have all capabilities", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mounts cannot be made private: %w", err)
	}
	for _, dir := range readOnly {
		if err := unix.Mount(dir, dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("%s cannot be mounted: %w", dir, err)
		}
		if err := unix.MountSetattr(unix.AT_FDCWD, dir, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
			return fmt.Errorf("%s cannot be made read-only: %w", dir, err)
		}
	}
	return dropCapabilities()
}

// dropCapabilities leaves the next program none, not even as root.
func dropCapabilities() error {
	for number := range unix.CAP_LAST_CAP + 1 {
		// A kernel that does not know it cannot give it either.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(number), 0, 0, 0); err != nil && err != unix.EINVAL {
			return fmt.Errorf("capability %d cannot be dropped: %w", number, err)
		}
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&header, &none[0]); err != nil {
		return fmt.Errorf("capabilities cannot be dropped: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("new privileges cannot be ruled out: %w", err)
	}
	return nil
}
