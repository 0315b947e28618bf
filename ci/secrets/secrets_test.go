package secrets

import (
	"bytes"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMakeAgain(t *testing.T) {
	start := time.Now()
	files, _ := made(t, nil, Options{})
	short, _ := made(t, nil, Options{ValidFor: 2 * time.Hour})
	elsewhere := with(files, RedisURL, []byte("rediss://:"+string(files[RedisPassword])+"@redis.example.com"))
	both := func(names ...string) map[string]Action {
		done := map[string]Action{}
		for _, name := range names {
			done[name] = Renewed
		}
		return done
	}
	servers := []string{NginxCertificate, NginxKey, DatabaseCertificate, DatabaseKey}
	authority := []string{CACertificate, CAKey}
	tests := map[string]struct {
		existing map[string][]byte
		options  Options
		want     map[string]Action
	}{
		"nothing to do":           {files, Options{}, nil},
		"the same hosts":          {files, Options{Hosts: []string{"127.0.0.1", "oc_nginx", "localhost"}}, nil},
		"other hosts":             {files, Options{Hosts: []string{"shop.example.com"}}, both(NginxCertificate, NginxKey)},
		"31 days left":            {files, Options{Now: at(start.Add(59 * day))}, nil},
		"29 days left":            {files, Options{Now: at(start.Add(61 * day))}, both(servers...)},
		"short-lived, new":        {short, Options{}, nil},
		"short-lived, old":        {short, Options{Now: at(start.Add(90 * time.Minute))}, both(servers...)},
		"authority expires":       {files, Options{Now: at(start.Add(caValidity - 20*day))}, both(append(authority, servers...)...)},
		"force password":          {files, Options{Force: []string{DatabasePassword}}, both(DatabasePassword, DatabaseURL)},
		"force URL":               {elsewhere, Options{Force: []string{RedisURL}}, both(RedisURL)},
		"force URL as it is":      {files, Options{Force: []string{RedisURL}}, nil},
		"force secret":            {files, Options{Force: []string{AuthSecret}}, both(AuthSecret)},
		"force key":               {files, Options{Force: []string{NginxKey}}, both(NginxCertificate, NginxKey)},
		"force authority":         {files, Options{Force: []string{CACertificate}}, both(append(authority, servers...)...)},
		"lost URL":                {without(files, DatabaseURL), Options{}, map[string]Action{DatabaseURL: Created}},
		"lost password":           {without(files, RedisPassword), Options{}, map[string]Action{RedisPassword: Created}},
		"lost server certificate": {without(files, DatabaseCertificate, DatabaseKey), Options{}, map[string]Action{DatabaseCertificate: Created, DatabaseKey: Created}},
		"interrupted renewal":     {with(files, NginxKey, short[NginxKey]), Options{}, both(NginxCertificate, NginxKey)},
		"lost authority":          {without(files, authority...), Options{}, map[string]Action{CACertificate: Created, CAKey: Created, NginxCertificate: Renewed, NginxKey: Renewed, DatabaseCertificate: Renewed, DatabaseKey: Renewed}},
		"authority kept away":     {without(files, CAKey), Options{}, nil},
		"line break in password":  {with(files, DatabasePassword, append(slices.Clone(files[DatabasePassword]), '\n')), Options{}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := maps.Clone(test.existing)
			after, changes := made(t, test.existing, test.options)
			if got := actions(changes); !maps.Equal(got, test.want) {
				t.Errorf("changes are %v, want %v", got, test.want)
			}
			if !maps.EqualFunc(before, test.existing, bytes.Equal) {
				t.Error("the map of the caller was changed")
			}
			for _, name := range Names {
				if _, changed := test.want[name]; changed == bytes.Equal(before[name], after[name]) {
					t.Errorf("%s: changed is %t", name, !changed)
				}
			}
			if _, again := made(t, after, Options{Now: test.options.Now}); len(actions(again)) > 0 {
				t.Errorf("a further run changes %v", actions(again))
			}
		})
	}
}

func TestOwnURLKeepsHostAndOptions(t *testing.T) {
	files, _ := made(t, map[string][]byte{DatabaseURL: []byte("postgresql://me:p%40ss%2Fword@db.example.com/shop?sslmode=require")}, Options{})
	if got := string(files[DatabasePassword]); got != "p@ss/word" {
		t.Errorf("the password was not taken from the URL")
	}
	files, _ = made(t, files, Options{Force: []string{DatabasePassword}})
	u, err := url.Parse(string(files[DatabaseURL]))
	if err != nil || u.Host != "db.example.com" || u.User.Username() != "me" || u.RawQuery != "sslmode=require" {
		t.Error("a new password changed the rest of the URL")
	}
}

func TestErrors(t *testing.T) {
	files, _ := made(t, nil, Options{})
	other, _ := made(t, nil, Options{})
	now := time.Now()
	_, ownCertificate, ownKey, _ := issue(serverTemplate(now, now.Add(day), []string{"a"}), nil)
	own := with(with(files, NginxCertificate, ownCertificate), NginxKey, ownKey)
	tests := map[string]struct {
		existing map[string][]byte
		options  Options
		want     string
	}{
		"passwords differ":        {with(files, DatabasePassword, other[DatabasePassword]), Options{}, "database_password and database_url hold different passwords: remove the wrong file"},
		"no URL":                  {with(files, RedisURL, []byte("rubbish")), Options{}, "redis_url is no URL"},
		"unknown force":           {nil, Options{Force: []string{"password"}}, `there is no secret "password" to renew: use one of database_password`},
		"force of the API key":    {nil, Options{Force: []string{AnthropicAPIKey}}, "anthropic_api_key cannot be renewed here"},
		"force of own":            {own, Options{Force: []string{NginxCertificate}}, "nginx_certificate is your own and is not replaced"},
		"own, wrong key":          {with(own, NginxKey, files[NginxKey]), Options{}, "nginx_key is not the key of nginx_certificate"},
		"own, no key":             {without(own, NginxKey), Options{}, "its key nginx_key is missing"},
		"key alone":               {without(files, NginxCertificate), Options{}, "nginx_key is there without nginx_certificate"},
		"CA key alone":            {without(files, CACertificate), Options{}, "ca_key is there without ca_certificate"},
		"CA key of another":       {with(files, CAKey, other[CAKey]), Options{}, "ca_key is not the key of ca_certificate"},
		"damaged CA":              {with(files, CACertificate, []byte("x")), Options{}, "ca_certificate is no certificate in PEM form"},
		"damaged certificate":     {with(files, DatabaseCertificate, []byte("x")), Options{}, "database_certificate is no certificate in PEM form"},
		"nobody can sign":         {without(files, CAKey, NginxCertificate, NginxKey), Options{}, "nginx_certificate has to be made, and ca_key is not there to sign it"},
		"force, authority away":   {without(files, CAKey), Options{Force: []string{CACertificate}}, "ca_key is not there, so the authority is kept elsewhere"},
		"host with scheme":        {nil, Options{Hosts: []string{"https://a.example.com"}}, `"https://a.example.com" is no host name`},
		"host with port":          {nil, Options{Hosts: []string{"a.example.com:443"}}, "is no host name"},
		"empty host":              {nil, Options{Hosts: []string{""}}, "is no host name"},
		"no validity":             {nil, Options{ValidFor: time.Second}, "certificates cannot be valid for 1s: use 1h to"},
		"longer than authorities": {nil, Options{ValidFor: 6 * 365 * day}, "certificates cannot be valid for"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := Make(test.existing, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error is %v, want %q in one line", err, test.want)
			}
			noValues(t, err.Error(), test.existing)
		})
	}
}
