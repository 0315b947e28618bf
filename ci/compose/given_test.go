package compose

import (
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/stack"
)

// What the caller gives in secret: secrets by name, and a .env.
func TestGiven(t *testing.T) {
	const text = "services:\n  web:\n    image: x\n    secrets: [key, other]\nsecrets:\n  key: {file: secrets/key}\n  other: {environment: OTHER}\n"
	p := mustLoad(t, text, Options{Given: []string{"key", "other"}})
	if len(p.Secrets) != 2 || p.Secrets[0].Name != "key" || p.Secrets[1].Name != "other" || len(p.Warnings) > 0 {
		t.Errorf("secrets %+v, warnings %v", p.Secrets, p.Warnings)
	}
	p = mustLoad(t, text, Options{Given: []string{"key"}, Open: true})
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0].String(), `the secret "other" needs the variable OTHER, which is not set`) {
		t.Errorf("a secret that may come later gives %v", p.Warnings)
	}
}

func TestDotenv(t *testing.T) {
	const text = "services:\n  web:\n    image: x\n    command: [run, \"$COLOUR\", \"${LEVEL:-info}\"]\n    environment: {COLOUR: \"$COLOUR\"}\n" +
		"    env_file:\n      - {path: .env, required: false}\n      - sub/.env.local\n== sub/x ==\n"
	dotenv := []byte("COLOUR=vermilion\nLEVEL=trace-all\nBIG=true\n")
	p := mustLoad(t, text, Options{Dotenv: dotenv, Env: map[string]string{"LEVEL": "warn"}})
	env := map[string]stack.Variable{}
	for _, v := range p.Services[0].Environment {
		env[v.Name] = v
	}
	if v := env["COLOUR"]; v.Value != "vermilion" || !v.Sensitive {
		t.Errorf("COLOUR is %+v", v)
	}
	if v := env["LEVEL"]; v.Value != "trace-all" || !v.Sensitive {
		t.Errorf("LEVEL is %+v", v)
	}
	if v := env["BIG"]; v.Value != "true" || v.Sensitive {
		t.Errorf("BIG is %+v", v)
	}
	if got := strings.Join(p.Services[0].Command, " "); got != "run vermilion warn" {
		t.Errorf("the variables of a call do not go before .env: %s", got)
	}
	if shown := p.Text(); strings.Contains(shown, "vermilion") {
		t.Errorf("a secret is shown:\n%s", shown)
	}
}

func TestBuildSecret(t *testing.T) {
	p := mustLoad(t, "services:\n  web:\n    build:\n      context: .\n      secrets: [npm, {source: npm, target: token}]\nsecrets:\n  npm: {file: compose.yaml}\n== Dockerfile ==\nFROM x", Options{})
	s := p.Services[0].Build.Secrets
	if len(s) != 2 || s[0].Target != "npm" || s[1].Target != "token" || s[1].Source != "npm" {
		t.Errorf("got %+v", s)
	}
}

// An alias belongs to its network, and two services may share it.
func TestSharedAlias(t *testing.T) {
	p := mustLoad(t, "services:\n  a:\n    image: x\n    container_name: one\n    networks: {n: {aliases: [cache]}}\n"+
		"  b:\n    image: x\n    networks: {n: {aliases: [cache]}, m: {aliases: [other]}}\nnetworks: {n: , m: }", Options{})
	for _, c := range []struct {
		service, network string
		want             string
	}{{"a", "n", "a one cache"}, {"a", "", "a one cache"}, {"b", "n", "b cache"}, {"b", "m", "b other"}, {"b", "", "b other cache"}} {
		s, err := p.Service(c.service)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.Called(c.network), " "); got != c.want {
			t.Errorf("%s in network %q is called %s, want %s", c.service, c.network, got, c.want)
		}
	}
}
