package compose

import (
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/octocode/octocode-ci/ci/stack"
)

// Every key of the specification is in the table, or below one that is decided
// as a whole. A key that a newer compose-go brings makes this fail.
func TestEveryKeyIsDecided(t *testing.T) {
	for _, path := range schema.AttributePaths() {
		if !decided(strings.Split(strings.ReplaceAll(string(path), "[]", "*"), ".")) {
			t.Errorf("the table keys says nothing about %s", path)
		}
	}
}

func decided(path []string) bool {
	for i := range path {
		pattern := strings.Join(path[:i+1], ".")
		if _, ok := keys[pattern]; !ok && path[i] == "*" {
			continue // the elements of a list
		} else if !ok {
			return false
		}
		if keys[pattern].severity != "" || !hasBelow(pattern) {
			return true
		}
	}
	return true
}

// And the table names no key that the specification does not have.
func TestNoStrangeKey(t *testing.T) {
	known := map[string]bool{}
	for _, path := range schema.AttributePaths() {
		known[strings.ReplaceAll(string(path), "[]", "*")] = true
	}
	for key, f := range keys {
		if !known[key] {
			t.Errorf("the specification has no %s", key)
		}
		if (f.severity == "") != (f.reason == "") {
			t.Errorf("%s has a severity without a reason, or the other way round", key)
		}
	}
}

func TestDropped(t *testing.T) {
	const service = "services:\n  web:\n    image: x\n"
	for name, c := range map[string]struct {
		text string
		want string // what is dropped, one a line, with the severity
	}{
		"nothing":              {service, ""},
		"limits":               {service + "    deploy:\n      resources:\n        limits: {cpus: '1'}", "warn compose.yaml:6: services.web.deploy.resources.limits is not carried out: an engine gives containers no limits of their own"},
		"reservations":         {service + "    deploy:\n      resources:\n        reservations: {cpus: '1'}", "info compose.yaml:6: services.web.deploy.resources.reservations.cpus is not carried out: there is one engine and nothing to place on it"},
		"false":                {service + "    read_only: false\n    privileged: false\n    tty: false", ""},
		"hardening":            {service + "    read_only: true\n    cap_drop: [ALL]\n    security_opt: ['no-new-privileges:true']\n    ulimits: {nofile: 9}", ""},
		"devices":              {service + "    cap_add: [CAP_MKNOD]", "warn compose.yaml:4: services.web.cap_add is not carried out: an engine keeps nobody who may make a device from using it"},
		"capabilities":         {service + "    cap_add: [NET_ADMIN]", ""},
		"profiles of security": {service + "    security_opt: ['seccomp:unconfined']", "warn compose.yaml:4: services.web.security_opt is not carried out: only no-new-privileges is carried out"},
		"UDP":                  {service + "    ports: ['53:53/udp']", "warn compose.yaml:4: services.web.ports is not carried out: an engine publishes no UDP ports"},
		"address":              {service + "    ports: ['127.0.0.1:80:80']", "warn compose.yaml:4: services.web.ports.host_ip is not carried out: the engine publishes ports on all addresses of the machine"},
		"all addresses":        {service + "    ports: ['0.0.0.0:80:80']", ""},
		"port of the host's":   {service + "    ports: ['80']", "warn compose.yaml:4: services.web.ports is not carried out: 80 is for the stack only: an engine publishes ports that are named, such as 80:80"},
		"part of a volume":     {service + "    volumes:\n      - {type: volume, source: v, target: /v, volume: {subpath: a}}\nvolumes: {v: }", "warn compose.yaml:5: services.web.volumes.volume.subpath is not carried out: an engine mounts volumes as a whole"},
		"end":                  {service + "    stop_grace_period: 1m", "info compose.yaml:4: services.web.stop_grace_period is not carried out: an engine kills the services when the run ends, and gives them 10s only while it goes on without them"},
		"Dockerfile": {"services:\n  web:\n    build: {context: ., target: app}\n== Dockerfile ==\nFROM x AS app\nHEALTHCHECK CMD true\nSTOPSIGNAL SIGINT\nVOLUME /v\nFROM x\n",
			"warn compose.yaml:3: services.web.build is not carried out: HEALTHCHECK of the Dockerfile is not read: write it as healthcheck\n" +
				"info compose.yaml:3: services.web.build is not carried out: STOPSIGNAL of the Dockerfile: an engine kills the services when the run ends, and gives them 10s only while it goes on without them\n" +
				"info compose.yaml:3: services.web.build is not carried out: VOLUME of the Dockerfile stays a folder of the container: name it below volumes"},
		"Dockerfile and health": {"services:\n  web:\n    build: .\n    healthcheck: {test: [NONE]}\n== Dockerfile ==\nFROM x AS app\nHEALTHCHECK CMD true\n", ""},
		"writable files":        {service + "    volumes:\n      - .:/src", "info compose.yaml:5: services.web.volumes is not carried out: what is written to /src stays in the container: files of the project are copied into it"},
		"bridge":                {service + "    network_mode: bridge", ""},
		"host":                  {service + "    network_mode: host", "warn compose.yaml:4: services.web.network_mode is not carried out: an engine has one network for all services"},
		"restart policy":        {service + "    restart: always", "info compose.yaml:4: services.web.restart is not carried out: a service that stops fails the run, which is what one wants to know"},
		"host path":             {service + "    volumes:\n      - /etc/ssl:/ssl:ro", "warn compose.yaml:5: services.web.volumes is not carried out: only files of the project's folder can be mounted, which the source of /ssl is not"},
		"image volume":          {service + "    volumes:\n      - {type: image, source: y, target: /y}", "warn compose.yaml:5: services.web.volumes.type is not carried out: an engine mounts volumes, tmpfs, and files of the project"},
		"tmpfs options":         {service + "    tmpfs:\n      - /tmp:size=1m,noexec,nosuid", "warn compose.yaml:5: services.web.tmpfs is not carried out: noexec, nosuid: an engine has no such options"},
		"image's health":        {service + "    healthcheck: {interval: 3s}", "warn compose.yaml:4: services.web.healthcheck is not carried out: the health check of the image cannot be read: add the test"},
		"restart":               {service + "    depends_on:\n      db: {condition: service_started, restart: true}\n  db: {image: y}", "info compose.yaml:5: services.web.depends_on.db.restart is not carried out: a service that stops fails the run, which is what one wants to know"},
		"remote context":        {"services:\n  web:\n    build: https://example.com/web.git", "warn compose.yaml:3: services.web.build.context is not carried out: a context elsewhere is not fetched: clone it into the project"},
		"inactive":              {service + "  debug:\n    image: y\n    cgroup: host\n    profiles: [debug]", ""},
		"extension":             {service + "x-notes: 1", "info compose.yaml:4: x-notes is not carried out: keys that start with x- are for other programs"},
		"isolation":             {service + "    networks: [a, b]\n  db:\n    image: y\n    networks: [b]\nnetworks:\n  a:\n  b: {internal: true}", ""},
		"unused network":        {service + "networks:\n  a: {internal: true}", ""},
		"job":                   {service + "jobs:\n  j:\n    image: y\n    triggers: {manual: true}", "warn compose.yaml:4: jobs is not carried out: jobs are not run: run their commands as services"},
		"in a list":             {service + "    ports:\n      - {target: 80, published: 80, app_protocol: http}", "info compose.yaml:5: services.web.ports.app_protocol is not carried out: ports have no protocols above TCP and UDP there"},
		"extends": {service + "    extends: base\n  base:\n    image: y\n    cgroup: host",
			"warn compose.yaml:7: services.base.cgroup is not carried out: an engine gives containers no limits of their own\n" +
				"warn compose.yaml:7: services.web.cgroup is not carried out: an engine gives containers no limits of their own"},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for _, d := range mustLoad(t, c.text, Options{}).Dropped {
				lines = append(lines, string(d.Severity)+" "+d.String())
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestStrict(t *testing.T) {
	plan := mustLoad(t, "services:\n  web:\n    image: x\n    restart: always\n    shm_size: 1g", Options{})
	err := plan.Strict()
	if err == nil || err.Error() != "compose.yaml:5: services.web.shm_size is not carried out: /dev/shm has the engine's size" {
		t.Errorf("got %v", err)
	}
	if problems, ok := err.(stack.Problems); !ok || !problems.Has(stack.NotCarriedOut) {
		t.Errorf("got %T", err)
	}
}
