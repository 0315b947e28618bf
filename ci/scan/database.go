package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrNoDatabase is the verdict of a scan for vulnerabilities that had no
// database to compare with. It is an error, never "0 found".
var ErrNoDatabase = errors.New("not scanned: no database of vulnerabilities: give one that can be reached or exported elsewhere, or allow the scan to go without")

// DatabaseSchema is the version of the database that the scanner reads.
const DatabaseSchema = 2

// Ages of a database. The public one is built anew every six hours.
const (
	DefaultWarnAge = 2 * 24 * time.Hour
	DefaultMaxAge  = 7 * 24 * time.Hour
)

// Database is what the metadata.json beside a database says of it.
type Database struct {
	Version int `json:"Version"`
	// UpdatedAt is when it was built; NextUpdate when the next one is to be.
	UpdatedAt  time.Time `json:"UpdatedAt"`
	NextUpdate time.Time `json:"NextUpdate"`
}

// ParseDatabase reads a metadata.json. One without a date, and one of another
// schema, are errors.
//
//	db, err := scan.ParseDatabase(data)
func ParseDatabase(metadata []byte) (Database, error) {
	var db Database
	if err := json.Unmarshal(metadata, &db); err != nil {
		return Database{}, fmt.Errorf("the database's metadata.json cannot be read: %w: fetch the database again", err)
	}
	if db.Version != DatabaseSchema {
		return Database{}, fmt.Errorf("the database has schema %d, not %d: fetch one for Trivy %s", db.Version, DatabaseSchema, TrivyVersion)
	}
	if db.UpdatedAt.IsZero() {
		return Database{}, errors.New("the database's metadata.json does not say when it was built: fetch the database again")
	}
	return db, nil
}

// Age is the time since the database was built.
func (d Database) Age(now time.Time) time.Duration { return now.Sub(d.UpdatedAt) }

// AgeLimits say how old a database may be. Zero fields take the defaults.
type AgeLimits struct{ Warn, Max time.Duration }

// Check judges the database's age: older than limits.Warn gives a warning,
// older than limits.Max an error. A date in the future is an error too, for
// then the age is not known.
//
//	warning, err := db.Check(now, scan.AgeLimits{Max: 72 * time.Hour})
func (d Database) Check(now time.Time, limits AgeLimits) (warning string, err error) {
	if limits.Warn <= 0 {
		limits.Warn = DefaultWarnAge
	}
	if limits.Max <= 0 {
		limits.Max = DefaultMaxAge
	}
	age := d.Age(now)
	switch {
	case now.IsZero() || age < -time.Hour:
		return "", fmt.Errorf("the database is dated %s, which is in the future: set this machine's clock, or fetch the database again", d.UpdatedAt.UTC().Format(time.RFC3339))
	case age > limits.Max:
		return "", fmt.Errorf("%s, more than the %s allowed: fetch it again", d.age(age), days(limits.Max))
	case age > limits.Warn:
		return d.age(age) + ": fetch it again", nil
	}
	return "", nil
}

func (d Database) age(age time.Duration) string {
	return fmt.Sprintf("the database is %s old (built %s)", days(age), d.UpdatedAt.UTC().Format(day))
}

// days writes a duration as a person says it.
func days(d time.Duration) string {
	switch n := int(d.Hours()); {
	case n == 1:
		return "1 hour"
	case n < 48:
		return fmt.Sprintf("%d hours", n)
	default:
		return fmt.Sprintf("%d days", n/24)
	}
}
