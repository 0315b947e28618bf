package supervise

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// shop is web - app - db: web and db share no network, and db's is internal.
func shop() stack.Plan {
	return stack.Plan{
		Services: []stack.Service{
			{Name: "db", Aliases: []string{"db", "Database"}, Replicas: 1, Networks: []string{"back"}, ReadOnly: true, CapDrop: []string{"ALL"},
				SecurityOpt: []string{"no-new-privileges:true"}, Mounts: []stack.Mount{
					{Kind: stack.MountTmpfs, Target: "/tmp", Size: 1 << 20}, {Kind: stack.MountBind, Source: "conf", Target: "/conf", ReadOnly: true},
					{Kind: stack.MountVolume, Source: "data", Target: "/data"}}},
			{Name: "job", Aliases: []string{"job"}, Replicas: 1, Networks: []string{"back"}, DependsOn: []stack.Dependency{{Service: "db", Condition: stack.Healthy, Required: true}}},
			{Name: "my_app", Aliases: []string{"my_app"}, Replicas: 3, Networks: []string{"back", "front"}, Ports: []stack.Port{{Target: 9, Published: 9000, PublishedEnd: 9002, Protocol: "tcp"}},
				DependsOn: []stack.Dependency{{Service: "job", Condition: stack.Completed, Required: true}, {Service: "absent", Condition: stack.Started}}},
			{Name: "web", Aliases: []string{"web"}, Replicas: 1, Networks: []string{"front"}, Ports: []stack.Port{{Target: 80, Published: 8080, Protocol: "tcp"}, {Target: 53, Published: 53, Protocol: "udp"}}},
		},
		Networks: []stack.Network{{Name: "back", Internal: true, Services: []string{"db", "job", "my_app"}}, {Name: "front", Services: []string{"my_app", "web"}}},
	}
}

func spec(t *testing.T, name string) Spec {
	t.Helper()
	run := NewRun(shop(), "abc", "key", time.Minute)
	s, err := run.Plan.Service(name)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := run.Service(s, 0, Image{Entrypoint: []string{"init"}, Command: []string{"serve"}, User: "nobody", WorkingDir: "/srv"}, []string{"/data"})
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func TestServiceKnowsItsNetworksOnly(t *testing.T) {
	for name, want := range map[string]struct {
		names, strangers []string
		internal         bool
	}{
		"db":     {[]string{"database", "db", "job", "my_app"}, []string{"web-1-abc3"}, true},
		"my_app": {[]string{"database", "db", "job", "my_app", "web"}, nil, false},
		"web":    {[]string{"my_app", "web"}, []string{"db-1-abc0", "job-1-abc1"}, false},
	} {
		s := spec(t, name)
		var names []string
		for n := range s.Names {
			names = append(names, n)
		}
		slices.Sort(names)
		if !slices.Equal(names, want.names) || !slices.Equal(s.Strangers, want.strangers) || s.Internal != want.internal {
			t.Errorf("%s knows %v, not %v, internal %v", name, names, s.Strangers, s.Internal)
		}
	}
}

// A name of one network is not known in another; two services may share one.
func TestAliasesAreOfTheirNetwork(t *testing.T) {
	plan := shop()
	plan.Services[2].Aliases = []string{"my_app", "api", "inner"}
	plan.Services[2].NetworkAliases = map[string][]string{"back": {"inner"}, "front": {"api"}}
	plan.Services[3].Aliases = []string{"web", "api"}
	plan.Services[3].NetworkAliases = map[string][]string{"front": {"api"}}
	run := NewRun(plan, "abc", "key", time.Minute)
	for i, want := range map[int]string{0: "[] [my_app]", 2: "[my_app web] [my_app]", 3: "[my_app web] []"} {
		s, err := run.Service(plan.Services[i], 0, Image{Command: []string{"x"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(s.Names["api"])
		if got := fmt.Sprint(s.Names["api"], s.Names["inner"]); got != want {
			t.Errorf("%s knows as api and inner %s, want %s", s.Name, got, want)
		}
	}
	if job := run.Job(nil, "", ""); len(job.Names["api"]) != 2 || len(job.Names["inner"]) != 1 {
		t.Errorf("who is outside knows %v", job.Names)
	}
}

func TestServiceSpec(t *testing.T) {
	s := spec(t, "db")
	p := s.Process
	if !slices.Equal(p.Argv, []string{"init", "serve"}) || p.User != "nobody" || p.WorkingDir != "/srv" || p.Hostname != "db-1" {
		t.Errorf("the image's own settings are lost: %+v", p)
	}
	if !p.ReadOnly || !p.NoNewPrivileges || !slices.Equal(p.Own, []string{"/data"}) || !slices.Equal(p.ReadOnlyPaths, []string{"/conf"}) ||
		len(p.Tmpfs) != 1 || p.Tmpfs[0] != (Tmpfs{Target: "/tmp", Size: 1 << 20}) {
		t.Errorf("hardening and mounts: %+v", p)
	}
	s = spec(t, "my_app")
	if len(s.Wait) != 1 || s.Wait[0] != (Wait{"job", stack.Completed, true}) {
		t.Errorf("it waits for %v", s.Wait)
	}
	if !slices.Equal(s.Process.Ports, []int{9}) {
		t.Errorf("without a health check it is ready with port %v", s.Process.Ports)
	}
	if hosts := s.Hosts["my_app"]; len(hosts) != 3 || hosts[2] != "my-app-3-abc2" {
		t.Errorf("hosts %v", hosts)
	}
	if host := s.host("my_app-2"); host != "my-app-2-abc2" {
		t.Errorf("my_app-2 is %q", host)
	}
	if s.container("my-app-2-abc2") != "my_app-2" || s.container("other") != "other" {
		t.Errorf("hosts have the names %s and %s", s.container("my-app-2-abc2"), s.container("other"))
	}
	if s.Key != "key" || s.Timeout != 0 || s.Gather != stack.Duration(time.Minute) {
		t.Errorf("key %q, limits %s and %s", s.Key, s.Timeout, s.Gather)
	}
	for _, name := range []string{"my_app-4", "nobody-1", "my_app"} {
		if host := s.host(name); host != "" {
			t.Errorf("%s is %q", name, host)
		}
	}
}

func TestCommand(t *testing.T) {
	image := Image{Entrypoint: []string{"init"}, Command: []string{"serve"}}
	for _, c := range []struct {
		entrypoint, command []string
		want                string
	}{
		{nil, nil, "init serve"}, {nil, []string{"sh"}, "init sh"}, {[]string{"tini"}, nil, "tini"}, {[]string{}, []string{"sh"}, "sh"},
		{[]string{"tini"}, []string{"sh"}, "tini sh"}, {nil, []string{}, "init"},
	} {
		if got := strings.Join(argv(stack.Service{Entrypoint: c.entrypoint, Command: c.command}, image), " "); got != c.want {
			t.Errorf("%v %v: %q, want %q", c.entrypoint, c.command, got, c.want)
		}
	}
	_, err := NewRun(shop(), "abc", "key", 0).Service(stack.Service{Name: "x"}, 0, Image{}, nil)
	if err == nil || !strings.Contains(err.Error(), `service "x" has no command`) {
		t.Errorf("no command: %v", err)
	}
}

func TestGateway(t *testing.T) {
	g := NewRun(shop(), "abc", "key", time.Minute).Gateway()
	want := []string{"9000>my_app[0]:9", "9001>my_app[1]:9", "9002>my_app[2]:9", "8080>web[]:80"}
	var got []string
	for _, p := range g.Ports {
		got = append(got, fmt.Sprintf("%d>%s%v:%d", p.Listen, p.Service, p.Replicas, p.Target))
	}
	if !slices.Equal(got, want) {
		t.Errorf("ports %v, want %v", got, want)
	}
	var waits []string
	for _, w := range g.Wait {
		waits = append(waits, w.Service+" "+w.Condition)
	}
	if want := []string{"db " + stack.Healthy, "job " + stack.Completed, "my_app " + stack.Healthy, "web " + stack.Healthy}; !slices.Equal(waits, want) {
		t.Errorf("waits for %v", waits)
	}
	front := NewRun(shop(), "abc", "key", 0).Front("db", []int{5432, 5432})
	if len(front.Ports) != 1 || len(front.Wait) != 1 || front.Wait[0].Service != "db" {
		t.Errorf("front of db: %+v", front)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		status    Status
		condition string
		want      verdict
	}{
		{Status{State: Lost}, stack.Started, notYet},
		{Status{State: Waiting}, stack.Started, notYet},
		{Status{State: Starting}, stack.Started, reached},
		{Status{State: Starting}, stack.Healthy, notYet},
		{Status{State: Running}, stack.Healthy, reached},
		{Status{State: Healthy}, stack.Healthy, reached},
		{Status{State: Unhealthy}, stack.Healthy, never},
		{Status{State: Unhealthy}, stack.Started, reached},
		{Status{State: Running}, stack.Completed, notYet},
		{Status{State: Exited}, stack.Completed, reached},
		{Status{State: Exited, ExitCode: 1}, stack.Completed, never},
		{Status{State: Exited}, stack.Started, reached},
		{Status{State: Exited}, stack.Healthy, reached},
		{Status{State: Exited, Checked: true}, stack.Healthy, never},
		{Status{State: Exited, Checked: true}, stack.Started, reached},
		{Status{State: Exited, ExitCode: 1}, stack.Started, never},
		{Status{State: Exited, ExitCode: 1}, stack.Healthy, never},
		{Status{State: Failed}, stack.Started, never},
	} {
		if got := judge(c.status, c.condition); got != c.want {
			t.Errorf("%s with exit code %d against %s: %d, want %d", c.status.State, c.status.ExitCode, c.condition, got, c.want)
		}
	}
}

func TestTrouble(t *testing.T) {
	for want, s := range map[string]Status{
		"db-1 has ended with exit code 3":                                      {State: Exited, ExitCode: 3},
		"db-1 is unhealthy: no route to the moon":                              {State: Unhealthy, Health: "no route\nto the moon\n"},
		"db-1 was not started: sh is not in the image":                         {State: Failed, Reason: "sh is not in the image"},
		"db-1 still waits: for job completed":                                  {State: Waiting, Reason: "for job completed"},
		"db-1 did not become healthy in time: the check ends with exit code 1": {State: Starting, Health: "the check ends with exit code 1"},
		"": {State: Healthy},
	} {
		s.Name = "db-1"
		if got := s.Trouble(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
