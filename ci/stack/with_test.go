package stack

import (
	"reflect"
	"testing"
)

func TestWith(t *testing.T) {
	before := shop()
	for name, c := range map[string]struct {
		change func(Plan) (Plan, error)
		check  func(Plan) bool
	}{
		"replicas": {func(p Plan) (Plan, error) { return p.WithReplicas("app", 5) }, func(p Plan) bool { return p.Services[1].Replicas == 5 }},
		"none":     {func(p Plan) (Plan, error) { return p.WithReplicas("edge", 0) }, func(p Plan) bool { return p.Services[2].Replicas == 0 }},
		"new variable": {func(p Plan) (Plan, error) { return p.WithEnv("app", "LOG", "debug") },
			func(p Plan) bool { return p.Services[1].Environment[2] == Variable{Name: "LOG", Value: "debug"} }},
		"other value": {func(p Plan) (Plan, error) { return p.WithEnv("app", "DATABASE_URL", "postgresql://other") },
			func(p Plan) bool {
				env := p.Services[1].Environment
				return len(env) == 2 && env[0] == Variable{Name: "DATABASE_URL", Value: "postgresql://other"}
			}},
		"secret": {func(p Plan) (Plan, error) { return p.WithEnv("db", "A_KEY", "v") }, func(p Plan) bool { return p.Services[0].Environment[0].Sensitive }},
		"image": {func(p Plan) (Plan, error) { return p.WithImage("app", "app:2") },
			func(p Plan) bool { return p.Services[1].Image == "app:2" && p.Services[1].Build == nil }},
	} {
		after, err := c.change(before)
		if err != nil || !c.check(after) {
			t.Errorf("%s: got %+v, %v", name, after.Services, err)
		}
		if !reflect.DeepEqual(before, shop()) {
			t.Fatalf("%s: the receiver has changed", name)
		}
	}
}

func TestWithErrors(t *testing.T) {
	for want, change := range map[string]func(Plan) (Plan, error){
		`there is no service "web": the services are app, db, edge`: func(p Plan) (Plan, error) { return p.WithReplicas("web", 1) },
		`-1 replicas of service "app": give 0 or more`:              func(p Plan) (Plan, error) { return p.WithReplicas("app", -1) },
		`service "edge" has 2 replicas, and only one of them can publish port 8080 of the host: publish a range of 2 ports, or put a proxy in front`: func(p Plan) (Plan, error) {
			return p.WithReplicas("edge", 2)
		},
		`"A=B" is no name of an environment variable`:        func(p Plan) (Plan, error) { return p.WithEnv("app", "A=B", "") },
		`the image of service "app" is empty: name one`:      func(p Plan) (Plan, error) { return p.WithImage("app", " ") },
		`there is no service "x": the stack has no services`: func(Plan) (Plan, error) { return Plan{}.WithImage("x", "y") },
	} {
		after, err := change(shop())
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if len(after.Services) > 0 && !reflect.DeepEqual(after, shop()) {
			t.Errorf("%s: the plan has changed", want)
		}
	}
}

func TestService(t *testing.T) {
	if s, err := shop().Service("db"); err != nil || s.Image != "postgres:16" {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := shop().Service("web"); err == nil {
		t.Error("an unknown service has no error")
	}
}

func TestBuildSecrets(t *testing.T) {
	built := func(name, source, id string) Service {
		return Service{Name: name, Build: &Build{Secrets: []Mount{{Kind: MountSecret, Source: source, Target: id}}}}
	}
	if err := (Plan{Services: []Service{built("a", "npm", "npm"), built("b", "npm", "npm"), built("c", "git", "git"), {Name: "d"}}}).BuildSecrets(); err != nil {
		t.Error(err)
	}
	err := Plan{Services: []Service{built("a", "one", "npm"), built("b", "two", "npm")}}.BuildSecrets()
	if want := `service "b" is built with the secret "two" as id=npm, which is "one" elsewhere in the stack: give it a target of its own`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestHasSecret(t *testing.T) {
	if err := shop().HasSecret("key"); err != nil {
		t.Error(err)
	}
	for want, p := range map[string]Plan{
		`no service uses a secret "kee": the secrets are key, cert, ca`: shop(),
		`no service uses a secret "kee": the stack has no secrets`:      {},
	} {
		if err := p.HasSecret("kee"); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
