package compose

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/octocode/octocode-ci/ci/stack"
)

func TestWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		options Options
		want    string
	}{
		"version":          {"version: '3'\nservices:\n  web:\n    image: x", Options{}, `compose.yaml:1: the key "version" is obsolete: remove it`},
		"unset":            {"services:\n  web:\n    image: x:${TAG}\n    command: ${TAG}", Options{}, "compose.yaml:3: the variable TAG is not set, an empty text is used: set it in an env file, or write ${TAG:-default}"},
		"unset, in a text": {"services:\n  web:\n    image: x\n    command: |\n      one\n      $TWO", Options{}, "compose.yaml:6: the variable TWO is not set, an empty text is used: set it in an env file, or write ${TWO:-default}"},
		"unset, nested":    {"services:\n  web:\n    image: x${A:-${B}}", Options{}, "compose.yaml:3: the variable B is not set, an empty text is used: set it in an env file, or write ${B:-default}"},
		"nested, not used": {"services:\n  web:\n    image: ${A:-${B}}", Options{Env: map[string]string{"A": "x"}}, ""},
		"empty default":    {"services:\n  web:\n    image: x${TAG:-}${TAG-}${TAG:+:y}", Options{}, ""},
		"escaped":          {"services:\n  web:\n    image: x\n    command: echo $$HOME", Options{}, ""},
		"passed on":        {"services:\n  web:\n    image: x\n    environment: [TAG]", Options{}, `compose.yaml:4: service "web" passes on the variable TAG, which is not set: set it in an env file or with --env`},
		"no such profile":  {"services:\n  web:\n    image: x\n  db:\n    image: y\n    profiles: [data]", Options{Profiles: []string{"date"}}, `compose.yaml: no service belongs to the profile "date": the profiles are data`},
		"no profiles":      {"services:\n  web:\n    image: x", Options{Profiles: []string{"date"}}, `compose.yaml: no service belongs to the profile "date": no service has a profile`},
		"health of the image": {"services:\n  web:\n    image: x\n    depends_on:\n      db: {condition: service_healthy}\n  db:\n    image: y", Options{},
			`compose.yaml:5: service "web" waits for "db" to be healthy, which has no health check here: add one: that of the image cannot be read, open ports are waited for instead`},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for _, w := range mustLoad(t, c.text, c.options).Warnings {
				lines = append(lines, w.String())
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Where a variable is looked for, and in which order.
func TestEnvironment(t *testing.T) {
	t.Setenv("FROM_PROCESS", "leaked")
	const text = "services:\n  web:\n    image: x\n    environment: {A: \"${A:-a}\", B: \"${B:-b}\", C: \"${FROM_PROCESS:-c}\", D: \"$COMPOSE_PROJECT_NAME\"}\n== .env ==\nA=dot\nB=dot\n== other.env ==\nA=other\nB=$A-two\n"
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		".env":       {Options{}, "A=dot B=dot C=c D=shop"},
		"env file":   {Options{EnvFiles: []string{"other.env"}}, "A=other B=other-two C=c D=shop"},
		"both":       {Options{EnvFiles: []string{"other.env", ".env"}}, "A=dot B=dot C=c D=shop"},
		"Env wins":   {Options{EnvFiles: []string{"other.env"}, Env: map[string]string{"A": "given"}}, "A=given B=given-two C=c D=shop"},
		"named":      {Options{ProjectName: "other"}, "A=dot B=dot C=c D=other"},
		"named here": {Options{Env: map[string]string{"COMPOSE_PROJECT_NAME": "mine"}}, "A=dot B=dot C=c D=mine"},
	} {
		t.Run(name, func(t *testing.T) {
			web, err := mustLoad(t, text, c.options).Service("web")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, v := range web.Environment {
				got = append(got, v.Name+"="+v.Value)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProfiles(t *testing.T) {
	const text = "services:\n  web:\n    image: x\n  db:\n    image: y\n    profiles: [data]\n  ui:\n    image: z\n    profiles: [debug]"
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"none":        {Options{}, "web"},
		"one":         {Options{Profiles: []string{"data"}}, "db web"},
		"all":         {Options{Profiles: []string{"*"}}, "db ui web"},
		"by variable": {Options{Env: map[string]string{"COMPOSE_PROFILES": "debug, data"}}, "db ui web"},
		"none at all": {Options{Profiles: []string{}, Env: map[string]string{"COMPOSE_PROFILES": "debug"}}, "web"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(mustLoad(t, text, c.options).Names(), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	const web = "services:\n  web:\n    image: x"
	for _, c := range []struct {
		text    string
		options Options
		want    string
	}{
		{web, Options{}, "shop"}, // the folder
		{"name: store\n" + web, Options{}, "store"},
		{"name: store\n" + web, Options{ProjectName: "given"}, "given"},
		{"name: one\n" + web + "\n== b.yaml ==\nname: two\n" + web, Options{ProjectName: "given", Files: []string{"compose.yaml", "b.yaml"}}, "given"},
	} {
		if got := mustLoad(t, c.text, c.options).Name; got != c.want {
			t.Errorf("got %q, want %q of\n%s", got, c.want, c.text)
		}
	}
}

func TestFoundFiles(t *testing.T) {
	const web = "services:\n  web:\n    image: x\n"
	plan := mustLoad(t, web+"== compose.override.yaml ==\nservices:\n  web:\n    image: y\n", Options{})
	if want := []string{"compose.yaml", "compose.override.yaml"}; !reflect.DeepEqual(plan.Files, want) || plan.Services[0].Image != "y" {
		t.Errorf("got %v with %s", plan.Files, plan.Services[0].Image)
	}
	_, err := Load(context.Background(), Options{Dir: t.TempDir()})
	if err == nil || err.Error() != "there is no compose.yaml and no docker-compose.yml in the project's folder: name the file with --file" {
		t.Errorf("got %v", err)
	}
}

// Files in a folder below the project's: what they name is relative to
// themselves, what the plan names to the project.
func TestFilesBelow(t *testing.T) {
	plan := mustLoad(t, "== docker/prod.yml ==\nservices:\n  web:\n    build:\n      context: ..\n      dockerfile: docker/Dockerfile\n    volumes: [\"../public:/public\"]\n== docker/Dockerfile ==\nFROM x\n== public/index.html ==\nhello",
		Options{Files: []string{"docker/prod.yml"}})
	web := plan.Services[0]
	if web.Build.Context != "." || web.Build.Dockerfile != "docker/Dockerfile" || web.Mounts[0].Source != "public" || !web.Mounts[0].Directory || plan.Name != "docker" {
		t.Errorf("got %+v %+v", web.Build, web.Mounts)
	}
}

// A secret that a message would quote is masked.
func TestProblemsShowNoSecret(t *testing.T) {
	err := problemsOf(t, "services:\n  web:\n    image: x\n    stop_grace_period: ${TOKEN}", Options{Env: map[string]string{"TOKEN": "hunter22"}}).Error()
	if strings.Contains(err, "hunter22") || !strings.Contains(err, stack.Mask) {
		t.Errorf("got %s", err)
	}
}

func TestUnreadable(t *testing.T) {
	dir := project(t, "services: {}")
	if err := os.Mkdir(dir+"/folder", 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Load(context.Background(), Options{Dir: dir, Files: []string{"folder"}})
	if err == nil || err.Error() != "folder: the file folder cannot be read: correct the path" {
		t.Errorf("got %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, Options{Dir: project(t, "services:\n  web:\n    image: x")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSideBySide(t *testing.T) {
	dir := project(t, "services:\n  web:\n    image: x${TAG}")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := Load(context.Background(), Options{Dir: dir}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
