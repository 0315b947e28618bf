package secrets

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGenerate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "prod", "secrets")
	changes, err := Generate(dir, Options{DryRun: true})
	if err != nil || len(actions(changes)) != len(Names) {
		t.Fatalf("dry run: %v, %v", changes, err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Fatal("the dry run wrote something")
	}
	if _, err := Generate(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	if changes, err = Generate(dir, Options{}); err != nil || len(actions(changes)) != 0 {
		t.Errorf("second run: %v, %v", changes, err)
	}
	if after := snapshot(t, dir); !maps.Equal(before, after) {
		t.Error("the second run changed files")
	}
	if _, err := Generate(dir, Options{DryRun: true, Force: []string{AuthSecret}}); err != nil || !maps.Equal(before, snapshot(t, dir)) {
		t.Errorf("the dry run changed files: %v", err)
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("mode of the folder is %o", info.Mode().Perm())
	}
	files, _ := readFolder(dir)
	text, _ := json.Marshal(changes)
	noValues(t, string(text), files)
	rows, err := Check(dir, time.Now())
	if err != nil || Failed(rows) {
		t.Errorf("check: %v, %v", rows, err)
	}
	text, _ = json.Marshal(rows)
	noValues(t, string(text), files)
}

func TestGenerateClosesOnlyItsOwnFolder(t *testing.T) {
	open := t.TempDir()
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, open, ".gitignore", "*", 0o644)
	if _, err := Generate(open, Options{}); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(open); info.Mode().Perm() != 0o700 {
		t.Errorf("mode of the folder is %o", info.Mode().Perm())
	}
	shared := t.TempDir()
	_ = os.Chmod(shared, 0o755)
	write(t, shared, "index.html", "", 0o644)
	if _, err := Generate(shared, Options{}); err == nil || !strings.Contains(err.Error(), "holds other files") {
		t.Errorf("a shared folder: %v", err)
	}
	if left, _ := os.ReadDir(shared); len(left) != 1 {
		t.Error("something was written to a shared folder")
	}
	blocked := t.TempDir()
	if err := os.Mkdir(filepath.Join(blocked, RedisURL), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Generate(blocked, Options{}); err == nil || !strings.Contains(err.Error(), RedisURL+" cannot be read") {
		t.Errorf("a folder in place of a file: %v", err)
	}
}

func TestCheckFindsProblems(t *testing.T) {
	files, _ := made(t, nil, Options{})
	other, _ := made(t, nil, Options{})
	tests := map[string]struct {
		files      map[string][]byte
		after      time.Duration
		row        string
		status, is string
	}{
		"missing":              {without(files, AuthSecret), 0, AuthSecret, failed, "is missing"},
		"empty":                {with(files, RedisPassword, nil), 0, RedisPassword, failed, "is empty"},
		"empty API key":        {files, 0, AnthropicAPIKey, ok, "practice agent"},
		"no CA key":            {without(files, CAKey), 0, CAKey, ok, "as it should be"},
		"other password":       {with(files, DatabasePassword, other[DatabasePassword]), 0, DatabaseURL, failed, "different passwords"},
		"other key":            {with(files, NginxKey, other[NginxKey]), 0, NginxKey, failed, "is not the key of nginx_certificate"},
		"other authority":      {with(files, CACertificate, other[CACertificate]), 0, DatabaseCertificate, failed, "is not signed by ca_certificate"},
		"no PEM":               {with(files, NginxCertificate, []byte("x")), 0, NginxCertificate, failed, "no certificate in PEM form"},
		"expires soon":         {files, 70 * day, NginxCertificate, warning, "expires soon"},
		"expired":              {files, 91 * day, DatabaseCertificate, failed, "has expired"},
		"clock is wrong":       {files, -day, DatabaseCertificate, failed, "is not valid yet"},
		"everything is in use": {files, 0, NginxCertificate, ok, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_ = os.Chmod(dir, 0o700)
			for name, content := range test.files {
				write(t, dir, name, string(content), 0o600)
			}
			rows, err := Check(dir, time.Now().Add(test.after))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == test.row })
			if rows[i].Status != test.status || !strings.Contains(rows[i].Message, test.is) {
				t.Errorf("%s is %s, %q; want %s, %q", test.row, rows[i].Status, rows[i].Message, test.status, test.is)
			}
			noValues(t, fmt.Sprintf("%+v", rows), test.files)
		})
	}
}

func TestCheckOfRights(t *testing.T) {
	dir := t.TempDir()
	files, _ := made(t, nil, Options{})
	for name, content := range files {
		write(t, dir, name, string(content), 0o644)
	}
	for mode, want := range map[os.FileMode]string{0o755: failed, 0o700: ok} {
		_ = os.Chmod(dir, mode)
		rows, err := Check(dir, time.Now())
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == AuthSecret })
		if err != nil || rows[i].Status != want || rows[i].Mode != "0644" {
			t.Errorf("in a folder with mode %o: %+v, want %s", mode, rows[i], want)
		}
	}
	if _, err := Check(filepath.Join(dir, "nothing"), time.Now()); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("no folder: %v", err)
	}
}

func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	state := map[string]string{}
	for _, entry := range entries {
		info, _ := entry.Info()
		content, _ := os.ReadFile(filepath.Join(dir, entry.Name()))
		state[entry.Name()] = fmt.Sprint(info.Mode(), info.ModTime(), string(content))
		if info.Mode().Perm() != fileMode {
			t.Errorf("mode of %s is %o", entry.Name(), info.Mode().Perm())
		}
	}
	return state
}
