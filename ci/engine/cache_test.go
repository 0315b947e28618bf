package engine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCacheLimit(t *testing.T) {
	tests := map[string]struct{ used, free, want int64 }{
		"a small disk":             {0, 12e9, 8e9},
		"three tenths of the disk": {0, 60e9, 18e9},
		"a cache counts as free":   {30e9, 30e9, 18e9},
		"never more than":          {0, 1e12, 24e9},
	}
	for name, test := range tests {
		if got := cacheLimit(test.used, test.free); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
	for _, c := range []cache{{Limit: 8e9}, {Limit: 24e9}} {
		if c.rest() >= c.Limit || c.ceiling() <= c.Limit {
			t.Errorf("limit %d: a sweep leaves %d, the collector begins at %d", c.Limit, c.rest(), c.ceiling())
		}
	}
}

// The cache is measured when it may have outgrown its limit, and not before;
// the limit that it once got stays.
func TestCacheIsMeasuredRarely(t *testing.T) {
	b := &bare{home: Home(t.TempDir()), steps: &Steps{}}
	if err := os.Mkdir(b.home.State(), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := b.cache()
	if err != nil || fresh.Limit < 8e9 || fresh.Used > 1e6 {
		t.Fatalf("%+v, %v", fresh, err)
	}
	file := filepath.Join(b.home.State(), "layer")
	if err := os.WriteFile(file, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(file, file+".again"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.cache(); err != nil || got != fresh {
		t.Errorf("within its limit: %+v, %v, want what was noted: %+v", got, err, fresh)
	}
	if _, err := b.measure(1000); err != nil {
		t.Fatal(err)
	}
	got, err := b.cache()
	if err != nil || got.Limit != 1000 || got.Used < 1<<20 || got.Used > 1<<20+1<<16 {
		t.Errorf("over its limit: %+v, %v", got, err)
	}
	if !b.outgrown() {
		t.Error("a cache over its limit has not outgrown it")
	}
}
