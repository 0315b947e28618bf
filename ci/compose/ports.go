package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// checkPorts finds ports of the host that two services want, and services with
// more replicas than ports.
func (l *loading) checkPorts() {
	var p stack.Plan
	for _, name := range l.serviceNames() {
		s := l.project.Services[name]
		service := stack.Service{Name: name, Replicas: s.GetScale()}
		for _, c := range s.Ports {
			port, err := convertPort(c)
			if err != nil {
				l.problemAt(BadPort, []string{"services", name, "ports", fmt.Sprint(c.Target)}, "use ports from 1 to 65535", "services.%s.ports: %v", name, err)
				continue
			}
			service.Ports = append(service.Ports, port)
		}
		for _, text := range s.Expose {
			if convertExpose(text) == nil {
				l.problemAt(BadPort, []string{"services", name, "expose", text}, `write a port from 1 to 65535, such as "3000" or "3000/udp"`, "services.%s.expose holds %q", name, text)
			}
		}
		p.Services = append(p.Services, service)
		if s.ContainerName != "" && service.Replicas > 1 {
			l.problemAt(Crowded, []string{"services", name, "container_name"}, `remove "container_name", other services know it as "`+name+`"`,
				"service %q has %d replicas and a name for one container", name, service.Replicas)
		}
		if err := service.Crowded(); err != nil {
			message, fix, _ := strings.Cut(err.Error(), ": ")
			port := service.Ports[slices.IndexFunc(service.Ports, func(p stack.Port) bool { return p.Published > 0 && p.Places() < service.Replicas })]
			file, line := l.locatePort(name, port)
			l.problem(stack.Problem{Code: Crowded, File: file, Line: line, Message: message, Fix: fix})
		}
	}
	for _, clash := range p.Clashes() {
		file, line := l.locatePort(clash.Service, clash.Port)
		l.problem(stack.Problem{Code: PortClash, File: file, Line: line, Message: clash.String(), Fix: "publish one of them on another port"})
	}
}

// convertPort makes a port of the plan of one of compose-go.
func convertPort(c types.ServicePortConfig) (stack.Port, error) {
	port := stack.Port{Target: int(c.Target), Protocol: c.Protocol, HostIP: c.HostIP}
	if port.Protocol == "" {
		port.Protocol = "tcp"
	}
	if port.Target < 1 || port.Target > 65535 {
		return port, fmt.Errorf("the port %d does not exist", c.Target)
	}
	if c.Published == "" {
		return port, nil
	}
	from, to, isRange := strings.Cut(c.Published, "-")
	var err error
	if port.Published, err = strconv.Atoi(from); err == nil && isRange {
		port.PublishedEnd, err = strconv.Atoi(to)
	}
	if err != nil || port.Published < 0 || max(port.Published, port.PublishedEnd) > 65535 || isRange && port.PublishedEnd < port.Published {
		return port, fmt.Errorf("the published port %q does not exist", c.Published)
	}
	return port, nil
}

// convertExpose reads "3000", "3000/udp" and "3000-3005".
func convertExpose(text string) []stack.Port {
	numbers, protocol, found := strings.Cut(text, "/")
	if !found {
		protocol = "tcp"
	}
	from, to, isRange := strings.Cut(numbers, "-")
	first, err := strconv.Atoi(from)
	last := first
	if err == nil && isRange {
		last, err = strconv.Atoi(to)
	}
	if err != nil || first < 1 || last < first || last > 65535 {
		return nil
	}
	var ports []stack.Port
	for target := first; target <= last; target++ {
		ports = append(ports, stack.Port{Target: target, Protocol: protocol})
	}
	return ports
}

// locatePort is the line of the entry that publishes a port.
func (l *loading) locatePort(service string, port stack.Port) (string, int) {
	for i := len(l.sources) - 1; i >= 0; i-- {
		for _, root := range l.sources[i].roots {
			_, depth, list := find(root, []string{"services", service, "ports"})
			if depth < 3 {
				continue
			}
			for _, n := range items(list) {
				if publishes(resolve(n), port) {
					return l.sources[i].file, n.Line
				}
			}
		}
	}
	return l.locate("services", service, "ports")
}

func publishes(n *yaml.Node, port stack.Port) bool {
	var configs []types.ServicePortConfig
	if n.Kind == yaml.MappingNode {
		target, _ := strconv.ParseUint(value(n, "target"), 10, 32)
		configs = []types.ServicePortConfig{{Target: uint32(target), Published: value(n, "published"), HostIP: value(n, "host_ip"), Protocol: value(n, "protocol")}}
	} else if parsed, err := types.ParsePortConfig(n.Value); err == nil {
		configs = parsed
	}
	return slices.ContainsFunc(configs, func(c types.ServicePortConfig) bool {
		parsed, err := convertPort(c)
		return err == nil && parsed == port
	})
}
