package stack

import "fmt"

// Port is a port of a service, and where the host publishes it.
type Port struct {
	Target   int    `json:"target"`
	Protocol string `json:"protocol"` // tcp or udp
	// Published is the port of the host; 0 lets the host choose, or the port
	// is only exposed.
	Published int `json:"published,omitempty"`
	// PublishedEnd ends a range of which each replica takes one; 0 is no range.
	PublishedEnd int    `json:"publishedEnd,omitempty"`
	HostIP       string `json:"hostIP,omitempty"`
}

// String is the port as Compose writes it, such as "127.0.0.1:8080:80/tcp".
func (p Port) String() string {
	text := fmt.Sprintf("%d/%s", p.Target, p.Protocol)
	switch {
	case p.PublishedEnd > p.Published:
		text = fmt.Sprintf("%d-%d:%s", p.Published, p.PublishedEnd, text)
	case p.Published > 0:
		text = fmt.Sprintf("%d:%s", p.Published, text)
	}
	if p.HostIP != "" {
		text = p.HostIP + ":" + text
	}
	return text
}

// Places is how many replicas can publish the port.
func (p Port) Places() int { return max(p.PublishedEnd, p.Published) - p.Published + 1 }

// overlaps reports whether the host cannot publish both. An engine publishes on
// all addresses, so that different ones are no help.
func (p Port) overlaps(q Port) bool {
	if p.Published == 0 || q.Published == 0 || p.Protocol != q.Protocol {
		return false
	}
	return p.Published <= max(q.Published, q.PublishedEnd) && q.Published <= max(p.Published, p.PublishedEnd)
}

// Clash is a port of the host that two services want.
type Clash struct {
	Service string
	Port    Port
	Other   string
	With    Port
}

// String is one line without a file, such as `port 80 of the host is
// published by "a" and by "b"`.
func (c Clash) String() string {
	port := max(c.Port.Published, c.With.Published)
	if c.Service == c.Other {
		return fmt.Sprintf("port %d of the host is published twice by service %q", port, c.Service)
	}
	return fmt.Sprintf("port %d of the host is published by service %q and by service %q", port, c.Other, c.Service)
}

// Clashes are all pairs of published ports that the host cannot serve both.
func (p Plan) Clashes() []Clash {
	type owned struct {
		service string
		port    Port
	}
	var seen []owned
	var clashes []Clash
	for _, s := range p.Services {
		for _, port := range s.Ports {
			for _, o := range seen {
				if port.overlaps(o.port) {
					clashes = append(clashes, Clash{Service: s.Name, Port: port, Other: o.service, With: o.port})
				}
			}
			seen = append(seen, owned{s.Name, port})
		}
	}
	return clashes
}

// Crowded is the error of more replicas than published ports, or nil.
func (s Service) Crowded() error {
	for _, port := range s.Ports {
		if port.Published > 0 && s.Replicas > port.Places() {
			return fmt.Errorf("service %q has %d replicas, and only one of them can publish port %d of the host: publish a range of %d ports, or put a proxy in front",
				s.Name, s.Replicas, port.Published, s.Replicas)
		}
	}
	return nil
}
