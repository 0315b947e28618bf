package release

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/octocode/octocode-ci/ci/compose"
	"github.com/octocode/octocode-ci/ci/secrets"
)

func pin(name string) string { return "example.com/" + name + "@sha256:" + strings.Repeat("a", 64) }

func pins() map[string]string {
	return map[string]string{"APP_IMAGE": pin("shop"), "NGINX_IMAGE": pin("nginx"), "POSTGRES_IMAGE": pin("postgres"), "REDIS_IMAGE": pin("redis")}
}

// ownBundle is that of our own production stack.
func ownBundle() Bundle {
	return Bundle{
		Version: "1.4.0", Compose: os.DirFS("../../docker"), Configuration: Configuration, Images: pins(), File: ComposeFile,
		Remarks: []string{"Only for tests."}, Documents: map[string][]byte{"NOTES.md": []byte("# 1.4.0\n")},
	}
}

// In an empty folder, with secrets made there and without a variable set, the
// Compose files are complete, and run the released images.
func TestBundleAlone(t *testing.T) {
	contents, err := ownBundle().Contents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Write(dir, contents); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Generate(filepath.Join(dir, "prod/secrets"), secrets.Options{}); err != nil {
		t.Fatal(err)
	}
	plan, err := compose.Load(t.Context(), compose.Options{Dir: dir, Files: []string{ComposeFile}})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Services) < 5 {
		t.Errorf("only %d services", len(plan.Services))
	}
	for _, service := range plan.Services {
		if !strings.Contains(service.Image, "@sha256:") || service.Build != nil {
			t.Errorf("%s runs %s", service.Name, service.Image)
		}
	}
}

// What is in it, and what is not.
func TestBundle(t *testing.T) {
	b := ownBundle()
	contents, err := b.Contents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stack := string(contents["docker-compose.stack.yml"])
	for _, want := range []string{
		"image: ${APP_IMAGE:-" + pin("shop") + "}", "image: ${NGINX_IMAGE:-" + pin("nginx") + "}", "APP_VERSION: ${APP_VERSION:-1.4.0}",
		"octocode_nginx_conf_${CONFIG_VERSION:-1_4_0}",
	} {
		if !strings.Contains(stack, want) {
			t.Errorf("no %q in the Compose file", want)
		}
	}
	for _, name := range []string{"prod/nginx/nginx.conf", "prod/postgres/start.sh", "prod/redis/redis.conf", "NOTES.md", "README.md", "docker-compose.prod.yml", "docker-compose.order.yml"} {
		line := fmt.Sprintf("%x  %s\n", sha256.Sum256(contents[name]), name)
		if contents[name] == nil || !strings.Contains(string(contents["SHA256SUMS"]), line) {
			t.Errorf("%s is not there, or not in SHA256SUMS", name)
		}
	}
	for name := range contents {
		if strings.Contains(name, "secrets") || strings.Contains(name, ".gitignore") {
			t.Errorf("%s is in the bundle", name)
		}
	}
	if readme := string(contents["README.md"]); !strings.Contains(readme, "- `database_password`") || !strings.Contains(readme, pin("redis")) || !strings.Contains(readme, "**Only for tests.**") {
		t.Errorf("README.md:\n%s", readme)
	}
}

func TestBundleRefuses(t *testing.T) {
	file := func(text string) fstest.MapFS { return fstest.MapFS{"c.yml": {Data: []byte(text)}} }
	for name, test := range map[string]struct {
		bundle Bundle
		want   string
	}{
		"no version":       {Bundle{Version: "main"}, "no semantic version"},
		"no file":          {Bundle{Version: "1.0.0"}, "there is no Compose file"},
		"missing include":  {Bundle{Version: "1.0.0", Compose: file("include:\n  - path: [d.yml]\n"), File: "c.yml"}, "d.yml: there is no such file"},
		"short include":    {Bundle{Version: "1.0.0", Compose: file("include: [../d.yml]\n"), File: "c.yml"}, "../d.yml: there is no such file"},
		"no YAML":          {Bundle{Version: "1.0.0", Compose: file("a: b: c\n"), File: "c.yml"}, "it is no YAML"},
		"missing file":     {Bundle{Version: "1.0.0", Compose: file(""), File: "d.yml"}, "d.yml: there is no such file"},
		"unknown image":    {Bundle{Version: "1.0.0", Compose: file("image: ${X_IMAGE:-x:1}"), File: "c.yml"}, "no digest is known for X_IMAGE"},
		"image by tag":     {Bundle{Version: "1.0.0", Compose: file("image: ${X_IMAGE:-x:1}"), File: "c.yml", Images: map[string]string{"X_IMAGE": "x:1"}}, "no digest is known for X_IMAGE"},
		"written-out tag":  {Bundle{Version: "1.0.0", Compose: file("a:\n  image: x:1\n"), File: "c.yml"}, "image x:1 has no digest"},
		"no configuration": {Bundle{Version: "1.0.0", Compose: file(""), File: "c.yml", Configuration: []string{"prod"}}, "prod: there is no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := test.bundle.Contents(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// What the Compose files name has to come along; secrets and variables come
// from who deploys, whatever bytes a file has.
func TestBundleIsComplete(t *testing.T) {
	text := `services:
  app:
    image: ${APP_IMAGE}
    environment: { HOST: "${HOST:?where it runs}" }
    env_file: [app/app.env]
    volumes: ["./app/logo.png:/logo.png:ro"]
    configs: [routes]
    secrets: [token]
configs: { routes: { file: ./app/routes.json } }
secrets: { token: { file: "${SECRETS_DIR:-./secrets}/token" } }
`
	all := fstest.MapFS{"c.yml": {Data: []byte(text)}, "app/app.env": {Data: []byte("A=1\n")}, "app/logo.png": {Data: []byte("\x89PNG\xff\x00")}, "app/routes.json": {Data: []byte("{}")}}
	bundle := func(files fstest.MapFS, configuration ...string) (map[string][]byte, error) {
		return Bundle{Version: "1.0.0", Compose: files, File: "c.yml", Configuration: configuration, Images: pins()}.Contents(t.Context())
	}
	contents, err := bundle(all, "app")
	if err != nil || string(contents["app/logo.png"]) != "\x89PNG\xff\x00" {
		t.Errorf("%q, %v", contents, err)
	}
	for missing, want := range map[string]string{
		"app/app.env":     `service "app" needs the env file app/app.env, which is missing`,
		"app/logo.png":    `service "app" needs the file or folder app/logo.png, which is missing`,
		"app/routes.json": `the config "routes" needs the file app/routes.json, which is missing`,
	} {
		files := maps.Clone(all)
		delete(files, missing)
		if _, err := bundle(files, "app"); err == nil || !strings.Contains(err.Error(), "bundle: c.yml: "+want+": give the file or its folder as --configuration") || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := bundle(all); err == nil || !strings.Contains(err.Error(), "as --configuration") {
		t.Errorf("without configuration: %v", err)
	}
}

func TestBundleRefusesTwoFilesOfOneName(t *testing.T) {
	b := ownBundle()
	if err := b.Add("NOTES.md", nil); err == nil || err.Error() != "bundle: there are two files NOTES.md: give one of them another name" {
		t.Errorf("added twice: %v", err)
	}
	for _, name := range []string{"SHA256SUMS", "README.md", ComposeFile, "prod/nginx/nginx.conf"} {
		b := ownBundle()
		if err := b.Add(name, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Contents(t.Context()); err == nil || !strings.Contains(err.Error(), "there are two files "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
