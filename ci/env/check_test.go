package env

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Good secrets of nobody.
const (
	good1 = "Zk3vR8mTq1LxW7bNc5YpJ2hGf9DsAe4U"
	good2 = "h7Kq2XwLz9RtVb4MnY6cPj1GsDf8TuEa"
	good3 = "Qe5TzUj8Kx1LwMr3Vn9Yb7HcGp2FdSa6"
)

// production is an environment without any finding.
func production() map[string]string {
	return map[string]string{
		"DATABASE_URL":      "postgresql://octocode:" + good1 + "@oc_database:5432/octocode?sslmode=verify-full",
		"REDIS_URL":         "redis://:" + good2 + "@oc_redis:6379",
		"AUTH_SECRET":       good3,
		"POSTGRES_PASSWORD": good1,
		"REDIS_PASSWORD":    good2,
		"APP_IMAGE":         "registry.example.com/shop:1.2.3",
	}
}

func file(content string, mode fs.FileMode) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(content), Mode: mode}
}

func TestCheck(t *testing.T) {
	tests := map[string]struct {
		set     map[string]string // changes of production(); "" removes
		files   fstest.MapFS
		secrets fstest.MapFS
		dev     bool
		want    []string // "VARIABLE status level: part of the message", all findings
	}{
		"production": {},
		"nothing is set": {
			set:  map[string]string{"DATABASE_URL": "", "REDIS_URL": "", "AUTH_SECRET": "", "POSTGRES_PASSWORD": "", "REDIS_PASSWORD": "", "APP_IMAGE": ""},
			want: []string{"DATABASE_URL missing error: is not set", "REDIS_URL missing error", "AUTH_SECRET missing error", "APP_IMAGE missing error", "POSTGRES_PASSWORD missing error", "REDIS_PASSWORD missing error"},
		},
		"development needs less": {
			set: map[string]string{"POSTGRES_PASSWORD": "", "REDIS_PASSWORD": "", "APP_IMAGE": "", "NODE_ENV": "development", "INSPECT": "1",
				"DATABASE_URL": "postgresql://octocode:" + good1 + "@localhost/octocode", "REDIS_URL": "redis://localhost"},
			dev: true,
		},

		"short secret":               {set: map[string]string{"AUTH_SECRET": "Zk3vR8mTq1LxW7bNc5YpJ2hGf9DsAe4"}, want: []string{"AUTH_SECRET weak error: is shorter than 32"}},
		"the app refuses it":         {set: map[string]string{"AUTH_SECRET": "Zk3vR8mTq1L"}, dev: true, want: []string{"AUTH_SECRET weak error: is shorter than 32"}},
		"repeated":                   {set: map[string]string{"AUTH_SECRET": strings.Repeat("aB3", 12)}, want: []string{"AUTH_SECRET weak error: repeats or counts"}},
		"counted":                    {set: map[string]string{"AUTH_SECRET": "abcdefghijklmnopqrstuvwxyz67890ABCDE"}, want: []string{"AUTH_SECRET weak error: repeats or counts"}},
		"known word":                 {set: map[string]string{"AUTH_SECRET": "My-Pass-Word-Zk3vR8mTq1LxW7bNc5YpJ2"}, want: []string{"AUTH_SECRET weak error: a word that everybody"}},
		"weak in development":        {set: map[string]string{"AUTH_SECRET": "My-Pass-Word-Zk3vR8mTq1LxW7bNc5YpJ2"}, dev: true, want: []string{"AUTH_SECRET weak warning"}},
		"placeholder":                {set: map[string]string{"AUTH_SECRET": "placeholder-placeholder-placeholder"}, want: []string{"AUTH_SECRET example error"}},
		"password in a URL":          {set: map[string]string{"REDIS_URL": "redis://:change-me@redis.example.com"}, want: []string{"REDIS_URL example error: has a password that is a placeholder"}},
		"no password in a URL":       {set: map[string]string{"REDIS_URL": "redis://redis.example.com"}, want: []string{"REDIS_URL weak error: holds no password"}},
		"one secret twice":           {set: map[string]string{"AUTH_SECRET": good2}, want: []string{"AUTH_SECRET weak error: the same secret as REDIS_URL", "REDIS_PASSWORD weak error: the same secret as AUTH_SECRET"}},
		"passwords disagree":         {set: map[string]string{"POSTGRES_PASSWORD": good3[1:] + "x"}, want: []string{"POSTGRES_PASSWORD malformed error: does not agree with the password in DATABASE_URL"}},
		"a database of another kind": {set: map[string]string{"DATABASE_URL": "postgresql://u:" + good3[1:] + "x@db.example.com/app?sslmode=require"}},

		"no URL":            {set: map[string]string{"DATABASE_URL": "postgresql://u:p%zz@db/app"}, want: []string{"DATABASE_URL malformed error: is no URL"}},
		"other scheme":      {set: map[string]string{"DATABASE_URL": "mysql://u:p@db/app"}, want: []string{"DATABASE_URL malformed error: does not start with postgresql:// or postgres://"}},
		"no host":           {set: map[string]string{"REDIS_URL": "redis://:" + good2 + "@"}, want: []string{"REDIS_URL malformed error: names no host"}},
		"port of a URL":     {set: map[string]string{"REDIS_URL": "redis://:" + good2 + "@oc_redis:70000"}, want: []string{"REDIS_URL malformed error: has a port outside"}},
		"no database":       {set: map[string]string{"DATABASE_URL": "postgresql://u:" + good1 + "@db:5432"}, want: []string{"DATABASE_URL malformed error: does not name one database"}},
		"database of Redis": {set: map[string]string{"REDIS_URL": "redis://:" + good2 + "@oc_redis/one"}, want: []string{"REDIS_URL malformed error: no number of a database"}},
		"TLS mode":          {set: map[string]string{"DATABASE_URL": "postgresql://u:" + good1 + "@db/app?sslmode=on"}, want: []string{"DATABASE_URL malformed error: unknown sslmode"}},
		"port":              {set: map[string]string{"PORT": "70000"}, want: []string{"PORT malformed error: is no port"}},
		"number":            {set: map[string]string{"WORKER_CONCURRENCY": "two"}, want: []string{"WORKER_CONCURRENCY malformed error: is no whole number"}},
		"range":             {set: map[string]string{"DATABASE_POOL_SIZE": "101"}, want: []string{"DATABASE_POOL_SIZE malformed error: is out of range"}},
		"seconds":           {set: map[string]string{"DRAIN_SECONDS": "5s", "WORKER_DRAIN_SECONDS": "NaN"}, want: []string{"DRAIN_SECONDS malformed error: is no number of seconds", "WORKER_DRAIN_SECONDS malformed error"}},
		"seconds are fine":  {set: map[string]string{"DRAIN_SECONDS": "0.5"}},
		"size":              {set: map[string]string{"POSTGRES_SHARED_BUFFERS": "lots"}, want: []string{"POSTGRES_SHARED_BUFFERS malformed error: is no size"}},
		"prefix":            {set: map[string]string{"QUEUE_PREFIX": "a b"}, want: []string{"QUEUE_PREFIX malformed error"}},
		"mode":              {set: map[string]string{"NODE_ENV": "prod"}, want: []string{"NODE_ENV malformed error: is none of"}},
		"image":             {set: map[string]string{"APP_IMAGE": "Shop:1"}, want: []string{"APP_IMAGE malformed error: is no reference"}},
		"origins":           {set: map[string]string{"REALTIME_ORIGINS": "https://a.example.com, b.example.com"}, want: []string{"REALTIME_ORIGINS malformed error: number 2"}},
		"line break":        {set: map[string]string{"APP_VERSION": "1\n2"}, want: []string{"APP_VERSION malformed error: holds a line break"}},

		"local services": {set: map[string]string{
			"DATABASE_URL": "postgresql://u:" + good1 + "@127.0.0.1/app?sslmode=verify-full", "REDIS_URL": "redis://:" + good2 + "@localhost"},
			want: []string{"DATABASE_URL development value error: points to this very machine", "REDIS_URL development value error: points to this very machine"}},
		"no TLS":              {set: map[string]string{"DATABASE_URL": "postgresql://u:" + good1 + "@db/app?sslmode=disable"}, want: []string{"DATABASE_URL development value error: without TLS"}},
		"TLS not asked for":   {set: map[string]string{"DATABASE_URL": "postgresql://u:" + good1 + "@db/app"}, want: []string{"DATABASE_URL development value warning: does not ask for TLS"}},
		"mode of development": {set: map[string]string{"NODE_ENV": "development"}, want: []string{"NODE_ENV development value error"}},
		"debugger":            {set: map[string]string{"INSPECT": "1", "DEV_ORIGINS": "a"}, want: []string{"INSPECT development value error", "DEV_ORIGINS development value error"}},
		"latest":              {set: map[string]string{"APP_IMAGE": "shop:latest", "REDIS_IMAGE": "redis"}, want: []string{"APP_IMAGE development value error: a tag that floats", "REDIS_IMAGE development value error"}},
		"digest":              {set: map[string]string{"APP_IMAGE": "shop@sha256:" + strings.Repeat("a", 64)}},
		"unencrypted":         {set: map[string]string{"REALTIME_URL": "http://shop.example.com", "REALTIME_ORIGINS": "http://a.example.com"}, want: []string{"REALTIME_URL development value error: is not encrypted", "REALTIME_ORIGINS development value error"}},
		"same origin":         {set: map[string]string{"REALTIME_URL": "/"}},

		"misspelled":         {set: map[string]string{"DATABSE_URL": "x"}, want: []string{"DATABSE_URL unknown warning: did you mean DATABASE_URL?"}},
		"misspelled file":    {set: map[string]string{"AUTH_SECRET_FIEL": "x"}, want: []string{"AUTH_SECRET_FIEL unknown warning: did you mean AUTH_SECRET_FILE?"}},
		"lower case":         {set: map[string]string{"port": "1"}, want: []string{"port unknown warning: did you mean PORT?"}},
		"not ours":           {set: map[string]string{"SHOP_COLOUR": "x"}, want: []string{"SHOP_COLOUR unknown warning: remove it"}},
		"no file form":       {set: map[string]string{"SEED_PASSWORD_FILE": "x"}, want: []string{"SEED_PASSWORD_FILE unknown warning: no _FILE form"}},
		"of another program": {set: map[string]string{"COMPOSE_PROJECT_NAME": "x", "NEXT_TELEMETRY_DISABLED": "1"}},

		"file":                  {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/etc/s/auth"}, files: fstest.MapFS{"etc/s/auth": file(good3+"\n", 0o600)}},
		"relative file":         {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "s/auth"}, files: fstest.MapFS{"home/me/s/auth": file(good3, 0o600)}},
		"mounted file":          {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/run/secrets/auth_secret"}, secrets: fstest.MapFS{"auth_secret": file(good3, 0o600)}},
		"in a container":        {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/run/secrets/a"}, files: fstest.MapFS{"run/secrets/a": file(good3, 0o444)}},
		"folder of secrets":     {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3, 0o600)}},
		"empty optional file":   {secrets: fstest.MapFS{"anthropic_api_key": file("", 0o600)}},
		"value and file":        {set: map[string]string{"AUTH_SECRET_FILE": "/a"}, want: []string{"AUTH_SECRET malformed error: is set, and so is AUTH_SECRET_FILE"}},
		"value and file in dev": {set: map[string]string{"AUTH_SECRET_FILE": "/a"}, dev: true, want: []string{"AUTH_SECRET malformed warning"}},
		"value and secret file": {secrets: fstest.MapFS{"auth_secret": file(good3, 0o600)}, want: []string{"AUTH_SECRET malformed error: there is a secret file auth_secret"}},
		"no such file":          {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/nowhere"}, files: fstest.MapFS{}, want: []string{"AUTH_SECRET malformed error: names a file that is not there"}},
		"no files":              {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/a"}, want: []string{"AUTH_SECRET malformed error: cannot be reached"}},
		"folder for a file":     {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "/a"}, files: fstest.MapFS{"a": {Mode: fs.ModeDir}}, want: []string{"AUTH_SECRET malformed error: is no regular file"}},
		"path outside":          {set: map[string]string{"AUTH_SECRET": "", "AUTH_SECRET_FILE": "../../../../a"}, files: fstest.MapFS{"a": file(good3, 0o600)}},
		"empty file":            {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(" \n", 0o600)}, want: []string{"AUTH_SECRET missing error: is empty"}},
		"open file":             {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3, 0o644)}, want: []string{"AUTH_SECRET weak error: every user of the machine can read"}},
		"open file, dev":        {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3, 0o644)}, dev: true, want: []string{"AUTH_SECRET weak warning"}},
		"in a closed folder":    {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{".": {Mode: fs.ModeDir | 0o700}, "auth_secret": file(good3, 0o644)}},
		"Windows line break":    {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3+"\r\n", 0o600)}, want: []string{"AUTH_SECRET malformed error: Windows line breaks"}},
		"two line breaks":       {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3+"\n\n", 0o600)}, want: []string{"AUTH_SECRET malformed error: has empty lines"}},
		"space at the end":      {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(good3+" \n", 0o600)}, want: []string{"AUTH_SECRET malformed error: ends with a space"}},
		"byte order mark":       {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file("\uFEFF"+good3, 0o600)}, want: []string{"AUTH_SECRET malformed error: byte order mark"}},
		"too long":              {set: map[string]string{"AUTH_SECRET": ""}, secrets: fstest.MapFS{"auth_secret": file(strings.Repeat(good3, 4096), 0o600)}, want: []string{"AUTH_SECRET malformed error: longer than any secret"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			values := production()
			for variable, value := range test.set {
				values[variable] = value
			}
			o := Options{Profile: Prod, Dir: "/home/me", Sources: []Source{{Name: "prod.env", Values: values}}}
			if test.dev {
				o.Profile = Dev
			}
			if test.files != nil {
				o.Files = test.files
			}
			if test.secrets != nil {
				o.Secrets = test.secrets
			}
			report, err := Check(o)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, report, test.want)
			noValues(t, report, values, test.files, test.secrets)
		})
	}
}

// compare takes each finding as "VARIABLE status level: part of the message".
func compare(t *testing.T, report Report, want []string) {
	t.Helper()
	var got []Row
	errors := 0
	for _, row := range report.Rows {
		if row.Status != OK {
			got = append(got, row)
		}
		if row.Level == Error {
			errors++
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d findings, want %d:\n%s", len(got), len(want), report.Text())
	}
	for i, row := range got {
		head, part, _ := strings.Cut(want[i], ": ")
		if fmt.Sprintf("%s %s %s", row.Variable, row.Status, row.Level) != head || !strings.Contains(row.String(), part) {
			t.Errorf("finding %+v, want %q", row, want[i])
		}
		if row.Fix == "" || strings.Contains(row.String(), "\n") {
			t.Errorf("%s: no cure, or more than one line", row)
		}
	}
	if report.Failed() != (errors > 0) || report.Errors != errors {
		t.Errorf("errors are %d, want %d", report.Errors, errors)
	}
}

// noValues fails when text or JSON show a secret.
func noValues(t *testing.T, report Report, values map[string]string, files ...fstest.MapFS) {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	shown := report.Text() + string(data)
	secrets := []string{good1, good2, good3, "change-me", "placeholder-placeholder"}
	for _, name := range []string{"AUTH_SECRET", "POSTGRES_PASSWORD", "DATABASE_URL"} {
		secrets = append(secrets, values[name])
	}
	for _, fsys := range files {
		for _, f := range fsys {
			secrets = append(secrets, strings.TrimSpace(string(f.Data)))
		}
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(shown, secret) {
			t.Errorf("a secret is shown in:\n%s", shown)
		}
	}
}

func TestSources(t *testing.T) {
	sources := []Source{
		{Name: "--env", Values: map[string]string{"PORT": ""}},
		{Name: "environment", Shared: true, Values: map[string]string{"PORT": "1", "HOME": "/root", "REDIS_URI": "x", "AUTH_SECRETS": "x"}},
		{Name: ".env", Values: map[string]string{"PORT": "rubbish", "AUTH_SECRET": good3}},
	}
	report, err := Check(Options{Sources: sources, Services: []string{"app"}})
	if err != nil {
		t.Fatal(err)
	}
	// AUTH_SECRETS is a neighbour of what is set, HOME is nobody's.
	compare(t, report, []string{"DATABASE_URL missing error", "REDIS_URL missing error", "REDIS_URI unknown warning: did you mean REDIS_URL?"})
	i := slices.IndexFunc(report.Rows, func(r Row) bool { return r.Variable == "PORT" })
	if report.Rows[i].Source != "environment" {
		t.Errorf("PORT comes from %s", report.Rows[i].Source)
	}
	for _, row := range report.Rows {
		if row.Status != Unknown && !slices.Contains(row.NeededBy, "oc_app") {
			t.Errorf("%s is not for oc_app", row.Variable)
		}
	}
}

func TestCheckRefusesOptions(t *testing.T) {
	for want, o := range map[string]Options{
		`there is no profile "staging": use dev or prod`:          {Profile: "staging"},
		`there is no service "web": use one of build, dev, drift`: {Services: []string{"web"}},
	} {
		if _, err := Check(o); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

func TestLoad(t *testing.T) {
	values, err := Load(context.Background(), Options{Profile: Prod, Sources: []Source{{Name: "x", Values: production()}}})
	if err != nil {
		t.Fatal(err)
	}
	if values.AppReplicas != 2 || values.Port != 3000 || values.DatabaseURL.Hostname() != "oc_database" || string(values.AuthSecret) != good3 || values.RedisImage == "" {
		t.Errorf("values are %+v", values)
	}
	data, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v", values), fmt.Sprintf("%+v", values), fmt.Sprintf("%#v", values), string(data)} {
		if strings.Contains(shown, good1) || strings.Contains(shown, good2) || strings.Contains(shown, good3) {
			t.Errorf("a secret is shown in %s", shown)
		}
	}
	if values.DatabaseURL.Reveal() != production()["DATABASE_URL"] {
		t.Error("Reveal is not the whole URL")
	}
	if _, err := Load(context.Background(), Options{}); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("an empty environment: %v", err)
	}
}
