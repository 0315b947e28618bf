// Package secrets makes the secret files of a production stack: passwords, the
// URLs with them, and certificates of an authority of the stack's own.
//
//	changes, err := secrets.Generate("docker/prod/secrets", secrets.Options{Hosts: []string{"shop.example.com"}})
//
// An ephemeral stack gets them in memory:
//
//	files, _, err := secrets.Make(nil, secrets.Options{})
//	fmt.Printf("%s", files["ca_certificate"])
//
// What is there is kept, so a second run changes nothing; certificates of the
// own authority are renewed before they expire, others are never touched. The
// key of the authority, ca_key, is needed for renewals only: no service mounts
// it, and it stays off the servers.
package secrets

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The secret files.
const (
	DatabasePassword    = "database_password"
	DatabaseURL         = "database_url"
	RedisPassword       = "redis_password"
	RedisURL            = "redis_url"
	AuthSecret          = "auth_secret"
	AnthropicAPIKey     = "anthropic_api_key"
	CACertificate       = "ca_certificate"
	CAKey               = "ca_key"
	NginxCertificate    = "nginx_certificate"
	NginxKey            = "nginx_key"
	DatabaseCertificate = "database_certificate"
	DatabaseKey         = "database_key"
)

// Names are all secret files, each after those that it is made from.
var Names = []string{
	DatabasePassword, DatabaseURL, RedisPassword, RedisURL, AuthSecret, AnthropicAPIKey,
	CACertificate, CAKey, NginxCertificate, NginxKey, DatabaseCertificate, DatabaseKey,
}

// External are those that come from somebody else; nobody can make them.
var External = []string{AnthropicAPIKey}

const (
	day = 24 * time.Hour
	// DefaultValidity is how long certificates of services are valid.
	DefaultValidity = 90 * day
	// caValidity is that of the authority: whoever trusts it should not have to
	// be told of a new one with each renewal.
	caValidity = 5 * 365 * day
	// renewBefore is how long before its end a certificate is renewed.
	renewBefore = 30 * day
)

// DefaultHosts are the names of the front door when none are given.
var DefaultHosts = []string{"localhost", "oc_nginx", "127.0.0.1"}

// Options of Make and Generate; the zero value is a good one.
type Options struct {
	// Hosts are all names and addresses of the front door. Without any, those
	// of the certificate that is there stay, else it gets DefaultHosts.
	Hosts []string
	// ValidFor is how long new certificates are valid, at least an hour;
	// default DefaultValidity.
	ValidFor time.Duration
	// Force names files to renew although they are there: passwords with the
	// URL made from them, certificates with their key.
	Force []string
	// DryRun makes Generate write nothing.
	DryRun bool
	// Now is for tests; default time.Now.
	Now func() time.Time
}

// Action is what was done with a file, or would be.
type Action string

// The actions.
const (
	Created Action = "created"
	Renewed Action = "renewed"
	Kept    Action = "kept"
)

// Change is what happened to one file. It holds no value.
type Change struct {
	Name   string `json:"name"`
	Action Action `json:"action"`
	// Reason is why it was renewed, or what to know about it.
	Reason string `json:"reason,omitempty"`
}

// making is one run of Make.
type making struct {
	Options
	now     time.Time
	files   map[string][]byte
	changes map[string]Change
}

// Make completes a set of secret files in memory: existing ones in, all of them
// out, and what happened to each. existing may be nil; it is not changed. The
// error is one line that names the file and the cure.
//
//	files, changes, err := secrets.Make(nil, secrets.Options{ValidFor: time.Hour})
func Make(existing map[string][]byte, o Options) (map[string][]byte, []Change, error) {
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	if o.ValidFor == 0 {
		o.ValidFor = DefaultValidity
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	m := making{Options: o, now: o.Now(), files: maps.Clone(existing), changes: map[string]Change{}}
	if m.files == nil {
		m.files = map[string][]byte{}
	}
	for _, step := range []func() error{m.database, m.redis, m.application, m.certificates} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	changes := make([]Change, len(Names))
	for i, name := range Names {
		changes[i] = m.changes[name]
		if changes[i].Name == "" {
			changes[i] = Change{Name: name, Action: Kept}
		}
	}
	return m.files, changes, nil
}

func (o Options) check() error {
	if o.ValidFor != 0 && (o.ValidFor < time.Hour || o.ValidFor > caValidity) {
		return fmt.Errorf("certificates cannot be valid for %s: use 1h to %dh", o.ValidFor, caValidity/time.Hour)
	}
	for _, host := range o.Hosts {
		if err := checkHost(host); err != nil {
			return err
		}
	}
	for _, name := range o.Force {
		if !slices.Contains(Names, name) {
			return fmt.Errorf("there is no secret %q to renew: use one of %s", name, strings.Join(Names, ", "))
		}
		if name == AnthropicAPIKey {
			return fmt.Errorf("%s cannot be renewed here: write the key of your account into the file", name)
		}
	}
	return nil
}

// has reports whether a file has content; an empty one counts as missing.
func (m *making) has(name string) bool { return len(strings.TrimSpace(string(m.files[name]))) > 0 }

// text is a secret without the white space around it.
func (m *making) text(name string) string { return strings.TrimSpace(string(m.files[name])) }

func (m *making) forced(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(m.Force, name) })
}

// set stores a content.
func (m *making) set(name string, content []byte, reason string) {
	if old, there := m.files[name]; there && bytes.Equal(old, content) {
		return
	}
	action := Created
	if m.has(name) {
		action = Renewed
	}
	m.files[name] = content
	m.changes[name] = Change{name, action, reason}
}

func (m *making) note(name, reason string) { m.changes[name] = Change{name, Kept, reason} }
