package oci

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/octocode/octocode-ci/ci/release/ocitest"
)

// served is a registry for a test; before may answer a request itself.
func served(t *testing.T, before func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	return ocitest.Registry(t, true, before)
}

func fast() *Registry { return &Registry{FirstWait: time.Millisecond} }

func sixLayers(t *testing.T) *Image {
	t.Helper()
	var layers []v1.Layer
	for _, name := range []string{"usr/a", "usr/b", "usr/c", "usr/d", "app/e", "app/f"} {
		layers = append(layers, layerOf(t, file{name: name, text: name}))
	}
	return canonical(t, imageOf(t, commitTime, layers...))
}

func TestPush(t *testing.T) {
	host := served(t, nil)
	image := sixLayers(t)
	push := Push{Repository: host + "/team/shop", Tags: []string{"1.2.3", "1.2", "latest"}, Fixed: []string{"1.2.3"}}

	push.DryRun = true
	got, err := fast().Push(t.Context(), image, push)
	if err != nil || got.Sent != 0 || len(got.Tagged) != 0 || got.Blobs != 7 {
		t.Fatalf("dry run: %+v, %v", got, err)
	}
	push.DryRun = false
	if got, err = fast().Push(t.Context(), image, push); err != nil {
		t.Fatal(err)
	}
	if got.Sent != 7 || got.Reference != host+"/team/shop@"+digestOf(t, image) || strings.Join(got.Tagged, " ") != "1.2.3 1.2 latest" || got.Bytes == 0 || got.Platforms[0] != "linux/amd64" {
		t.Errorf("%+v", got)
	}
	tags, err := fast().Tags(t.Context(), push.Repository)
	if err != nil || strings.Join(tags, " ") != "1.2 1.2.3 latest" {
		t.Errorf("tags: %v, %v", tags, err)
	}
	if tags, err := fast().Tags(t.Context(), host+"/team/none"); err != nil || len(tags) != 0 {
		t.Errorf("tags of no repository: %v, %v", tags, err)
	}
	if got, err = fast().Push(t.Context(), image, push); err != nil || got.Sent != 0 || got.There != 7 {
		t.Errorf("again: %+v, %v", got, err)
	}
	other := canonical(t, imageOf(t, commitTime, layerOf(t, file{name: "app/x", text: "x"})))
	if _, err = fast().Push(t.Context(), other, push); err == nil || !strings.Contains(err.Error(), "1.2.3 is another image already") {
		t.Errorf("another image as 1.2.3: %v", err)
	}
	push.Tags, push.Fixed = []string{"latest"}, nil
	if got, err = fast().Push(t.Context(), other, push); err != nil || got.Sent != 2 {
		t.Errorf("latest moves: %+v, %v", got, err)
	}
}

func TestPushSeveralPlatforms(t *testing.T) {
	host := served(t, nil)
	a := imageOf(t, commitTime, layerOf(t, file{name: "app/x", text: "amd"}))
	b := platformImage(t, "arm64", commitTime, layerOf(t, file{name: "app/x", text: "arm"}))
	both, err := NewImage(a.Platforms[0], b.Platforms[0])
	if err != nil {
		t.Fatal(err)
	}
	both = canonical(t, both)
	got, err := fast().Push(t.Context(), both, Push{Repository: host + "/shop", Tags: []string{"main"}})
	if err != nil || strings.Join(got.Platforms, " ") != "linux/amd64 linux/arm64" || got.Digest != digestOf(t, both) {
		t.Fatalf("%+v, %v", got, err)
	}
	back, err := fast().Pull(t.Context(), host+"/shop:main")
	if err != nil || digestOf(t, back) != digestOf(t, both) {
		t.Errorf("%v, %v", back, err)
	}
}

func TestPushErrors(t *testing.T) {
	image := sixLayers(t)
	status := func(code int, when func(*http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !when(r) {
				return false
			}
			if code == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			}
			w.WriteHeader(code)
			return true
		}
	}
	always := func(*http.Request) bool { return true }
	writes := func(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }
	closed := httptest.NewServer(nil)
	closed.Close()
	tests := map[string]struct {
		before   func(http.ResponseWriter, *http.Request) bool
		host     string
		registry Registry
		want     string
	}{
		"no credentials": {before: status(401, always), want: "asks for credentials (401)"},
		"wrong password": {before: status(401, always), registry: Registry{User: "ann", Password: "s3cret"}, want: `refuses the credentials of "ann" (401)`},
		"no right":       {before: status(403, writes), want: "does not allow this for shop (403)"},
		"read-only":      {before: status(405, writes), want: "is read-only (405)"},
		"full":           {before: status(507, writes), want: "it answers 507 Insufficient Storage"},
		"broken":         {before: status(503, always), want: "it answers 503 Service Unavailable, after 5 tries"},
		"unreachable":    {host: strings.TrimPrefix(closed.URL, "http://"), want: "cannot be reached: connection refused"},
		"unknown host":   {host: "registry.invalid", want: "registry.invalid cannot be reached: "},
		"bad repository": {host: "BIG name", want: "write it as registry.example.com/team/shop"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			host, requests := test.host, atomic.Int64{}
			if host == "" {
				host = served(t, func(w http.ResponseWriter, r *http.Request) bool {
					requests.Add(1)
					return test.before(w, r)
				})
			}
			r := test.registry
			r.FirstWait = time.Millisecond
			_, err := r.Push(t.Context(), image, Push{Repository: host + "/shop", Tags: []string{"1"}})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want one line with %q", err, test.want)
			}
			// The same is said before anything is built.
			if err := r.CheckPush(t.Context(), host+"/shop"); test.host != "BIG name" && name != "full" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("before the build: got %v, want %q", err, test.want)
			}
			if strings.Contains(test.want, "401") && requests.Load() > 12 {
				t.Errorf("%d requests: a 401 was tried again", requests.Load())
			}
		})
	}
}

func TestCheckPush(t *testing.T) {
	var failures atomic.Int64
	var uploads atomic.Int64
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			uploads.Add(1)
		}
		if failures.Add(1) <= 2 {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	if err := fast().CheckPush(t.Context(), host+"/shop"); err != nil || uploads.Load() != 0 {
		t.Errorf("%v, %d uploads", err, uploads.Load())
	}
	if tags, err := fast().Tags(t.Context(), host+"/shop"); err != nil || len(tags) != 0 {
		t.Errorf("it has left %v, %v", tags, err)
	}
}

func TestParseCreated(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-02-09T14:00:00+01:00": true, "1770642000": true, "315532800": true,
		"315532799": false, "1979-12-31T23:59:59Z": false, "0": false, "": false, "yesterday": false, "2026-02-09": false,
	} {
		got, err := ParseCreated(text)
		if (err == nil) != ok || !ok && (!strings.Contains(err.Error(), "give the time of the commit") || !got.IsZero()) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestPushRetriesWhatPasses(t *testing.T) {
	var failures atomic.Int64
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && failures.Add(1) <= 3 {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	var lines atomic.Int64
	r := fast()
	r.Log = func(string) { lines.Add(1) }
	got, err := r.Push(t.Context(), sixLayers(t), Push{Repository: host + "/shop", Tags: []string{"1"}})
	if err != nil || len(got.Tagged) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if lines.Load() == 0 {
		t.Error("it was not said that something was tried again")
	}
}

func TestPushIsFinishedByAnother(t *testing.T) {
	var uploads atomic.Int64
	var dead atomic.Bool
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/") && uploads.Add(1) == 3 {
			dead.Store(true)
		}
		if !dead.Load() {
			return false
		}
		hijacked, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			hijacked.Close()
		}
		return true
	})
	image := sixLayers(t)
	push := Push{Repository: host + "/shop", Tags: []string{"1", "latest"}}
	first, err := fast().Push(t.Context(), image, push)
	if err == nil || !strings.Contains(err.Error(), "cannot be reached: ") || !strings.Contains(err.Error(), fmt.Sprintf("%d of 7 layers are there; run it again", first.Sent)) {
		t.Fatalf("%+v, %v", first, err)
	}
	if first.Sent == 0 || first.Sent > 4 || len(first.Tagged) != 0 {
		t.Errorf("%+v", first)
	}
	dead.Store(false)
	second, err := fast().Push(t.Context(), image, push)
	if err != nil || second.There < first.Sent || second.There+second.Sent != 7 || len(second.Tagged) != 2 {
		t.Errorf("%+v, %v", second, err)
	}
}

func TestPushStopsWhenToldTo(t *testing.T) {
	host := served(t, func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r := &Registry{FirstWait: 50 * time.Millisecond}
	start := time.Now()
	if _, err := r.Push(ctx, sixLayers(t), Push{Repository: host + "/shop", Tags: []string{"1"}}); err == nil {
		t.Error("no error")
	}
	if time.Since(start) > 3*time.Second {
		t.Errorf("it went on for %v", time.Since(start))
	}
}
