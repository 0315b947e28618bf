package stack

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestLooksSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"POSTGRES_PASSWORD": true, "pgpassword": true, "SESSION_SECRET": true, "API_TOKEN": true, "AWS_ACCESS_KEY": true,
		"SMTP_PASS": true, "SENTRY_DSN": true, "OPENAI_APIKEY": true, "REDIS_AUTH": true, "DB_PWD": true,
		"POSTGRES_PASSWORD_FILE": false, "SSL_KEY_PATH": false, "NEXT_PUBLIC_KEY": false, "PWD": false, "OLDPWD": false,
		"KEYBOARD": false, "COMPASS": false, "AUTHOR": false, "NODE_ENV": false, "": false, "_": false,
	} {
		if LooksSecret(name) != want {
			t.Errorf("%s: got %v", name, !want)
		}
	}
}

func TestNewVariable(t *testing.T) {
	for _, c := range []struct {
		name, value string
		sensitive   bool
		masked      string
	}{
		{"NODE_ENV", "production", false, "production"},
		{"PASSWORD", "abc", true, Mask},
		{"PASSWORD", "", false, ""},
		{"DATABASE_URL", "postgresql://app:p@ss@db:5432/app?a=b", true, "postgresql://app:***@db:5432/app?a=b"},
		{"DATABASE_URL", "postgresql://app@db/app", false, "postgresql://app@db/app"},
		{"URLS", "http://a:b@c http://d:e@f", true, "http://a:***@c http://d:***@f"},
		{"REDIS_URL", "redis://:pw@redis", true, "redis://:***@redis"},
		{"SENTRY_DSN", "https://abc@sentry.example.com/1", true, Mask},
		{"CLI_FLAGS", "--pw known-secret", true, Mask},
		{"MASKED", "redis://:***@redis", false, "redis://:***@redis"},
	} {
		v := NewVariable(c.name, c.value, []string{"known-secret", "abc"})
		if v.Sensitive != c.sensitive {
			t.Errorf("%s=%s: got %v", c.name, c.value, v.Sensitive)
		}
		if got := v.masked(maskURLs).Value; got != c.masked {
			t.Errorf("%s=%s: got %s, want %s", c.name, c.value, got, c.masked)
		}
	}
}

// No rendering shows a secret, wherever it stands, and masking changes nothing
// in the plan itself.
func TestNoLeaks(t *testing.T) {
	p := shop()
	p.Services[0].Entrypoint = []string{"--a=two", "words", "--b=abc"}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{string(text), p.Text(), p.Diagram(), p.ASCII()} {
		for _, secret := range append(leaks, "words") {
			if strings.Contains(shown, secret) {
				t.Errorf("%q is shown in\n%s", secret, shown)
			}
		}
	}
	p.Services[0].Entrypoint = nil
	if !reflect.DeepEqual(p, shop()) {
		t.Error("the plan has changed")
	}
	for _, kept := range []string{`"masked":true`, `"value":"24"`, `"command":["postgres","-c","password=***"]`, `"postgresql://shop:***@db/shop"`, `"entrypoint":[]`, `"entrypoint":null`} {
		if !strings.Contains(string(text), kept) {
			t.Errorf("%s is not in\n%s", kept, text)
		}
	}
	if (Plan{Services: []Service{{Name: "a"}}}).Mask().Masked {
		t.Error("a plan without secrets is masked")
	}
}

func TestReveal(t *testing.T) {
	text, err := shop().Reveal()
	if err != nil {
		t.Fatal(err)
	}
	var got Plan
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	again, err := got.Reveal()
	if err != nil || string(again) != string(text) || got.Masked {
		t.Errorf("the plan comes back as another one:\n%s\n%s", text, again)
	}
	for _, secret := range leaks {
		if !strings.Contains(string(text), secret) {
			t.Errorf("%s is missing", secret)
		}
	}
}
