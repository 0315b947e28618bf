package release

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRebuild(t *testing.T) {
	first, second := Rebuild(7, 0), Rebuild(7, 1)
	if !slices.Equal(first, []string{"REBUILD=reproducible-7-0", "CACHE=reproducible-7-0"}) {
		t.Errorf("the first: %v", first)
	}
	if !slices.Equal(second, []string{"REBUILD=reproducible-7-1", "CACHE=reproducible-7-1", "CLOCK=34578420000"}) {
		t.Errorf("the second: %v", second)
	}
	text, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, arg := range second {
		if name, _, _ := strings.Cut(arg, "="); !strings.Contains(string(text), "\nARG "+name+"=") {
			t.Errorf("our Dockerfile has no argument %s", name)
		}
	}
}

// Whatever is written of a date, it is another one.
func TestAhead(t *testing.T) {
	for now, end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC); now.Before(end); now = now.Add(13 * time.Hour) {
		then := now.Add(ahead)
		if now.Year() == then.Year() || now.Month() == then.Month() || now.Day() == then.Day() || now.Weekday() == then.Weekday() || now.Hour() == then.Hour() || now.Minute() == then.Minute() {
			t.Fatalf("%s and %s", now, then)
		}
	}
}
