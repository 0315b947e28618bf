package secrets

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
)

// A new database_url has TLS with verification, because the server's
// certificate comes from the same folder.
var (
	databaseTemplate = url.URL{
		Scheme: "postgresql", User: url.User("octocode"), Host: "oc_database:5432", Path: "/octocode",
		RawQuery: "sslmode=verify-full&sslrootcert=/run/secrets/" + CACertificate,
	}
	redisTemplate = url.URL{Scheme: "redis", Host: "oc_redis:6379"}
)

// random is 32 random bytes in the alphabet of URLs, 43 characters.
func random() string {
	bytes := make([]byte, 32)
	_, _ = rand.Read(bytes) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func (m *making) database() error {
	return m.pair(DatabasePassword, DatabaseURL, databaseTemplate, "set it in the running database, too: ALTER ROLE octocode PASSWORD …")
}

func (m *making) redis() error {
	return m.pair(RedisPassword, RedisURL, redisTemplate, "restart Redis and those who use it together")
}

// pair makes a password and the URL with it, or the one from the other. A
// caller's own host, user and options in the URL stay as they are.
func (m *making) pair(password, address string, template url.URL, hint string) error {
	target, inURL := template, ""
	if m.has(address) && !m.forced(address) {
		u, err := url.Parse(m.text(address))
		if err != nil || u.Host == "" {
			return fmt.Errorf("%s is no URL: correct it, or remove it to have it made from %s", address, password)
		}
		target = *u
		if u.User != nil {
			inURL, _ = u.User.Password()
		}
	}
	forced := m.forced(password)
	switch {
	case forced && m.has(password):
		m.set(password, []byte(random()), hint)
	case !m.has(password) && inURL != "" && !forced:
		m.set(password, []byte(inURL), "taken from "+address)
	case !m.has(password):
		m.set(password, []byte(random()), "")
	case m.has(address) && !m.forced(address) && inURL != m.text(password):
		return fmt.Errorf("%s and %s hold different passwords: remove the wrong file, it is made again from the other one", password, address)
	}
	if inURL == m.text(password) {
		return nil
	}
	target.User = url.UserPassword(target.User.Username(), m.text(password))
	m.set(address, []byte(target.String()), "made from "+password)
	return nil
}

func (m *making) application() error {
	if !m.has(AuthSecret) || m.forced(AuthSecret) {
		m.set(AuthSecret, []byte(random()), "")
		if m.changes[AuthSecret].Action == Renewed {
			m.changes[AuthSecret] = Change{AuthSecret, Renewed, "everybody has to sign in again"}
		}
	}
	if _, there := m.files[AnthropicAPIKey]; !there {
		// A swarm refuses a secret without a single byte.
		m.set(AnthropicAPIKey, []byte("\n"), "empty: with a key in it, a model does the thinking")
	}
	return nil
}
