package supervise

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// account is who a process runs as.
type account struct {
	uid, gid int
	groups   []int
	home     string
}

// The files that know the accounts of a container.
var (
	passwdFile = "/etc/passwd"
	groupFile  = "/etc/group"
)

// findAccount reads a user as Docker does: "name", "uid", "name:group",
// "uid:gid"; "" is root. A number needs no entry anywhere.
func findAccount(user string) (account, error) {
	name, group, hasGroup := strings.Cut(user, ":")
	a := account{home: "/"}
	if name == "" {
		name = "0"
	}
	number, err := strconv.Atoi(name)
	isNumber := err == nil
	entry := find(passwdFile, 7, func(f []string) bool { return f[0] == name || isNumber && f[2] == name })
	switch {
	case entry != nil:
		if a.uid, err = strconv.Atoi(entry[2]); err == nil {
			a.gid, err = strconv.Atoi(entry[3])
		}
		if err != nil {
			return a, fmt.Errorf("user %q: %s is broken", user, passwdFile)
		}
		if entry[5] != "" {
			a.home = entry[5]
		}
	case isNumber:
		a.uid = number
	default:
		return a, fmt.Errorf("user %q is not in %s of the image: correct `user`, or write its number", name, passwdFile)
	}
	if hasGroup && group != "" {
		number, err := strconv.Atoi(group)
		if entry := find(groupFile, 3, func(f []string) bool { return f[0] == group }); entry != nil {
			number, err = strconv.Atoi(entry[2])
		}
		if err != nil {
			return a, fmt.Errorf("group %q is not in %s of the image: correct `user`, or write its number", group, groupFile)
		}
		a.gid = number
	}
	a.groups = []int{a.gid}
	if entry != nil && !hasGroup {
		find(groupFile, 4, func(f []string) bool {
			if gid, err := strconv.Atoi(f[2]); err == nil && gid != a.gid && slices.Contains(strings.Split(f[3], ","), entry[0]) {
				a.groups = append(a.groups, gid)
			}
			return false
		})
	}
	return a, nil
}

// find returns the first line of a file like /etc/passwd that matches.
func find(path string, fields int, match func([]string) bool) []string {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if f := strings.Split(lines.Text(), ":"); len(f) >= fields && match(f) {
			return f
		}
	}
	return nil
}
