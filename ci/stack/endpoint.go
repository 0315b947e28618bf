package stack

import (
	"net"
	"strconv"
)

// Endpoint is where the host reaches a service.
type Endpoint struct {
	Service string `json:"service"`
	// Address is host and port, such as "localhost:8080".
	Address  string `json:"address"`
	Target   int    `json:"target"`
	Protocol string `json:"protocol"`
}

// Endpoints are all ports that an engine publishes, a range port by port. UDP
// is not among them, nor a port for which the host would choose one.
func (p Plan) Endpoints() []Endpoint {
	endpoints := []Endpoint{}
	for _, s := range p.Services {
		for _, port := range s.Ports {
			if port.Published == 0 || port.Protocol != "tcp" {
				continue
			}
			for i := range min(port.Places(), max(1, s.Replicas)) {
				endpoints = append(endpoints, Endpoint{Service: s.Name, Address: net.JoinHostPort("localhost", strconv.Itoa(port.Published+i)),
					Target: port.Target, Protocol: port.Protocol})
			}
		}
	}
	return endpoints
}
