// Package supervise is process 1 of the containers of a stack that an engine
// runs. It gives each service what Compose promises and an engine has no word
// for: names of other services, start order by condition, the health check with
// its real command, a read-only root, capabilities, limits and logs.
//
// One program in three roles, chosen by the first argument:
//
//	octocode-init service   # run a service, tell how it is, until it is stopped
//	octocode-init job       # wait for services, run a command, collect their logs
//	octocode-init gateway   # wait for services, and forward their ports
//
// What to do is in a Spec, which the one who makes the container writes to
// SpecFile. Nothing is decided here that a plan of package stack can decide.
package supervise

import (
	"strconv"

	"github.com/octocode/octocode-ci/ci/stack"
)

// Where things are in a container.
const (
	// Folder belongs to the supervisor.
	Folder = "/.octocode"
	// Program is this program, SpecFile its orders.
	Program  = Folder + "/octocode-init"
	SpecFile = Folder + "/spec.json"
	// ControlPort answers from the first moment, whatever the service does.
	ControlPort = 10250
)

// The roles.
const (
	RoleService = "service"
	RoleJob     = "job"
	RoleGateway = "gateway"
)

// Spec is what the supervisor of one container does.
type Spec struct {
	// Name of the container for people, such as "oc_app-2".
	Name string `json:"name"`
	// Token is the part of the names of Hosts that is this run's own. Key is what
	// its supervisors know, and nobody else: the file with it is gone before a
	// service starts.
	Token string `json:"token"`
	Key   string `json:"key"`
	// Hosts are the containers of each service, by the names the engine knows.
	Hosts map[string][]string `json:"hosts"`
	// Names are what this container may call others by: a name, and the services
	// that answer to it.
	Names map[string][]string `json:"names"`
	// Strangers are containers that this one must not reach; Internal is true
	// when it must not reach anything outside of the stack.
	Strangers []string `json:"strangers,omitempty"`
	Internal  bool     `json:"internal,omitempty"`
	// Wait is what has to hold before the process starts.
	Wait []Wait `json:"wait"`
	// Timeout is how long Wait may take, Gather how long the Strangers may take to
	// have addresses; 0 is no limit.
	Timeout stack.Duration `json:"timeout"`
	Gather  stack.Duration `json:"gather,omitempty"`

	// Service is what a service is made of; a job has one, too.
	Process Process `json:"process"`
	// Exec is a command that a job runs in another container instead of here,
	// Logs the services whose logs it prints.
	Exec *Exec    `json:"exec,omitempty"`
	Logs []string `json:"logs,omitempty"`
	// Limit is how long the command of a job may take; 0 is no limit.
	Limit stack.Duration `json:"limit,omitempty"`
	// Output is a file that gets what the command of a job prints.
	Output string `json:"output,omitempty"`
	// Collect is the folder to which a job copies the logs of all services.
	Collect string `json:"collect,omitempty"`
	// Ports are those of a gateway.
	Ports []Forward `json:"ports,omitempty"`
}

// Process is a command with everything that surrounds it.
type Process struct {
	Argv []string `json:"argv"`
	// User is one of /etc/passwd or a number, with or without a group; "" is root.
	User       string `json:"user,omitempty"`
	WorkingDir string `json:"workingDir,omitempty"`
	Hostname   string `json:"hostname,omitempty"`
	// Env are the names of the variables that the Compose file sets.
	Env []string `json:"env,omitempty"`

	Tmpfs []Tmpfs `json:"tmpfs,omitempty"`
	// Own are folders that stay writable: volumes that no other service shares.
	Own []string `json:"own,omitempty"`
	// ReadOnly closes the root file system, ReadOnlyPaths single folders.
	ReadOnly      bool     `json:"readOnly,omitempty"`
	ReadOnlyPaths []string `json:"readOnlyPaths,omitempty"`

	Privileged      bool              `json:"privileged,omitempty"`
	CapAdd          []string          `json:"capAdd,omitempty"`
	CapDrop         []string          `json:"capDrop,omitempty"`
	NoNewPrivileges bool              `json:"noNewPrivileges,omitempty"`
	Ulimits         []stack.Ulimit    `json:"ulimits,omitempty"`
	Sysctls         map[string]string `json:"sysctls,omitempty"`

	Health *stack.Healthcheck `json:"health,omitempty"`
	// Ports stand in for a health check: without one, a service is ready when
	// one of them is open.
	Ports      []int          `json:"ports,omitempty"`
	StopSignal string         `json:"stopSignal,omitempty"`
	StopGrace  stack.Duration `json:"stopGrace"`
}

// Tmpfs is a file system in memory; Size in bytes, 0 is the kernel's default.
type Tmpfs struct {
	Target string `json:"target"`
	Size   int64  `json:"size,omitempty"`
	Mode   string `json:"mode,omitempty"`
	UID    string `json:"uid,omitempty"`
	GID    string `json:"gid,omitempty"`
	// ReadOnly is for what only has to be empty.
	ReadOnly bool `json:"readOnly,omitempty"`
}

// Wait is a service and the state that is waited for, one of stack's
// conditions, in all of its containers.
type Wait struct {
	Service   string `json:"service"`
	Condition string `json:"condition"`
	// Required is false when the service may as well fail.
	Required bool `json:"required"`
}

// Exec is a command in a container of the stack.
type Exec struct {
	Host string   `json:"host"`
	Argv []string `json:"argv"`
}

// Forward is a port of the gateway, and where it leads.
type Forward struct {
	Listen   int    `json:"listen"`
	Service  string `json:"service"`
	Replicas []int  `json:"replicas,omitempty"` // indexes into Hosts; none are all
	Target   int    `json:"target"`
}

func control(host string) string { return host + ":" + strconv.Itoa(ControlPort) }
