package release

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

func TestReproducible(t *testing.T) {
	ours, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		dockerfile      string
		buildID, secret bool
		want            string
	}{
		"all there":           {string(ours), true, true, ""},
		"no secret":           {string(ours), true, false, "without --build-secret"},
		"no build ID":         {string(ours), false, true, "next.config has no generateBuildId"},
		"own that ignores it": {"FROM node AS production\nRUN npm run build\n", true, true, "the application's own Dockerfile does not use OCTOCODE_PREVIEW_KEYS"},
		"own that uses it":    {"FROM node AS production\nRUN echo $OCTOCODE_PREVIEW_KEYS >.next/cache/.previewinfo\n", true, true, ""},
	} {
		ok, remark := Reproducible(test.dockerfile, test.buildID, test.secret)
		if ok != (test.want == "") || !strings.Contains(remark, test.want) {
			t.Errorf("%s: %v, %s", name, ok, remark)
		}
	}
}

func TestKeys(t *testing.T) {
	secret := strings.Repeat("0123456789abcdef", 2)
	a, err := Keys(secret)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Keys(secret)
	if err != nil || strings.Join(a.Variables, " ") != strings.Join(again.Variables, " ") || a.Fingerprint != again.Fingerprint {
		t.Errorf("the same secret gives other keys: %v", err)
	}
	other, err := Keys(secret + "x")
	if err != nil || other.Fingerprint == a.Fingerprint || other.Variables[0] == a.Variables[0] || other.Variables[1] == a.Variables[1] {
		t.Errorf("another secret gives the same keys: %v", err)
	}
	_, action, _ := strings.Cut(a.Variables[0], "=")
	if key, err := base64.StdEncoding.DecodeString(action); err != nil || len(key) != 32 {
		t.Errorf("the key of server actions is no AES-256 key: %d bytes, %v", len(key), err)
	}
	for _, line := range a.Variables {
		if strings.Contains(line, "\n") || strings.Contains(line, secret) || strings.Contains(line, a.Fingerprint) {
			t.Errorf("%.30s… cannot go into a file of variables", line)
		}
	}
	for _, short := range []string{"", "4bd8dfb0c1e2"} {
		if _, err := Keys(short); err == nil || !strings.Contains(err.Error(), "32 characters") {
			t.Errorf("%q: %v", short, err)
		}
	}
}
