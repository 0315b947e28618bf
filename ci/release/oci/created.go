package oci

import (
	"fmt"
	"strconv"
	"time"
)

// ParseCreated reads the time of a commit, in seconds or as RFC 3339: the
// creation time of an image, which no ZIP could hold before 1980.
//
//	t, err := ParseCreated("2026-02-09T14:00:00+01:00")
func ParseCreated(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if seconds, no := strconv.ParseInt(text, 10, 64); no == nil {
		t, err = time.Unix(seconds, 0).UTC(), nil
	}
	if err != nil || t.Before(SystemTime) {
		flag := "--created"
		if text != "" {
			flag += fmt.Sprintf(" %q", text)
		}
		return time.Time{}, fmt.Errorf("%s: give the time of the commit: \"$(git log -1 --format=%%cI)\"", flag)
	}
	return t, nil
}
