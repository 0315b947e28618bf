package supervise

import (
	"context"
	"net"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func question(t *testing.T, name string, kind dnsmessage.Type) []byte {
	t.Helper()
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}}}
	data, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNames(t *testing.T) {
	// An engine that knows nothing but what stands in the resolver's memory.
	engine, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	asked := make(chan []byte, 1)
	go func() {
		buffer := make([]byte, 512)
		for {
			n, from, err := engine.ReadFrom(buffer)
			if err != nil {
				return
			}
			asked <- append([]byte{}, buffer[:n]...)
			_, _ = engine.WriteTo([]byte("the engine's answer"), from)
		}
	}()
	known := func(ip string) answer { return answer{[]net.IP{net.ParseIP(ip)}, time.Now().Add(time.Hour)} }
	n := &names{
		spec: Spec{
			Hosts: map[string][]string{"app": {"app-1-x", "app-2-x", "app-3-x"}, "db": {"db-1-x"}},
			Names: map[string][]string{"app": {"app"}, "frontend": {"app"}},
		},
		resolver: &resolver{servers: []string{engine.LocalAddr().String()}, known: map[string]answer{
			"app-1-x": known("10.0.0.1"), "app-2-x": known("10.0.0.2"), "app-3-x": known("10.0.0.3"), "db-1-x": known("10.0.0.9")}},
		alive: func(context.Context, []string) []string { return []string{"app-1-x", "app-3-x"} },
	}
	for _, c := range []struct {
		name  string
		kind  dnsmessage.Type
		count int
		code  dnsmessage.RCode
	}{
		{"app.", dnsmessage.TypeA, 2, dnsmessage.RCodeSuccess}, // the one without a process is left out
		{"FrontEnd.", dnsmessage.TypeA, 2, dnsmessage.RCodeSuccess},
		{"app.", dnsmessage.TypeAAAA, 0, dnsmessage.RCodeSuccess},
		{"db.", dnsmessage.TypeA, 0, dnsmessage.RCodeNameError}, // of another network
		{"db-1-x.", dnsmessage.TypeA, 0, dnsmessage.RCodeNameError},
		{"db-1-x.session.example.", dnsmessage.TypeA, 0, dnsmessage.RCodeNameError},
	} {
		var m dnsmessage.Message
		if err := m.Unpack(n.reply(question(t, c.name, c.kind), "udp")); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if m.ID != 7 || !m.Response || m.RCode != c.code || len(m.Answers) != c.count {
			t.Errorf("%s %s: code %s, %d answers, want %s and %d", c.name, c.kind, m.RCode, len(m.Answers), c.code, c.count)
		}
	}
	if got := string(n.reply(question(t, "example.com.", dnsmessage.TypeA), "udp")); got != "the engine's answer" {
		t.Errorf("other names get %q", got)
	}
	if len(<-asked) == 0 {
		t.Error("the engine was not asked")
	}
	if n.reply([]byte("no message"), "udp") != nil {
		t.Error("garbage gets an answer")
	}
}
