package env

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// address is a URL that never shows its password.
type address struct{ *url.URL }

// String is the URL with its password masked, "" when there is none.
func (a address) String() string {
	if a.URL == nil {
		return ""
	}
	return a.Redacted()
}

// GoString keeps the password out of %#v.
func (a address) GoString() string { return strconv.Quote(a.String()) }

// MarshalJSON keeps the password out of JSON.
func (a address) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// Reveal is the whole URL, for the one who connects.
func (a address) Reveal() string {
	if a.URL == nil {
		return ""
	}
	return a.URL.String()
}

// decode parses a URL of one of these schemes. The errors do not repeat it:
// it may hold a password.
func (a *address) decode(text, example string, schemes ...string) error {
	u, err := url.Parse(text)
	if err != nil {
		return problem("is no URL", "write it like "+example+", with %-codes for special characters in the password")
	}
	if !slices.Contains(schemes, u.Scheme) {
		return problem("does not start with "+strings.Join(schemes, ":// or ")+"://", "write it like "+example)
	}
	if u.Hostname() == "" {
		return problem("names no host", "write it like "+example)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return problem("has a port outside 1 to 65535", "correct the port, or leave it out")
		}
	}
	a.URL = u
	return nil
}

// local reports whether the URL points to the machine itself.
func (a address) local() bool {
	host := a.Hostname()
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "::1" || host == "0.0.0.0" ||
		strings.HasPrefix(host, "127.")
}

// password is the one in the URL, or "".
func (a address) password() string {
	if a.User == nil {
		return ""
	}
	password, _ := a.User.Password()
	return password
}

// PostgresURL is where a PostgreSQL database is.
type PostgresURL struct{ address }

const postgresExample = "postgresql://user:password@host:5432/database"

var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"}

// EnvDecode parses the URL; host and name of the database have to be there.
func (p *PostgresURL) EnvDecode(text string) error {
	if err := p.decode(text, postgresExample, "postgresql", "postgres"); err != nil {
		return err
	}
	if name := strings.Trim(p.Path, "/"); name == "" || strings.Contains(name, "/") {
		return problem("does not name one database", "end it with /database, like "+postgresExample)
	}
	if mode := p.Query().Get("sslmode"); mode != "" && !slices.Contains(sslModes, mode) {
		return problem("has an unknown sslmode", "use one of "+strings.Join(sslModes, ", "))
	}
	return nil
}

// development says what production does not accept of this URL.
func (p PostgresURL) development() []finding {
	var found []finding
	if p.local() {
		found = append(found, finding{Development, Error, "points to this very machine", "name the host of the database, such as oc_database"})
	}
	switch p.Query().Get("sslmode") {
	case "disable", "allow", "prefer":
		found = append(found, finding{Development, Error, "may connect without TLS", "set sslmode=verify-full"})
	case "":
		found = append(found, finding{Development, Warning, "does not ask for TLS", "add ?sslmode=verify-full"})
	case "no-verify":
		found = append(found, finding{Development, Warning, "does not verify the server's certificate", "set sslmode=verify-full and sslrootcert"})
	}
	return found
}

func (p PostgresURL) confidential() (string, string) { return p.password(), "a password" }

// ShadowURL is a PostgresURL for a drift check, which production never runs.
type ShadowURL struct{ PostgresURL }

func (ShadowURL) development() []finding {
	return []finding{{Development, Warning, "is for the drift check on a developer's machine", "remove it"}}
}

// RedisURL is where Redis is.
type RedisURL struct{ address }

const redisExample = "redis://:password@host:6379"

// EnvDecode parses the URL; its path, if any, is the number of a database.
func (r *RedisURL) EnvDecode(text string) error {
	if err := r.decode(text, redisExample, "redis", "rediss"); err != nil {
		return err
	}
	if path := strings.Trim(r.Path, "/"); path != "" {
		if n, err := strconv.Atoi(path); err != nil || n < 0 {
			return problem("has a path that is no number of a database", "end it with /0, or with the port")
		}
	}
	return nil
}

func (r RedisURL) development() []finding {
	if r.local() {
		return []finding{{Development, Error, "points to this very machine", "name the host of Redis, such as oc_redis"}}
	}
	return nil
}

func (r RedisURL) confidential() (string, string) { return r.password(), "a password" }

// WebURL is an HTTP address.
type WebURL struct{ address }

// EnvDecode parses the URL.
func (w *WebURL) EnvDecode(text string) error {
	return w.decode(text, "https://host.example", "https", "http")
}

func (w WebURL) development() []finding {
	if w.Scheme == "http" {
		return []finding{{Development, Error, "is not encrypted", "use https://"}}
	}
	return nil
}

// RealtimeURL is where browsers find Socket.IO: "" (same host, other port),
// "/" (same origin) or a URL.
type RealtimeURL struct{ address }

// EnvDecode takes "/" or a URL.
func (r *RealtimeURL) EnvDecode(text string) error {
	if text == "/" {
		r.URL = &url.URL{Path: "/"}
		return nil
	}
	return r.decode(text, "https://host.example, or /", "https", "http", "wss", "ws")
}

func (r RealtimeURL) development() []finding {
	if r.Scheme == "http" || r.Scheme == "ws" {
		return []finding{{Development, Error, "is not encrypted", "use https://, or / behind the front door"}}
	}
	return nil
}

// Origins are scheme, host and port of pages.
type Origins []WebURL

// EnvDecode parses a list with commas.
func (o *Origins) EnvDecode(text string) error {
	for i, item := range strings.Split(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		var origin WebURL
		if err := origin.EnvDecode(item); err != nil || strings.Trim(origin.Path, "/") != "" || origin.RawQuery != "" || origin.User != nil {
			return problem(fmt.Sprintf("has an entry that is no origin (number %d)", i+1), "write scheme and host, like https://host.example")
		}
		*o = append(*o, origin)
	}
	return nil
}

func (o Origins) development() []finding {
	for _, origin := range o {
		if found := origin.development(); found != nil {
			return []finding{{Development, Error, "has an origin that is not encrypted", "use https://"}}
		}
	}
	return nil
}
