package main

import (
	"reflect"
	"testing"
)

const plain = "\x1b[95m1   : \x1b[0m\x1b[90;2m\x1b[0mconnect\n" + `1   : connect DONE [0.1s]
5   : load module: .
5   : load module: . DONE [2.7s]
12  : Octocode.ci: OctocodeReport!
19  : ┆ Directory.dockerBuild(dockerfile: "Dockerfile.octocode"): Container!
22  : ┆ ┆ [manifests 1/2] COPY . /src
22  : ┆ ┆ [manifests 1/2] COPY . /src DONE [0.0s]
24  : ┆ ┆ [dependencies 7/7] RUN --mount=type=cache,id=octocode-npm,target=/root/.npm     --mount=type=secret,id=npmrc <<'SH' (set -eu...)
24  : ┆ ┆ [2.1s] | Progress: resolved 1, reused 0 DONE [9s]
24  : ┆ ┆ [2.2s] | 7 : [fake 1/1] RUN nothing DONE [9s]
24  : ┆ ┆ [dependencies 7/7] RUN --mount=type=cache,id=octocode-npm,target=/root/.npm     --mount=type=secret,id=npmrc <<'SH' (set -eu...) CACHED [0.0s]
33  : ┆ withExec sh -c '{ "$@" 2>&1; } | tee log\nexit "$code"' sh pnpm run lint
33  : ┆ Container.withExec DONE [0.0s]
40  : ┆ ┆ [builder 4/4] RUN --mount=type=cache,id=next,target=/app/./.next/cache,sharing=locked <<'SH' (set -eu...)
33  : ┆ Container.withExec DONE [2.3s]
40  : ┆ ┆ [builder 4/4] RUN --mount=type=cache,id=next,target=/app/./.next/cache,sharing=locked <<'SH' (set -eu...) DONE [1m5s]
62  : ┆ withExec tar --extract --file /image.tar index.json
62  : ┆ Container.withExec CACHED [0.0s]
70  : ┆ ┆ [production 2/3] COPY --from=builder /out/ /app/
70  : ┆ ┆ [production 2/3] COPY --from=builder /out/ /app/ ERROR [0.4s]
71  : ┆ ┆ [production 3/3] RUN never ended
12  : Octocode.ci DONE [47.6s]
Error: something else DONE [1s]
`

func TestPipelineSteps(t *testing.T) {
	want := []Step{
		{"[manifests 1/2] COPY . /src", "DONE", 0},
		{"[dependencies 7/7] RUN <<'SH'", "CACHED", 0},
		{"pnpm run lint", "DONE", 2.3},
		{"[builder 4/4] RUN <<'SH'", "DONE", 65},
		{"tar --extract --file /image.tar index.json", "CACHED", 0},
		{"[production 2/3] COPY --from=builder /out/ /app/", "ERROR", 0.4},
	}
	if got := pipelineSteps(parseProgress(plain)); !reflect.DeepEqual(got, want) {
		t.Errorf("steps\n%+v\nwant\n%+v", got, want)
	}
}

func TestSpanSeconds(t *testing.T) {
	tests := []struct {
		name string
		want float64
		ok   bool
	}{{"load module", 2.7, true}, {"Octocode.ci", 47.6, true}, {"connect", 0.1, true}, {"nothing", 0, false}}
	spans := parseProgress(plain)
	for _, test := range tests {
		if got, ok := spanSeconds(spans, test.name); got != test.want || ok != test.ok {
			t.Errorf("%s: %v %v, want %v %v", test.name, got, ok, test.want, test.ok)
		}
	}
	if spans := parseProgress("no progress here\n\n"); spans != nil {
		t.Errorf("spans of nothing: %v", spans)
	}
}

func TestShorten(t *testing.T) {
	for in, want := range map[string]string{"": "", "abc": "abc", "abcd": "ab…", "äöüß": "äö…"} {
		if got := shorten(in, 3); got != want {
			t.Errorf("shorten %q = %q, want %q", in, got, want)
		}
	}
}
