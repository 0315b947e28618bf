package engine

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Requirement is one thing that a machine needs for an engine.
type Requirement struct {
	Name  string `json:"name"`
	Found bool   `json:"found"`
	// Detail is what was found, or what is wrong.
	Detail string `json:"detail"`
	// Fix says how to get what is missing; empty when it was found or is
	// installed by `octocode engine up` itself.
	Fix string `json:"fix,omitempty"`
	// Optional requirements are seen to by `octocode engine up`.
	Optional bool `json:"optional,omitempty"`
}

// Doctor looks at every requirement of a bare machine.
func Doctor(ctx context.Context) []Requirement {
	home := FindHome()
	requirements := []Requirement{
		{Name: "Linux", Found: runtime.GOOS == "linux", Detail: runtime.GOOS + "/" + runtime.GOARCH,
			Fix: "install Docker: the dagger CLI then starts the engine in it"},
		{Name: "root", Found: os.Geteuid() == 0, Detail: fmt.Sprintf("user id %d", os.Geteuid()),
			Fix: "run with sudo, or install Docker"},
		distribution(), goToolchain(ctx), diskSpace(home),
	}
	for _, tool := range []string{"tar", "cp"} {
		path, err := exec.LookPath(tool)
		requirements = append(requirements, Requirement{Name: tool, Found: err == nil, Detail: path,
			Fix: "install the packages tar and coreutils"})
	}
	path, err := exec.LookPath("mmdebstrap")
	requirements = append(requirements, Requirement{Name: "mmdebstrap", Found: err == nil, Detail: path,
		Fix: "installed by `octocode engine up`", Optional: true})
	for i := range requirements {
		if requirements[i].Found {
			requirements[i].Fix = ""
		}
	}
	return requirements
}

func goToolchain(ctx context.Context) Requirement {
	// In a checkout, an older Go takes the version that go.mod names.
	source, _ := FindSource()
	found, err := output(ctx, source, "go", "env", "GOVERSION")
	return Requirement{Name: "Go", Found: err == nil && newEnough(found), Detail: found,
		Fix: "install Go 1.26 or newer and put it on PATH"}
}

// newEnough says whether a version of Go, such as go1.26.3, builds the engine.
func newEnough(goVersion string) bool { return version.Compare(goVersion, "go1.26") >= 0 }

func distribution() Requirement {
	r := Requirement{Name: "distribution", Detail: osName(),
		Fix: "use Debian or Ubuntu, or install Docker: the dagger CLI then starts the engine in it"}
	_, err := exec.LookPath("apt-get")
	r.Found = err == nil
	return r
}

func osName() string {
	data, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "unknown"
	}
	for _, line := range strings.Split(string(data), "\n") {
		if value, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			return strings.Trim(value, `"`)
		}
	}
	return "unknown"
}

func diskSpace(home Home) Requirement {
	free, err := home.free()
	if err != nil {
		return Requirement{Name: "disk", Detail: err.Error(), Fix: "set OCTOCODE_HOME to a folder that can be read"}
	}
	return enough(free, exists(home.path("engine.json")), home)
}

// enough says whether a number of free bytes will do: a machine that is set up
// already needs no more room for that.
func enough(free int64, ready bool, home Home) Requirement {
	need := int64(minFree)
	if ready {
		need = minWork
	}
	return Requirement{Name: "disk", Found: free >= need,
		Detail: fmt.Sprintf("%.1f GB free for %s", float64(free)/1e9, home),
		Fix:    fmt.Sprintf("have %.0f GB free there, or set OCTOCODE_HOME to a larger disk", float64(need)/1e9)}
}

// preflight turns the first missing requirement into one clear line.
func preflight(ctx context.Context) error {
	for _, r := range Doctor(ctx) {
		if !r.Found && !r.Optional {
			return errors.New("no engine can run here: " + r.Name + " (" + strings.TrimSpace(r.Detail) + "): " + r.Fix)
		}
	}
	return nil
}
