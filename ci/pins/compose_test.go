package pins

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// imageLine is an image of a Compose file: a variable with its default, or a
// reference that nobody can override.
var imageLine = regexp.MustCompile(`(?m)^\s*image:\s*"?(?:\$\{([A-Z_]+)(:[-?])([^}]*)\}|(\S+))`)

// Compose files have to work alone, so they repeat the pins as defaults.
func TestComposeDefaultsAreThePins(t *testing.T) {
	byVariable := map[string]string{}
	for _, image := range Images {
		byVariable[image.Variable] = Ref(image.Name)
	}
	files, err := filepath.Glob(filepath.Join(root, "docker", "docker-compose*.yml"))
	if err != nil || len(files) < 4 {
		t.Fatalf("found only %d Compose files: %v", len(files), err)
	}
	security, err := filepath.Glob(filepath.Join(root, "docker", "security", "docker-compose*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, security...)
	used := map[string]bool{}
	for _, file := range files {
		name := strings.TrimPrefix(file, root+"/")
		for _, match := range imageLine.FindAllStringSubmatch(read(t, name), -1) {
			variable, kind, value, literal := match[1], match[2], match[3], match[4]
			switch {
			case literal == "octocode-dev": // built, never pulled
			case literal != "":
				t.Errorf("%s: image %s has no variable: write ${NAME_IMAGE:-%s}", name, literal, literal)
			case kind == ":?": // the caller's own image
			case byVariable[variable] == "":
				t.Errorf("%s: %s is the variable of no pin", name, variable)
			case byVariable[variable] != value:
				t.Errorf("%s: %s is %s by default, the pin is %s", name, variable, value, byVariable[variable])
			}
			used[variable] = true
		}
	}
	for _, variable := range []string{"APP_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE", "NGINX_IMAGE", "PGADMIN_IMAGE", "MAILHOG_IMAGE", "FALCO_IMAGE"} {
		if !used[variable] {
			t.Errorf("no Compose file uses %s", variable)
		}
	}
}
