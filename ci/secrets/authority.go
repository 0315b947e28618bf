package secrets

import (
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"time"
)

// authorityName tells our own authority from a caller's.
const authorityName = "OctoCode stack authority"

// databaseHosts are where clients find the database.
var databaseHosts = []string{"oc_database", "localhost"}

// certificates makes the authority and what it signs.
func (m *making) certificates() error {
	authority, err := m.authority()
	if err != nil {
		return err
	}
	if err := m.server(NginxCertificate, NginxKey, m.Hosts, DefaultHosts, authority); err != nil {
		return err
	}
	return m.server(DatabaseCertificate, DatabaseKey, nil, databaseHosts, authority)
}

// authority reads the authority, or makes one. Its key is nil when it is kept
// somewhere else: then nothing can be signed.
func (m *making) authority() (identity, error) {
	reason := ""
	switch {
	case !m.has(CACertificate) && m.has(CAKey):
		return identity{}, fmt.Errorf("%s is there without %s: put the certificate back, or remove the key to have a new authority", CAKey, CACertificate)
	case m.has(CACertificate):
		authority, err := m.readAuthority()
		if err != nil {
			return identity{}, err
		}
		forced, ours := m.forced(CACertificate, CAKey), authority.certificate.Subject.CommonName == authorityName
		switch {
		case forced && !ours:
			return identity{}, fmt.Errorf("%s is an authority of your own and is not replaced: remove it and %s to have one made", CACertificate, CAKey)
		case forced && authority.key == nil:
			return identity{}, fmt.Errorf("%s is not there, so the authority is kept elsewhere: renew it there, or remove %s to have a new one", CAKey, CACertificate)
		case forced:
			reason = "and all that it has signed"
		case !expiring(authority.certificate, m.now):
			return authority, nil
		case !ours || authority.key == nil:
			m.note(CACertificate, "expires on "+date(authority.certificate.NotAfter)+": renew it where it was made")
			return authority, nil
		default:
			reason = "it would expire on " + date(authority.certificate.NotAfter)
		}
	}
	authority, certificate, key, err := issue(authorityTemplate(m.now), nil)
	if err != nil {
		return identity{}, fmt.Errorf("%s cannot be made: %w", CACertificate, err)
	}
	m.set(CACertificate, certificate, reason)
	m.set(CAKey, key, "keep it off the servers, it is for renewals only")
	return authority, nil
}

func (m *making) readAuthority() (identity, error) {
	certificate, err := parseCertificate(m.files[CACertificate])
	if err != nil {
		return identity{}, fmt.Errorf("%s %w: put the right file there, or remove it to have a new one", CACertificate, err)
	}
	if !m.has(CAKey) {
		return identity{certificate: certificate}, nil
	}
	key, err := parseKey(m.files[CAKey])
	if err != nil {
		return identity{}, fmt.Errorf("%s %w: put the right file there, or remove it together with %s", CAKey, err, CACertificate)
	}
	if !matches(certificate, key) {
		return identity{}, fmt.Errorf("%s is not the key of %s: put the right one there, or remove both", CAKey, CACertificate)
	}
	return identity{certificate, key}, nil
}

// server makes the certificate of a server unless a good one is there. wanted
// are names that the caller asks for, fallback those of a first certificate.
func (m *making) server(name, keyName string, wanted, fallback []string, authority identity) error {
	hosts, reason := fallback, ""
	switch {
	case !m.has(name) && m.has(keyName):
		return fmt.Errorf("%s is there without %s: put the certificate back, or remove the key to have both made", keyName, name)
	case m.has(name):
		certificate, err := parseCertificate(m.files[name])
		if err != nil {
			return fmt.Errorf("%s %w: put the right file there, or remove it and %s to have both made", name, err, keyName)
		}
		if !ours(certificate, authority) {
			return m.keepForeign(name, keyName, certificate)
		}
		hosts = hostsOf(certificate)
		if reason = m.renewal(name, keyName, certificate, wanted, authority); reason == "" {
			return nil
		}
	}
	if len(wanted) > 0 {
		hosts = wanted
	}
	if authority.key == nil {
		return fmt.Errorf("%s has to be made, and %s is not there to sign it: put it beside %s, or put a certificate of your own with its key there", name, CAKey, CACertificate)
	}
	end := m.now.Add(m.ValidFor)
	if last := authority.certificate.NotAfter; end.After(last) {
		end = last
	}
	_, certificate, key, err := issue(serverTemplate(m.now, end, hosts), &authority)
	if err != nil {
		return fmt.Errorf("%s cannot be made: %w", name, err)
	}
	m.set(name, certificate, reason)
	m.set(keyName, key, "")
	return nil
}

// ours reports whether this package has made a certificate, or would: with an
// authority that the caller has put there with its key.
func ours(certificate *x509.Certificate, authority identity) bool {
	return certificate.Issuer.CommonName == authorityName ||
		authority.key != nil && certificate.CheckSignatureFrom(authority.certificate) == nil
}

// renewal says why a certificate of ours has to be made anew, or "".
func (m *making) renewal(name, keyName string, certificate *x509.Certificate, wanted []string, authority identity) string {
	key, err := parseKey(m.files[keyName])
	switch {
	case m.forced(name, keyName):
		return "as asked for"
	case err != nil || !matches(certificate, key):
		return keyName + " was not its key"
	case certificate.CheckSignatureFrom(authority.certificate) != nil:
		return "it was signed by another authority"
	case len(wanted) > 0 && !slices.Equal(sorted(wanted), sorted(hostsOf(certificate))):
		return "for other names"
	case expiring(certificate, m.now):
		return "it would expire on " + date(certificate.NotAfter)
	}
	return ""
}

// keepForeign leaves a caller's own certificate as it is.
func (m *making) keepForeign(name, keyName string, certificate *x509.Certificate) error {
	if m.forced(name, keyName) {
		return fmt.Errorf("%s is your own and is not replaced: remove it and %s to have both made", name, keyName)
	}
	key, err := parseKey(m.files[keyName])
	switch {
	case !m.has(keyName):
		return fmt.Errorf("%s is your own and its key %s is missing: put the key there, or remove the certificate to have both made", name, keyName)
	case err != nil:
		return fmt.Errorf("%s %w: put the key of %s there", keyName, err, name)
	case !matches(certificate, key):
		return fmt.Errorf("%s is not the key of %s: put the right one there", keyName, name)
	}
	note := "your own"
	if expiring(certificate, m.now) {
		note += ": it expires on " + date(certificate.NotAfter) + ", put a new one there"
	}
	m.note(name, note)
	return nil
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// sorted makes lists of names comparable.
func sorted(hosts []string) []string {
	hosts = slices.Clone(hosts)
	for i, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			hosts[i] = ip.String()
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}
