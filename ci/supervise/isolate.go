//go:build linux

package supervise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const (
	// controlMark is on the packets of supervisors, which reach each other.
	controlMark = 0x0c70
	// isolationTable holds the routes that lead nowhere.
	isolationTable = 1070
	// Rules in front of the main table's, 32766.
	controlRule, isolationRule = 1070, 1071
)

// isolate cuts this container off from those that share no network with it,
// and off the world when all of its networks are internal. An engine has one
// network for all containers, so routes have to do what networks do elsewhere.
// A service is started only when this holds.
func isolate(ctx context.Context, r *resolver, spec Spec) error {
	if len(spec.Strangers) == 0 && !spec.Internal {
		return nil
	}
	for _, rule := range []struct {
		priority, table int
		mark            uint32
	}{{controlRule, unix.RT_TABLE_MAIN, controlMark}, {isolationRule, isolationTable, 0}} {
		n := netlink.NewRule()
		n.Family, n.Priority, n.Table, n.Mark = unix.AF_INET, rule.priority, rule.table, rule.mark
		if err := netlink.RuleAdd(n); err != nil {
			return fmt.Errorf("networks cannot be kept apart: rule: %v", err)
		}
	}
	if spec.Internal {
		if err := internal(); err != nil {
			return fmt.Errorf("the internet cannot be cut off: %v", err)
		}
	}
	if limit := time.Duration(spec.Gather); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	for _, stranger := range spec.Strangers {
		ips, err := r.patient(ctx, stranger)
		if err != nil {
			return fmt.Errorf("networks cannot be kept apart: %s has no address within %s: %v", spec.container(stranger), spec.Gather, err)
		}
		for _, ip := range ips {
			if err := route(unix.RTN_UNREACHABLE, &net.IPNet{IP: ip, Mask: net.CIDRMask(32, 32)}); err != nil {
				return fmt.Errorf("networks cannot be kept apart: route: %v", err)
			}
		}
	}
	return nil
}

// internal leaves the engine's own subnets and nothing else.
func internal() error {
	routes, err := netlink.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Table: unix.RT_TABLE_MAIN}, netlink.RT_FILTER_TABLE)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.Dst != nil && r.Gw == nil && !r.Dst.IP.IsUnspecified() {
			if err := route(unix.RTN_THROW, r.Dst); err != nil {
				return err
			}
		}
	}
	return route(unix.RTN_UNREACHABLE, &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)})
}

func route(kind int, to *net.IPNet) error {
	return netlink.RouteReplace(&netlink.Route{Type: kind, Dst: to, Table: isolationTable})
}

// patient looks up a container that may not have been started yet.
func (r *resolver) patient(ctx context.Context, host string) ([]net.IP, error) {
	for {
		ips, err := r.lookup(ctx, host)
		if err == nil {
			return ips, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("it was not started")
		case <-time.After(poll):
		}
	}
}

// marked lets the packets of a socket past the isolation.
func marked(_, _ string, c syscall.RawConn) error {
	var err error
	if e := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_MARK, controlMark) }); e != nil {
		return e
	}
	return err
}
