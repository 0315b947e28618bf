package stack

import (
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	want := `shop: 3 services

  START  SERVICE  FROM              REPLICAS  PORTS                                AFTER
  1      db       postgres:16       1         -                                    -
  2      app      build . → runner  3         -                                    db healthy, gone (optional)
  3      edge     nginx:1.29        1         8080:80/tcp, 127.0.0.1:8443:443/tcp  app, db completed (optional)

db
  command: [postgres -c password=***]
  names: db
  health: pg_isready -W *** every 5s
  variable: POSTGRES_PASSWORD=***
  variable: POSTGRES_USER=shop
  mount: volume data → /data (folder pg)

app
  dockerfile: Dockerfile
  argument: NPM_TOKEN=***
  argument: NODE=24
  platform: linux/amd64
  entrypoint: []
  command: [node "a b" ""]
  user: 1001
  folder: /app
  names: app, web
  exposes: 3000/tcp
  health: disabled
  variable: DATABASE_URL=postgresql://shop:***@db/shop
  variable: EMPTY=
  mount: tmpfs /tmp (mode 1777, 64 MiB)
  mount: secret key → /run/secrets/key (read-only, mode 0400, owner 1:2)

edge
  names: edge

shared
  secret key: variable KEY
  secret cert: file cert.pem
  secret ca: external ca-2026
  config conf: file a.conf
  config text: text
  config hidden: text
  config far: external far
  volume data: db

not carried out (2)
  compose.yaml:7: services.app.read_only: it stays writable
  compose.yaml: networks.a: one network

no effect here: restart

Warning: compose.yaml:3: the value is ***: change ***
`
	if got := shop().Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	circle := graph("a: b, b: a").Text()
	if !strings.Contains(circle, "-      a ") || !strings.HasPrefix(graph("a").Text(), ": 1 service\n") {
		t.Errorf("got %s", circle)
	}
}

func TestDiagram(t *testing.T) {
	want := `flowchart LR
  s0["db<br/>postgres:16"]
  s1["app ×3<br/>build . → runner"]
  s2["edge<br/>nginx:1.29"]
  s0 -->|healthy| s1
  s1 -->|started| s2
  s0 -.->|completed| s2
  host((host))
  host -->|"8080:80/tcp"| s2
  host -->|"127.0.0.1:8443:443/tcp"| s2
  v0[("data")]
  s0 --- v0
`
	if got := shop().Diagram(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	odd := Plan{Services: []Service{{Name: `a"]<b>`, Image: "x|`y`", Replicas: 1}}}.Diagram()
	if odd != "flowchart LR\n  s0[\"a#quot;]#lt;b#gt;<br/>x#124;#96;y#96;\"]\n" {
		t.Errorf("got %s", odd)
	}
}

func TestASCII(t *testing.T) {
	want := `1  db x1 [postgres:16]
   |
2  app x3 [build . -> runner]  after db healthy, gone (optional)
   |
3  edge x1 [nginx:1.29]  after app, db completed (optional)  on 8080:80/tcp, 127.0.0.1:8443:443/tcp
`
	if got := shop().ASCII(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := graph("a, b: a, c").ASCII(); got != "1  a x1 []\n   c x1 []\n   |\n2  b x1 []  after a (optional)\n" && got != "1  a x1 []\n   c x1 []\n   |\n2  b x1 []  after a\n" {
		t.Errorf("got\n%s", got)
	}
	if got := graph("a: a").ASCII(); got != "the dependencies are a circle: a → a\n" {
		t.Errorf("got %s", got)
	}
}

func TestStrict(t *testing.T) {
	err := shop().Strict()
	want := "compose.yaml:7: services.app.read_only is not carried out: it stays writable\ncompose.yaml: networks.a is not carried out: one network"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	p := shop()
	p.Dropped = p.Dropped[1:3]
	if err := p.Strict(); err != nil {
		t.Errorf("what has no effect is an error: %v", err)
	}
	if got := p.Dropped[0].String(); got != "services.app.restart is not carried out: no effect" {
		t.Errorf("got %s", got)
	}
}

func TestProblems(t *testing.T) {
	ps := Problems{{Code: "a", File: "f\nile", Line: 2, Message: "one\ntwo\x1b[31m", Fix: "fix\tit"}, {Code: "b", Message: "three"}}
	if got := ps.Error(); got != "f ile:2: one two[31m: fix it\nthree" {
		t.Errorf("got %q", got)
	}
	if !ps.Has("b") || ps.Has("c") {
		t.Error("Has is wrong")
	}
}

func TestDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{"0s": 0, "10s": 10 * time.Second, "1m": time.Minute, "1m30s": 90 * time.Second, "2h": 2 * time.Hour, "1h0m5s": time.Hour + 5*time.Second, "10m": 10 * time.Minute, "20h": 20 * time.Hour, "1h30m": 90 * time.Minute} {
		if got := Duration(d).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		var back Duration
		text, _ := Duration(d).MarshalText() // never an error
		if err := back.UnmarshalText(text); err != nil || time.Duration(back) != d {
			t.Errorf("%s comes back as %v, %v", text, back, err)
		}
	}
	var d Duration
	if err := d.UnmarshalText([]byte("soon")); err == nil || !strings.Contains(err.Error(), "read duration") {
		t.Errorf("got %v", err)
	}
}
