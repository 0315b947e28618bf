//go:build linux

package supervise

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFindAccount(t *testing.T) {
	dir := t.TempDir()
	passwdFile, groupFile = filepath.Join(dir, "passwd"), filepath.Join(dir, "group")
	t.Cleanup(func() { passwdFile, groupFile = "/etc/passwd", "/etc/group" })
	for file, text := range map[string]string{
		passwdFile: "root:x:0:0:root:/root:/bin/sh\nredis:x:100:102::/data:/bin/sh\nbroken:x:many:0::/:/bin/sh\nshort\n",
		groupFile:  "root:x:0:\nredis:x:102:\nssl:x:101:postgres,redis\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for user, want := range map[string]account{
		"":           {0, 0, []int{0}, "/root"},
		"redis":      {100, 102, []int{102, 101}, "/data"},
		"100":        {100, 102, []int{102, 101}, "/data"},
		"redis:ssl":  {100, 101, []int{101}, "/data"},
		"1001:1002":  {1001, 1002, []int{1002}, "/"},
		"1001":       {1001, 0, []int{0}, "/"},
		"redis:4242": {100, 4242, []int{4242}, "/data"},
	} {
		got, err := findAccount(user)
		if err != nil || got.uid != want.uid || got.gid != want.gid || !slices.Equal(got.groups, want.groups) || got.home != want.home {
			t.Errorf("%q: %+v %v, want %+v", user, got, err, want)
		}
	}
	for user, want := range map[string]string{
		"nobody": `user "nobody" is not in`, "redis:wheel": `group "wheel" is not in`, "broken": "is broken",
	} {
		if _, err := findAccount(user); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", user, err)
		}
	}
}

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		p    Process
		want string
	}{
		{Process{}, strings.Join(usual, " ")},
		{Process{CapDrop: []string{"ALL"}}, ""},
		{Process{CapDrop: []string{"all"}, CapAdd: []string{"CAP_CHOWN", "net_bind_service"}}, "CHOWN NET_BIND_SERVICE"},
		{Process{CapAdd: []string{"ALL"}, CapDrop: []string{"SYS_ADMIN"}}, strings.Replace(strings.Join(capabilityNames, " "), " SYS_ADMIN", "", 1)},
		{Process{Privileged: true, CapDrop: []string{"ALL"}}, strings.Join(capabilityNames, " ")},
		{Process{CapDrop: []string{"ALL"}, CapAdd: []string{"NO_SUCH"}}, ""},
	} {
		if got := strings.Join(allowed(c.p), " "); got != c.want {
			t.Errorf("%+v: %s, want %s", c.p, got, c.want)
		}
	}
}

func TestLogs(t *testing.T) {
	var out bytes.Buffer
	l := newLogs("app-1", RoleService)
	l.out = &out
	w := l.writer()
	for _, part := range []string{"one\ntw", "o\nthr", "ee"} {
		_, _ = w.Write([]byte(part))
	}
	_ = w.Close()
	if want := "app-1 | one\napp-1 | two\napp-1 | three\n"; out.String() != want {
		t.Errorf("printed %q", out.String())
	}
	lines, next, _ := l.after(1)
	if len(lines) != 2 || string(lines[0]) != "two\n" || next != 3 {
		t.Errorf("after the first line: %q, next %d", lines, next)
	}
	big := bytes.Repeat([]byte("x"), kept/2)
	for range 3 {
		l.add(append(big, '\n'))
	}
	if lines, next, _ := l.after(0); len(lines) > 2 || next != 6 || l.size > kept {
		t.Errorf("%d lines of %d bytes are kept, next %d", len(lines), l.size, next)
	}
}
