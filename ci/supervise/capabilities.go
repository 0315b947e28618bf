//go:build linux

package supervise

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// capabilityNames stand at their numbers.
var capabilityNames = []string{
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
	"NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
	"SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
	"AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
	"PERFMON", "BPF", "CHECKPOINT_RESTORE",
}

// usual are those that a container has when its file says nothing: Docker's
// without MKNOD, as the engine keeps nobody from using a device that he makes.
var usual = []string{
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP",
	"SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

// allowed are the capabilities that a process may have.
func allowed(p Process) []string {
	if p.Privileged {
		return capabilityNames
	}
	names := func(list []string) (out []string, all bool) {
		for _, name := range list {
			name = strings.TrimPrefix(strings.ToUpper(name), "CAP_")
			all = all || name == "ALL"
			out = append(out, name)
		}
		return out, all
	}
	add, addAll := names(p.CapAdd)
	drop, dropAll := names(p.CapDrop)
	list := usual
	if dropAll {
		list = nil
	}
	if addAll {
		list = capabilityNames
	}
	list = slices.DeleteFunc(slices.Clone(list), func(name string) bool { return slices.Contains(drop, name) })
	for _, name := range add {
		if slices.Contains(capabilityNames, name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// dropCapabilities leaves a process those that it is allowed. Root has them at
// once, another user can get them by a program that has them.
func dropCapabilities(p Process) error {
	keep := allowed(p)
	var mask uint64
	for number, name := range capabilityNames {
		if slices.Contains(keep, name) {
			mask |= 1 << number
			continue
		}
		// A kernel that does not know it cannot give it either.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(number), 0, 0, 0); err != nil && err != unix.EINVAL {
			return fmt.Errorf("capability %s cannot be dropped: %v", name, err)
		}
	}
	// What this process has itself it still needs for the change of the user;
	// that of exec follows from what is inheritable and from the bound.
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return fmt.Errorf("capabilities cannot be read: %v", err)
	}
	for i := range data {
		data[i].Inheritable &= uint32(mask >> (32 * i))
	}
	if err := unix.Capset(&header, &data[0]); err != nil {
		return fmt.Errorf("capabilities cannot be set: %v", err)
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	return nil
}
