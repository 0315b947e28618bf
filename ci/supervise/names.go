package supervise

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer is the address of our name server inside of each container, the
// same as Docker's.
const nameServer = "127.0.0.11:53"

// names answers what other services are called: only those of a network that
// this one is in. All other questions go to the engine.
type names struct {
	spec     Spec
	resolver *resolver
	// alive says which containers of a service have a process.
	alive func(ctx context.Context, hosts []string) []string
}

// listen opens the server; it is served until the program ends.
func (n *names) listen(address string) error {
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	streams, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() {
		for {
			buffer := make([]byte, 4096)
			size, from, err := packets.ReadFrom(buffer)
			if err != nil {
				return
			}
			go func() {
				if reply := n.reply(buffer[:size], "udp"); reply != nil {
					_, _ = packets.WriteTo(reply, from)
				}
			}()
		}
	}()
	go func() {
		for {
			conn, err := streams.Accept()
			if err != nil {
				return
			}
			go n.stream(conn)
		}
	}()
	return nil
}

// stream answers the questions of one TCP connection.
func (n *names) stream(conn net.Conn) {
	defer conn.Close()
	for {
		_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
		query, err := readMessage(conn)
		if err != nil {
			return
		}
		reply := n.reply(query, "tcp")
		if reply == nil || writeMessage(conn, reply) != nil {
			return
		}
	}
}

// reply is the answer to a question as bytes, nil for none.
func (n *names) reply(query []byte, network string) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil
	}
	question, err := p.Question()
	if err != nil {
		return n.forward(ctx, query, network)
	}
	name := strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))
	services, known := n.spec.Names[name]
	switch {
	case known:
		var ips []net.IP
		if question.Type == dnsmessage.TypeA || question.Type == dnsmessage.TypeALL {
			ips = n.addresses(ctx, services)
		}
		return answerTo(header, question, ips, false)
	case n.hidden(name):
		return answerTo(header, question, nil, true)
	}
	return n.forward(ctx, query, network)
}

// hidden reports whether a name is one of this run that this container must not
// know: the engine would tell it.
func (n *names) hidden(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	for service, hosts := range n.spec.Hosts {
		if name == strings.ToLower(service) {
			return true
		}
		for _, host := range hosts {
			if first == host {
				return true
			}
		}
	}
	return false
}

// addresses are those of all containers of some services, in a different order
// each time.
func (n *names) addresses(ctx context.Context, services []string) []net.IP {
	var hosts []string
	for _, service := range services {
		hosts = append(hosts, n.spec.Hosts[service]...)
	}
	if len(hosts) > 1 {
		if some := n.alive(ctx, hosts); len(some) > 0 {
			hosts = some
		}
	}
	var mu sync.Mutex
	var ips []net.IP
	var work sync.WaitGroup
	for _, host := range hosts {
		work.Go(func() {
			if found, err := n.resolver.lookup(ctx, host); err == nil {
				mu.Lock()
				ips = append(ips, found...)
				mu.Unlock()
			}
		})
	}
	work.Wait()
	rand.Shuffle(len(ips), func(i, j int) { ips[i], ips[j] = ips[j], ips[i] })
	return ips
}

func answerTo(header dnsmessage.Header, question dnsmessage.Question, ips []net.IP, unknown bool) []byte {
	header.Response, header.Authoritative, header.RecursionAvailable = true, true, true
	if unknown {
		header.RCode = dnsmessage.RCodeNameError
	}
	b := dnsmessage.NewBuilder(nil, header)
	b.EnableCompression()
	if b.StartQuestions() != nil || b.Question(question) != nil || b.StartAnswers() != nil {
		return nil
	}
	for _, ip := range ips {
		var a dnsmessage.AResource
		copy(a.A[:], ip.To4())
		// Containers come and go: nobody should remember for long.
		if b.AResource(dnsmessage.ResourceHeader{Name: question.Name, Class: question.Class, TTL: 1}, a) != nil {
			return nil
		}
	}
	reply, err := b.Finish()
	if err != nil {
		return nil
	}
	return reply
}

// forward passes a question on as it is.
func (n *names) forward(ctx context.Context, query []byte, network string) []byte {
	d := net.Dialer{Control: n.resolver.socket}
	conn, err := d.DialContext(ctx, network, n.resolver.servers[0])
	if err != nil {
		return nil
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	if network == "tcp" {
		if writeMessage(conn, query) != nil {
			return nil
		}
		reply, err := readMessage(conn)
		if err != nil {
			return nil
		}
		return reply
	}
	if _, err := conn.Write(query); err != nil {
		return nil
	}
	buffer := make([]byte, 4096)
	size, err := conn.Read(buffer)
	if err != nil {
		return nil
	}
	return buffer[:size]
}

// readMessage and writeMessage have the length in front, as DNS over TCP does.
func readMessage(r io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(r, message)
	return message, err
}

func writeMessage(w io.Writer, message []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...))
	return err
}
