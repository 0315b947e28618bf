package stack

import (
	"net"
	"strconv"
)

// Endpoint is where the host reaches a service.
type Endpoint struct {
	Service string `json:"service"`
	// Address is host and port, such as "localhost:8080"; the port is 0 when
	// the host chooses it.
	Address  string `json:"address"`
	Target   int    `json:"target"`
	Protocol string `json:"protocol"`
}

// Endpoints are all published ports, a range port by port.
func (p Plan) Endpoints() []Endpoint {
	endpoints := []Endpoint{}
	for _, s := range p.Services {
		for _, port := range s.Ports {
			for i := range min(port.Places(), max(1, s.Replicas)) {
				published := port.Published
				if published > 0 {
					published += i
				}
				endpoints = append(endpoints, Endpoint{Service: s.Name, Address: net.JoinHostPort("localhost", strconv.Itoa(published)),
					Target: port.Target, Protocol: port.Protocol})
			}
		}
	}
	return endpoints
}
