package secrets

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// The handshake is what a client of the stack does: it knows ca_certificate
// and the name.
func TestCertificatesVerifyInHandshake(t *testing.T) {
	files, _ := made(t, nil, Options{Hosts: []string{"shop.example.com", "*.shops.example.com", "10.1.2.3", "::1"}})
	foreign, _ := made(t, nil, Options{})
	tests := map[string]struct {
		server, host string
		ca           []byte
		ok           bool
	}{
		"front door":         {"nginx", "shop.example.com", files[CACertificate], true},
		"wildcard":           {"nginx", "a.shops.example.com", files[CACertificate], true},
		"IPv4":               {"nginx", "10.1.2.3", files[CACertificate], true},
		"IPv6":               {"nginx", "::1", files[CACertificate], true},
		"database":           {"database", "oc_database", files[CACertificate], true},
		"database, forward":  {"database", "localhost", files[CACertificate], true},
		"another name":       {"nginx", "evil.example.com", files[CACertificate], false},
		"database as nginx":  {"database", "shop.example.com", files[CACertificate], false},
		"another authority":  {"nginx", "shop.example.com", foreign[CACertificate], false},
		"server as own root": {"nginx", "shop.example.com", files[DatabaseCertificate], false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pair, err := tls.X509KeyPair(files[test.server+"_certificate"], files[test.server+"_key"])
			if err != nil {
				t.Fatal(err)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(test.ca)
			listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				if connection, err := listener.Accept(); err == nil {
					_ = connection.(*tls.Conn).Handshake()
					_ = connection.Close()
				}
			}()
			dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 5 * time.Second}, Config: &tls.Config{RootCAs: roots, ServerName: test.host}}
			connection, err := dialer.Dial("tcp", listener.Addr().String())
			if connection != nil {
				_ = connection.Close()
			}
			if (err == nil) != test.ok {
				t.Errorf("handshake: %v, want success %t", err, test.ok)
			}
		})
	}
}

func TestExtensionsOfCertificates(t *testing.T) {
	files, _ := made(t, nil, Options{})
	authority, _ := parseCertificate(files[CACertificate])
	server, _ := parseCertificate(files[NginxCertificate])
	if !authority.IsCA || !authority.MaxPathLenZero || authority.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
		t.Errorf("the authority is none: %v, %v", authority.IsCA, authority.KeyUsage)
	}
	if server.IsCA || server.KeyUsage != x509.KeyUsageDigitalSignature || !slices.Equal(server.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}) {
		t.Errorf("the server's certificate may do other things: %v, %v", server.KeyUsage, server.ExtKeyUsage)
	}
	if got := hostsOf(server); !slices.Equal(got, DefaultHosts) {
		t.Errorf("names are %v, want %v", got, DefaultHosts)
	}
	if server.SerialNumber.BitLen() < 64 {
		t.Errorf("the serial number has %d bits", server.SerialNumber.BitLen())
	}
	if left := time.Until(server.NotAfter); left < DefaultValidity-time.Minute || left > DefaultValidity {
		t.Errorf("valid for %s, want %s", left, DefaultValidity)
	}
}

func TestRenewalKeepsNames(t *testing.T) {
	hosts := []string{"shop.example.com", "10.0.0.1"}
	files, _ := made(t, nil, Options{Hosts: hosts})
	after, _ := made(t, files, Options{Force: []string{NginxCertificate}})
	if certificate, _ := parseCertificate(after[NginxCertificate]); !slices.Equal(hostsOf(certificate), hosts) {
		t.Errorf("names are %v, want %v", hostsOf(certificate), hosts)
	}
}

// A certificate that another authority has signed is never replaced.
func TestOwnCertificateIsKept(t *testing.T) {
	now := time.Now()
	own, certificate, key, err := issue(serverTemplate(now, now.Add(10*day), []string{"shop.example.com"}), nil)
	if err != nil || own.key == nil {
		t.Fatal(err)
	}
	existing := map[string][]byte{NginxCertificate: certificate, NginxKey: key}
	for name, o := range map[string]Options{
		"as it is": {}, "expiring": {Now: at(now.Add(9 * day))}, "other hosts": {Hosts: []string{"a.example.com"}}, "new authority": {},
	} {
		t.Run(name, func(t *testing.T) {
			files, changes := made(t, existing, o)
			if !bytes.Equal(files[NginxCertificate], certificate) || !bytes.Equal(files[NginxKey], key) {
				t.Error("it was replaced")
			}
			i := slices.IndexFunc(changes, func(c Change) bool { return c.Name == NginxCertificate })
			if !strings.HasPrefix(changes[i].Reason, "your own") {
				t.Errorf("the remark is %q", changes[i].Reason)
			}
		})
	}
}
