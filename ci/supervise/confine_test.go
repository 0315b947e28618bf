//go:build linux

package supervise

import (
	"slices"
	"testing"
)

const mountinfo = `30 1 0:28 / / rw - overlay overlay rw
31 30 0:29 / /proc rw - proc proc rw
32 30 0:30 / /sys rw - sysfs sysfs rw
33 32 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup rw
34 32 0:30 / /sys rw - sysfs sysfs rw
35 30 0:32 / /system\040data rw - ext4 /dev/vda rw
broken
`

func TestMountPoints(t *testing.T) {
	for folder, want := range map[string][]string{
		"/":     {"/proc", "/sys", "/sys/fs/cgroup", "/system data"},
		"/sys":  {"/sys/fs/cgroup"},
		"/data": nil,
	} {
		if got := pointsBelow(folder, mountinfo); !slices.Equal(got, want) {
			t.Errorf("below %s are %q, want %q", folder, got, want)
		}
	}
}

func TestAllowedCapabilities(t *testing.T) {
	for name, c := range map[string]struct {
		process Process
		has     string
		want    bool
	}{
		"root may change owners":          {Process{}, "CHOWN", true},
		"and makes no devices":            {Process{}, "MKNOD", false},
		"but when it asks for that":       {Process{CapAdd: []string{"cap_mknod"}}, "MKNOD", true},
		"all":                             {Process{CapAdd: []string{"ALL"}}, "SYS_ADMIN", true},
		"none":                            {Process{CapDrop: []string{"ALL"}}, "CHOWN", false},
		"all but one":                     {Process{CapAdd: []string{"ALL"}, CapDrop: []string{"SYS_ADMIN"}}, "SYS_ADMIN", false},
		"none but one":                    {Process{CapAdd: []string{"CHOWN"}, CapDrop: []string{"ALL"}}, "CHOWN", true},
		"privileged":                      {Process{Privileged: true, CapDrop: []string{"ALL"}}, "SYS_ADMIN", true},
		"a capability that no kernel has": {Process{CapAdd: []string{"FLY"}}, "FLY", false},
	} {
		if got := slices.Contains(allowed(c.process), c.has); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
