package stack

import "slices"

// Service is one service of a stack.
type Service struct {
	Name string `json:"name"`
	// Image is the image to run. With Build it is only a name for the result.
	Image string `json:"image,omitempty"`
	Build *Build `json:"build,omitempty"`
	// Platform is "" for the engine's own.
	Platform string `json:"platform,omitempty"`

	// Entrypoint and Command follow Compose: null keeps the image's, [] clears
	// it. An Entrypoint that is not null clears the image's command as well.
	Entrypoint []string `json:"entrypoint"`
	Command    []string `json:"command"`
	// Environment is sorted by name, env files included.
	Environment []Variable `json:"environment"`
	User        string     `json:"user,omitempty"`
	WorkingDir  string     `json:"workingDir,omitempty"`
	// Init is nil when the file does not say.
	Init       *bool  `json:"init,omitempty"`
	Privileged bool   `json:"privileged,omitempty"`
	Hostname   string `json:"hostname,omitempty"`
	// Aliases are all names the service answers to; its own comes first.
	// NetworkAliases are those among them that belong to one network only.
	Aliases        []string            `json:"aliases"`
	NetworkAliases map[string][]string `json:"networkAliases,omitempty"`
	Networks       []string            `json:"networks"`

	Ports []Port `json:"ports"`
	// Expose are ports for the other services only.
	Expose []Port  `json:"expose"`
	Mounts []Mount `json:"mounts"`

	Replicas        int          `json:"replicas"`
	Healthcheck     *Healthcheck `json:"healthcheck,omitempty"`
	DependsOn       []Dependency `json:"dependsOn"`
	StopSignal      string       `json:"stopSignal,omitempty"`
	StopGracePeriod Duration     `json:"stopGracePeriod"`
	Profiles        []string     `json:"profiles"`

	ReadOnly    bool              `json:"readOnly,omitempty"`
	CapAdd      []string          `json:"capAdd,omitempty"`
	CapDrop     []string          `json:"capDrop,omitempty"`
	SecurityOpt []string          `json:"securityOpt,omitempty"`
	Ulimits     []Ulimit          `json:"ulimits,omitempty"`
	Sysctls     map[string]string `json:"sysctls,omitempty"`

	// What follows is not carried out by an engine, or has no effect there:
	// Plan.Dropped says which. It is kept for whoever can do more.
	Labels    map[string]string `json:"labels,omitempty"`
	Restart   string            `json:"restart,omitempty"`
	Resources *Resources        `json:"resources,omitempty"`
}

// Build says how the image of a service is made.
type Build struct {
	Context string `json:"context"`
	// Dockerfile is relative to the project's folder, not to the context.
	Dockerfile string `json:"dockerfile,omitempty"`
	// Inline is the text of the Dockerfile when the Compose file holds it.
	Inline string     `json:"inline,omitempty"`
	Target string     `json:"target,omitempty"`
	Args   []Variable `json:"args"`
	// Secrets are names of Plan.Secrets, for RUN --mount=type=secret; a Target is
	// the id there.
	Secrets []Mount `json:"secrets"`
	// Platform is the first of build.platforms.
	Platform string `json:"platform,omitempty"`
}

// Variable is one environment variable or build argument.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Sensitive values belong into the container as secrets.
	Sensitive bool `json:"sensitive,omitempty"`
}

// Ulimit is a limit of one resource of a process; -1 is unlimited.
type Ulimit struct {
	Name string `json:"name"`
	Soft int    `json:"soft"`
	Hard int    `json:"hard"`
}

// Resources are limits and reservations; zero is none.
type Resources struct {
	CPUs           string `json:"cpus,omitempty"`
	Memory         int64  `json:"memory,omitempty"` // bytes
	Pids           int64  `json:"pids,omitempty"`
	ReservedCPUs   string `json:"reservedCPUs,omitempty"`
	ReservedMemory int64  `json:"reservedMemory,omitempty"` // bytes
}

// Called are the names that the service answers to in a network; "" is in any.
func (s Service) Called(network string) []string {
	if network == "" {
		return s.Aliases
	}
	return slices.DeleteFunc(slices.Clone(s.Aliases), func(alias string) bool {
		elsewhere := false
		for name, list := range s.NetworkAliases {
			if slices.Contains(list, alias) {
				if name == network {
					return false
				}
				elsewhere = true
			}
		}
		return elsewhere && alias != s.Name
	})
}

// source names where the image comes from, for people.
func (s Service) source() string {
	if s.Build == nil {
		return s.Image
	}
	from := "build " + s.Build.Context
	if s.Build.Target != "" {
		from += " → " + s.Build.Target
	}
	return from
}
