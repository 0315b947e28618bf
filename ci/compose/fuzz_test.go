package compose

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/stack"
)

// Whatever the files hold, Load returns a plan with an order or a list of which
// every line says something. A normal test run takes the seeds only.
func FuzzLoad(f *testing.F) {
	f.Add("services:\n  web:\n    image: x\n", "A=1")
	f.Add("include: [part.yaml]\nservices:\n  a: &a\n    extends: {file: part.yaml, service: b}\n  c:\n    <<: [*a, *a]\n", "A=\"")
	f.Add("services:\n  a:\n    build: .\n    ports: [1, '2:3', {target: 4, published: 5-6}]\n    volumes: ['x:/y', {type: tmpfs, target: /z}]\nvolumes: {x: }", "")
	f.Add("services:\n  a: !reset\n    image: ${A:?${B:-c}}$\n    healthcheck: {test: [], interval: 1d}\n", "A B=")
	f.Add("&a [*a]", "")
	f.Add("a: &a {<<: *a}", "")
	f.Add("services: {a: {image: x, networks: {n: {aliases: [b]}}, depends_on: {a: {condition: service_healthy}}}}", "")
	f.Add("? [a]\n: b", "")
	f.Add("---\nservices: {a: {image: x}}\n---\nservices: {a: {image: y}}\n", "")
	f.Add("services: {a: {image: x, ulimits: {nofile: {soft: a}}, command: \"'\", secrets: [{source: s, mode: x}]}}\nsecrets: {s: {environment: A}}", "A=1")
	f.Add("services: {a: {image: x, environment: {A: 2020-01-01, B: .inf}, tmpfs: [':', ''], links: [':', 'a:b:c'], expose: ['1-99999']}}", "")
	f.Fuzz(func(t *testing.T, text, env string) {
		if strings.Contains(text+env, "== ") || strings.Contains(text, "/") && strings.Contains(text, "..") {
			t.Skip()
		}
		dir := project(t, text+"\n== .env ==\n"+env+"\n== part.yaml ==\nservices:\n  b:\n    image: y\n")
		plan, err := Load(context.Background(), Options{Dir: dir})
		if err == nil {
			if _, err := plan.Order(); err != nil {
				t.Errorf("a plan without an order: %v", err)
			}
			_, _, _ = plan.Text(), plan.Diagram(), plan.ASCII()
			return
		}
		var problems stack.Problems
		if !errors.As(err, &problems) {
			t.Fatalf("got %T: %v", err, err)
		}
		for _, p := range problems {
			if p.Code == "" || p.Message == "" || p.Fix == "" {
				t.Errorf("incomplete: %+v", p)
			}
		}
		if strings.Count(err.Error(), "\n") != len(problems)-1 {
			t.Errorf("not one line each: %q", err)
		}
	})
}

func FuzzEdits(f *testing.F) {
	f.Add("enviroment", "environment")
	f.Fuzz(func(t *testing.T, a, b string) {
		if d := edits(a, b); d != edits(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Errorf("%d edits from %q to %q", d, a, b)
		}
	})
}
