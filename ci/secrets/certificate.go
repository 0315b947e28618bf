package secrets

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"time"
)

// identity is a certificate with its private key; key may be nil.
type identity struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// skew is how far the clocks of two machines may differ.
const skew = 5 * time.Minute

// issue makes a key and a certificate of it, signed by an authority, or by
// itself when there is none yet. The serial number is random.
func issue(template *x509.Certificate, by *identity) (id identity, certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, nil, nil, err
	}
	parent, signer := template, crypto.Signer(private)
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), signer)
	if err != nil {
		return identity{}, nil, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return identity{}, nil, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return identity{}, nil, nil, err
	}
	return identity{parsed, private},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), nil
}

// authorityTemplate is a certificate that signs those of servers, and no
// further authorities.
func authorityTemplate(now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: authorityName}, NotBefore: now.Add(-skew), NotAfter: now.Add(caValidity),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, MaxPathLenZero: true, BasicConstraintsValid: true,
	}
}

// serverTemplate is a certificate for TLS servers with these names.
func serverTemplate(now, end time.Time, hosts []string) *x509.Certificate {
	template := &x509.Certificate{
		NotBefore: now.Add(-skew), NotAfter: end, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	template.Subject.CommonName = hosts[0]
	if len(hosts[0]) > 64 { // the most that the field may hold; clients read the other names
		template.Subject.CommonName = "OctoCode"
	}
	return template
}

// hostsOf are the names in a certificate.
func hostsOf(certificate *x509.Certificate) []string {
	hosts := slices.Clone(certificate.DNSNames)
	for _, ip := range certificate.IPAddresses {
		hosts = append(hosts, ip.String())
	}
	return hosts
}

// parseCertificate reads the first certificate of a PEM text, which is that of
// the server; a caller's own may have the chain behind it.
func parseCertificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("is no certificate in PEM form")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errors.New("is a damaged certificate")
	}
	return certificate, nil
}

// parseKey reads a private key of any usual form.
func parseKey(text []byte) (crypto.Signer, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		default:
			continue // such as EC PARAMETERS
		}
		if signer, ok := key.(crypto.Signer); ok && err == nil {
			return signer, nil
		}
		return nil, errors.New("is a damaged private key")
	}
	return nil, errors.New("is no private key in PEM form without a passphrase")
}

// matches reports whether a key is that of a certificate.
func matches(certificate *x509.Certificate, key crypto.Signer) bool {
	a, errA := x509.MarshalPKIXPublicKey(certificate.PublicKey)
	b, errB := x509.MarshalPKIXPublicKey(key.Public())
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// expiring reports whether it is time to renew: 30 days before the end, or a
// third of the whole time for what lives shorter than 90.
func expiring(certificate *x509.Certificate, now time.Time) bool {
	before := min(renewBefore, certificate.NotAfter.Sub(certificate.NotBefore)/3)
	return now.Add(before).After(certificate.NotAfter)
}

const label = `[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?`

var hostForm = regexp.MustCompile(`^(\*\.)?` + label + `(\.` + label + `)*$`)

// checkHost takes a host name, one with a wildcard, or an IP address.
func checkHost(host string) error {
	if net.ParseIP(host) == nil && (len(host) > 253 || !hostForm.MatchString(host)) {
		return fmt.Errorf("%q is no host name: write it without scheme and port, like shop.example.com, or an IP address", host)
	}
	return nil
}
