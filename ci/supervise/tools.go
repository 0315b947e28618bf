//go:build linux

package supervise

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
)

// tool is what a job's command may ask of the stack, such as
//
//	octocode-init kill oc_app-2 SIGKILL
//	octocode-init exec oc_database-1 pg_isready
//
// Only root of the job's container may.
func tool(spec Spec, args []string) int {
	fail := func(format string, values ...any) int {
		fmt.Fprintf(os.Stderr, "octocode-init: "+format+"\n", values...)
		return 125
	}
	if len(args) < 3 {
		return fail("usage: octocode-init kill|exec SERVICE-REPLICA SIGNAL|COMMAND…")
	}
	host := spec.host(args[1])
	if host == "" {
		return fail("there is no container %q: use one like oc_app-1", args[1])
	}
	// The job has put its own name server in front of the engine's.
	r, err := readResolver(engineResolvConf)
	if err != nil {
		return fail("%v", err)
	}
	c := newClient(spec, r)
	if args[0] == "kill" {
		if err := c.signal(context.Background(), host, args[2]); err != nil {
			return fail("%v", err)
		}
		return 0
	}
	code, err := c.exec(context.Background(), host, args[2:], os.Stdout)
	if err != nil {
		return fail("%v", err)
	}
	return code
}

// container is the name that people use for a host.
func (s Spec) container(host string) string {
	for service, hosts := range s.Hosts {
		if n := slices.Index(hosts, host); n >= 0 {
			return fmt.Sprintf("%s-%d", service, n+1)
		}
	}
	return host
}

// host finds a container by the name that people use: service and replica.
func (s Spec) host(name string) string {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return ""
	}
	hosts := s.Hosts[name[:i]]
	n := slices.IndexFunc(hosts, func(h string) bool { return strings.Contains(h, "-"+name[i+1:]+"-"+s.Token) })
	if n < 0 {
		return ""
	}
	return hosts[n]
}
