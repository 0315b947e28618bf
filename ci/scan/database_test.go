package scan

import (
	"strings"
	"testing"
	"time"
)

func TestDatabaseAge(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		name         string
		age          time.Duration
		limits       AgeLimits
		warning, err string
	}{
		{"new", 6 * hour, AgeLimits{}, "", ""},
		{"two days", 48 * hour, AgeLimits{}, "", ""},
		{"older than two days", 50 * hour, AgeLimits{}, "the database is 2 days old (built 2026-11-20)", ""},
		{"a week", 7 * 24 * hour, AgeLimits{}, "the database is 7 days old", ""},
		{"older than a week", 8 * 24 * hour, AgeLimits{}, "", "8 days old (built 2026-11-15), more than the 7 days allowed"},
		{"own limit kept", 2 * hour, AgeLimits{Warn: 3 * hour, Max: 4 * hour}, "", ""},
		{"own limit of a warning", 3*hour + time.Minute, AgeLimits{Warn: 3 * hour, Max: 4 * hour}, "3 hours old", ""},
		{"own limit passed", 5 * hour, AgeLimits{Max: 4 * hour}, "", "5 hours old (built 2026-11-22), more than the 4 hours allowed"},
		{"a longer limit", 30 * 24 * hour, AgeLimits{Warn: 60 * 24 * hour, Max: 90 * 24 * hour}, "", ""},
		{"clocks differ a little", -time.Minute, AgeLimits{}, "", ""},
		{"from the future", -2 * hour, AgeLimits{}, "", "which is in the future"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := Database{Version: DatabaseSchema, UpdatedAt: now.Add(-c.age)}
			warning, err := db.Check(now, c.limits)
			if !strings.Contains(warning, c.warning) || (warning != "") != (c.warning != "") {
				t.Errorf("warning %q, want %q", warning, c.warning)
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
	if _, err := (Database{UpdatedAt: now}).Check(time.Time{}, AgeLimits{}); err == nil {
		t.Error("without a clock the age passed")
	}
}

func TestDatabaseMetadata(t *testing.T) {
	db, err := ParseDatabase([]byte(`{"Version":2,"NextUpdate":"2026-11-24T00:00:00Z","UpdatedAt":"2026-11-22T18:30:00.5Z","DownloadedAt":"0001-01-01T00:00:00Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := db.Age(now).Round(time.Minute); got != 5*time.Hour+30*time.Minute {
		t.Errorf("age %s", got)
	}
	for _, c := range []struct{ text, want string }{
		{"", "cannot be read"},
		{"<html>", "cannot be read"},
		{"{}", "schema 0, not 2"},
		{`{"Version":3,"UpdatedAt":"2026-11-22T18:30:00Z"}`, "schema 3, not 2"},
		{`{"Version":2}`, "does not say when"},
	} {
		if _, err := ParseDatabase([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}
