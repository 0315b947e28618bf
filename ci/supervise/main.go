//go:build linux

package supervise

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Main is the whole program; it returns the exit code.
//
//	os.Exit(supervise.Main(os.Args[1:]))
func Main(args []string) int {
	role := ""
	if len(args) > 0 {
		role = args[0]
	}
	if role == "enter" { // one process of the service: what follows is its command
		p, err := takeOrders()
		if err == nil {
			err = enter(p, args[1:])
		}
		fmt.Fprintln(os.Stderr, "octocode-init:", err)
		return 127
	}
	spec, err := readSpec()
	if err != nil {
		fmt.Fprintln(os.Stderr, "octocode-init:", err)
		return 125
	}
	switch role {
	case "kill", "exec":
		return tool(spec, args)
	case RoleService, RoleJob, RoleGateway:
		s := &supervisor{spec: spec, role: role, begin: time.Now(), logs: newLogs(spec.Name, role)}
		return s.run()
	}
	fmt.Fprintf(os.Stderr, "octocode-init: %q is no role: use service, job or gateway\n", role)
	return 125
}

func readSpec() (Spec, error) {
	var spec Spec
	text, err := os.ReadFile(SpecFile)
	if err == nil {
		err = json.Unmarshal(text, &spec)
	}
	if err != nil {
		return spec, fmt.Errorf("%s cannot be read: this program runs in containers that OctoCode CI has made", SpecFile)
	}
	return spec, nil
}
