package stack

import (
	"reflect"
	"testing"
)

func TestClashes(t *testing.T) {
	for name, c := range map[string]struct {
		a, b Port
		want string
	}{
		"same":           {Port{Published: 80, Protocol: "tcp"}, Port{Published: 80, Protocol: "tcp"}, `port 80 of the host is published by service "a" and by service "b"`},
		"other port":     {Port{Published: 80, Protocol: "tcp"}, Port{Published: 81, Protocol: "tcp"}, ""},
		"other protocol": {Port{Published: 80, Protocol: "tcp"}, Port{Published: 80, Protocol: "udp"}, ""},
		"other address":  {Port{Published: 80, Protocol: "tcp", HostIP: "127.0.0.1"}, Port{Published: 80, Protocol: "tcp", HostIP: "127.0.0.2"}, `port 80 of the host is published by service "a" and by service "b"`},
		"all addresses":  {Port{Published: 80, Protocol: "tcp", HostIP: "127.0.0.1"}, Port{Published: 80, Protocol: "tcp", HostIP: "0.0.0.0"}, `port 80 of the host is published by service "a" and by service "b"`},
		"within a range": {Port{Published: 80, PublishedEnd: 90, Protocol: "tcp"}, Port{Published: 85, Protocol: "tcp"}, `port 85 of the host is published by service "a" and by service "b"`},
		"ranges touch":   {Port{Published: 80, PublishedEnd: 90, Protocol: "tcp"}, Port{Published: 90, PublishedEnd: 95, Protocol: "tcp"}, `port 90 of the host is published by service "a" and by service "b"`},
		"ranges part":    {Port{Published: 80, PublishedEnd: 89, Protocol: "tcp"}, Port{Published: 90, PublishedEnd: 95, Protocol: "tcp"}, ""},
		"chosen by host": {Port{Protocol: "tcp"}, Port{Protocol: "tcp"}, ""},
	} {
		p := Plan{Services: []Service{{Name: "a", Ports: []Port{c.a}}, {Name: "b", Ports: []Port{c.b}}}}
		var got string
		for _, clash := range p.Clashes() {
			got += clash.String()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	twice := Plan{Services: []Service{{Name: "a", Ports: []Port{{Published: 80, Protocol: "tcp"}, {Published: 80, Protocol: "tcp"}}}}}
	if got := twice.Clashes(); len(got) != 1 || got[0].String() != `port 80 of the host is published twice by service "a"` {
		t.Errorf("got %v", got)
	}
}

func TestPort(t *testing.T) {
	for want, p := range map[string]Port{
		"80/tcp":                {Target: 80, Protocol: "tcp"},
		"8080:80/tcp":           {Target: 80, Published: 8080, Protocol: "tcp"},
		"127.0.0.1:8080:80/udp": {Target: 80, Published: 8080, Protocol: "udp", HostIP: "127.0.0.1"},
		"8000-8002:80/tcp":      {Target: 80, Published: 8000, PublishedEnd: 8002, Protocol: "tcp"},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	ranged := Service{Name: "a", Replicas: 3, Ports: []Port{{Target: 80, Published: 8000, PublishedEnd: 8002, Protocol: "tcp"}, {Target: 1, Protocol: "tcp"}}}
	if err := ranged.Crowded(); err != nil {
		t.Errorf("three ports are not enough for three replicas: %v", err)
	}
	if ranged.Replicas = 4; ranged.Crowded() == nil {
		t.Error("three ports are enough for four replicas")
	}
}

func TestEndpoints(t *testing.T) {
	p := Plan{Services: []Service{
		{Name: "web", Replicas: 2, Ports: []Port{{Target: 80, Published: 8000, PublishedEnd: 8002, Protocol: "tcp"}}},
		{Name: "db", Replicas: 1, Ports: []Port{{Target: 5432, Protocol: "tcp"}, {Target: 53, Published: 53, Protocol: "udp"}, {Target: 53, Published: 53, Protocol: "tcp", HostIP: "::1"}}},
	}}
	want := []Endpoint{
		{Service: "web", Address: "localhost:8000", Target: 80, Protocol: "tcp"},
		{Service: "web", Address: "localhost:8001", Target: 80, Protocol: "tcp"},
		{Service: "db", Address: "localhost:53", Target: 53, Protocol: "tcp"},
	}
	if got := p.Endpoints(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := (Plan{}).Endpoints(); got == nil || len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
