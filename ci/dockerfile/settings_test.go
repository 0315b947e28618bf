package dockerfile

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	const file = `# VOLUME /comment
FROM --platform=linux/amd64 node:24 AS base
VOLUME /data
RUN <<EOF
STOPSIGNAL in a script
EOF
FROM base AS app
HEALTHCHECK --interval=1s \
  CMD true
FROM scratch AS other
FROM App
stopsignal SIGINT
VOLUME /again
`
	for target, want := range map[string]string{
		"base": "VOLUME", "app": "VOLUME HEALTHCHECK", "other": "", "": "VOLUME HEALTHCHECK STOPSIGNAL", "unknown": "",
	} {
		if got := strings.Join(Settings(file, target), " "); got != want {
			t.Errorf("stage %q has %s, want %s", target, got, want)
		}
	}
	if got := Settings("FROM x\nHEALTHCHECK NONE\nFROM", ""); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
