package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	m := measurement{Stack: "production", Compose: []float64{12, 10, 11}, Dagger: []float64{5, 6}}
	var b strings.Builder
	table([]measurement{m}, &b)
	if want := "| production | 11.0 s (10.0–12.0) | 5.5 s (5.0–6.0) | 0.50 |\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("table\n%s\nwant at its end\n%s", b.String(), want)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := write([]measurement{{Stack: "development", Compose: []float64{2}, Dagger: []float64{1}}}, dir); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "ready.json"))
	var got []measurement
	if err != nil || json.Unmarshal(data, &got) != nil || len(got) != 1 || got[0].ratio() != 0.5 {
		t.Errorf("ready.json: %s, %v", data, err)
	}
}

func TestBadArguments(t *testing.T) {
	for _, args := range [][]string{{"-runs", "0"}, {"more"}, {"-runs", "many"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}
