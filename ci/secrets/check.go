package secrets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Row is what the check says about one secret file, or about the folder. It
// holds no value.
type Row struct {
	Name string `json:"name"`
	// Status is "ok", "warning" or "error".
	Status string `json:"status"`
	// Mode is that of the file, such as "0444"; "" when it is not there.
	Mode string `json:"mode,omitempty"`
	// Expires is the end of a certificate.
	Expires *time.Time `json:"expires,omitempty"`
	// Hosts are the names in a certificate.
	Hosts []string `json:"hosts,omitempty"`
	// Message is what is wrong, and the cure.
	Message string `json:"message,omitempty"`
}

// The states of a Row.
const (
	ok      = "ok"
	warning = "warning"
	failed  = "error"
)

// Failed reports whether any row is an error.
func Failed(rows []Row) bool {
	for _, row := range rows {
		if row.Status == failed {
			return true
		}
	}
	return false
}

// Check looks at a folder of secrets: what is there, who can read it, when
// certificates expire, and whether what belongs together does. The error is
// about the folder as a whole; Failed(rows) says whether anything is wrong.
//
//	rows, err := secrets.Check("docker/prod/secrets", time.Now())
func Check(dir string, now time.Time) ([]Row, error) {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder %s: make it with `octocode secrets generate --dir %s`", dir, dir)
	}
	files, err := readFolder(dir)
	if err != nil {
		return nil, err
	}
	folder := Row{Name: ".", Status: ok, Mode: mode(info)}
	closed := info.Mode().Perm()&0o077 == 0
	if !closed {
		folder.Status, folder.Message = warning, "other users can enter the folder: chmod 700 "+dir
	}
	rows := []Row{folder}
	for _, name := range Names {
		row := checkFile(name, files, now)
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
			row.Mode = mode(info)
			// In a folder that only its owner enters, the rights of the file
			// count inside of containers alone.
			if info.Mode().Perm()&0o077 != 0 && !closed && row.Status != failed && name != CACertificate {
				row.Status, row.Message = failed, "other users can read it: chmod 600 "+filepath.Join(dir, name)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func mode(info os.FileInfo) string { return fmt.Sprintf("%04o", info.Mode().Perm()) }

// checkFile looks at one file and at those that it belongs to.
func checkFile(name string, files map[string][]byte, now time.Time) Row {
	row := Row{Name: name, Status: ok}
	fail := func(format string, args ...any) Row {
		row.Status, row.Message = failed, fmt.Sprintf(format, args...)
		return row
	}
	m := making{files: files}
	content, there := files[name]
	switch {
	case name == CAKey && !there:
		row.Message = "not here, as it should be on a server"
		return row
	case !there:
		return fail("is missing: make it with `octocode secrets generate`")
	case name == AnthropicAPIKey:
		if !m.has(name) {
			row.Message = "empty: the built-in practice agent works"
		}
		return row
	case !m.has(name):
		return fail("is empty: make it with `octocode secrets generate`")
	}
	switch name {
	case DatabaseURL, RedisURL:
		password := map[string]string{DatabaseURL: DatabasePassword, RedisURL: RedisPassword}[name]
		fresh := making{files: map[string][]byte{name: content, password: files[password]}, changes: map[string]Change{}}
		if m.has(password) {
			if err := fresh.pair(password, name, databaseTemplate, ""); err != nil {
				return fail("%s", err)
			}
		}
	case CAKey, NginxKey, DatabaseKey:
		key, err := parseKey(content)
		if err != nil {
			return fail("%s: put the right file there", err)
		}
		partner := strings.TrimSuffix(name, "key") + "certificate"
		if certificate, err := parseCertificate(files[partner]); err == nil && !matches(certificate, key) {
			return fail("is not the key of %s: put the right one there", partner)
		}
	case CACertificate, NginxCertificate, DatabaseCertificate:
		return checkCertificate(row, files, now)
	}
	return row
}

func checkCertificate(row Row, files map[string][]byte, now time.Time) Row {
	certificate, err := parseCertificate(files[row.Name])
	if err != nil {
		row.Status, row.Message = failed, err.Error()+": put the right file there"
		return row
	}
	row.Hosts, row.Expires = hostsOf(certificate), &certificate.NotAfter
	authority, err := parseCertificate(files[CACertificate])
	switch {
	case now.After(certificate.NotAfter):
		row.Status, row.Message = failed, "has expired: renew it, as with `octocode secrets generate`"
	case now.Before(certificate.NotBefore):
		row.Status, row.Message = failed, "is not valid yet: check the clock"
	case row.Name == DatabaseCertificate && err == nil && certificate.CheckSignatureFrom(authority) != nil:
		row.Status, row.Message = failed, "is not signed by "+CACertificate+", with which clients verify it: put the right authority there"
	case expiring(certificate, now):
		row.Status, row.Message = warning, "expires soon: renew it, as with `octocode secrets generate`"
	case row.Name == NginxCertificate && err == nil && certificate.CheckSignatureFrom(authority) != nil:
		row.Message = "your own"
	}
	return row
}
