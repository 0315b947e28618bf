package compose

import (
	"fmt"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
)

// fate says what becomes of a key of a Compose file.
type fate struct {
	// severity is "" for a key that is carried out. Keys below it are looked
	// at when the table names any of them.
	severity stack.Severity
	reason   string
	// unless are values that change nothing, such as false.
	unless func(value any) bool
}

func carried() fate { return fate{} }

func info(reason string) fate { return fate{severity: stack.Info, reason: reason} }

func warn(reason string) fate { return fate{severity: stack.Warn, reason: reason} }

func (f fate) except(values ...any) fate {
	f.unless = func(value any) bool {
		for _, v := range values {
			if value == v {
				return true
			}
		}
		return false
	}
	return f
}

// when is except for what a list of values cannot say.
func (f fate) when(unless func(value any) bool) fate {
	f.unless = unless
	return f
}

// onlyNoNewPrivileges reports whether a list of security options holds nothing
// else.
func onlyNoNewPrivileges(value any) bool {
	list, ok := value.([]any)
	if !ok {
		return false
	}
	for _, option := range list {
		if name, _, _ := strings.Cut(strings.ReplaceAll(fmt.Sprint(option), "=", ":"), ":"); name != "no-new-privileges" {
			return false
		}
	}
	return true
}

const (
	noLimits    = "an engine gives containers no limits of their own"
	noNetworks  = "an engine has one network for all services"
	noScheduler = "there is one engine and nothing to place on it"
	noRestart   = "a service that stops fails the run, which is what one wants to know"
	noDeploy    = "nothing is rolled out in a run"
	noSecurity  = "an engine sets the user namespace of containers itself"
	noNames     = "an engine keeps its own resolver and hosts file"
	noSharing   = "containers of an engine share no namespaces"
	noDevices   = "an engine gives containers no devices"
	noStop      = "an engine kills the services when the run ends, and gives them 10s only while it goes on without them"
	noHooks     = "an engine runs no commands around a service"
	noLabels    = "nobody reads labels there"
	noWindows   = "an engine runs Linux containers"
	noBuilder   = "the engine's builder has no such setting"
	noCache     = "the engine has a cache of its own"
	noDrivers   = "an engine has one kind of volumes, and no drivers"
	noModels    = "an engine runs no models"
)

// keys is the whole of what becomes of each key, by its path in the merged
// files; * stands for a name. A key that stands nowhere here is reported as
// unknown: a test compares the table with the specification.
var keys = map[string]fate{
	"name": carried(), "version": carried(), "include": carried(),
	"services": carried(), "services.*": carried(),
	"jobs":   warn("jobs are not run: run their commands as services"),
	"models": warn(noModels),

	// Services: what is carried out.
	"services.*.image": carried(), "services.*.platform": carried(),
	"services.*.command": carried(), "services.*.entrypoint": carried(),
	"services.*.environment": carried(), "services.*.env_file": carried(),
	"services.*.user": carried(), "services.*.working_dir": carried(), "services.*.init": carried(),
	"services.*.hostname": carried(), "services.*.container_name": carried(), "services.*.links": carried(),
	"services.*.expose": carried(), "services.*.secrets": carried(), "services.*.configs": carried(), "services.*.tmpfs": carried(),
	"services.*.depends_on": carried(), "services.*.depends_on.*": carried(), "services.*.depends_on.*.condition": carried(),
	"services.*.depends_on.*.required": carried(), "services.*.depends_on.*.restart": info(noRestart).except(false),
	"services.*.healthcheck": carried(), "services.*.extends": carried(),
	"services.*.profiles": carried(), "services.*.scale": carried(),
	"services.*.stop_signal": info(noStop), "services.*.stop_grace_period": info(noStop),
	"services.*.read_only": carried(), "services.*.cap_add": carried(), "services.*.cap_drop": carried(),
	"services.*.ulimits": carried(), "services.*.sysctls": carried(),
	"services.*.privileged": info("the container gets all capabilities, and of devices those that the engine has").except(false),

	"services.*.ports":                carried(),
	"services.*.ports.*.target":       carried(),
	"services.*.ports.*.published":    carried(),
	"services.*.ports.*.host_ip":      warn("the engine publishes ports on all addresses of the machine").except("0.0.0.0", "::"),
	"services.*.ports.*.protocol":     carried(),
	"services.*.ports.*.name":         info("ports have no names there"),
	"services.*.ports.*.app_protocol": info("ports have no protocols above TCP and UDP there"),
	"services.*.ports.*.mode":         info("there is one engine, which publishes each port once").except("ingress", "host"),

	"services.*.volumes":                         carried(),
	"services.*.volumes.*.type":                  warn("an engine mounts volumes, tmpfs, and files of the project").except("volume", "bind", "tmpfs"),
	"services.*.volumes.*.source":                carried(),
	"services.*.volumes.*.target":                carried(),
	"services.*.volumes.*.read_only":             carried(),
	"services.*.volumes.*.consistency":           info("files are mounted without a cache in between"),
	"services.*.volumes.*.tmpfs":                 carried(),
	"services.*.volumes.*.image":                 warn("an engine mounts volumes, tmpfs, and files of the project"),
	"services.*.volumes.*.volume":                carried(),
	"services.*.volumes.*.volume.nocopy":         carried(),
	"services.*.volumes.*.volume.subpath":        warn("an engine mounts volumes as a whole"),
	"services.*.volumes.*.volume.labels":         info(noLabels),
	"services.*.volumes.*.bind":                  carried(),
	"services.*.volumes.*.bind.create_host_path": carried(),
	"services.*.volumes.*.bind.recursive":        info("files of the project are mounted as a whole"),
	"services.*.volumes.*.bind.selinux":          info("an engine needs no labels for that"),
	"services.*.volumes.*.bind.propagation":      warn("files of the project are mounted as they are at the start").except("rprivate", "private"),

	"services.*.networks":                          carried(),
	"services.*.networks.*":                        carried(),
	"services.*.networks.*.aliases":                carried(),
	"services.*.networks.*.priority":               info(noNetworks),
	"services.*.networks.*.gw_priority":            info(noNetworks),
	"services.*.networks.*.interface_name":         warn(noNetworks),
	"services.*.networks.*.ipv4_address":           warn("an engine gives the addresses: use names"),
	"services.*.networks.*.ipv6_address":           warn("an engine gives the addresses: use names"),
	"services.*.networks.*.link_local_ips":         warn("an engine gives the addresses: use names"),
	"services.*.networks.*.mac_address":            warn("an engine gives the addresses: use names"),
	"services.*.networks.*.driver_opts":            warn(noNetworks),
	"services.*.networks.*.use_service_name_alias": warn("a service always answers to its name").except(true),

	"services.*.build":                     carried(),
	"services.*.build.context":             carried(),
	"services.*.build.dockerfile":          carried(),
	"services.*.build.dockerfile_inline":   carried(),
	"services.*.build.target":              carried(),
	"services.*.build.args":                carried(),
	"services.*.build.secrets":             carried(),
	"services.*.build.platforms":           carried(),
	"services.*.build.labels":              info(noLabels),
	"services.*.build.tags":                info("the image is run, not published"),
	"services.*.build.cache_from":          info(noCache),
	"services.*.build.cache_to":            info(noCache),
	"services.*.build.pull":                info(noCache).except(false),
	"services.*.build.provenance":          info("the image is run, not published"),
	"services.*.build.sbom":                info("the image is run, not published"),
	"services.*.build.no_cache":            warn(noCache).except(false),
	"services.*.build.no_cache_filter":     warn(noCache),
	"services.*.build.additional_contexts": warn(noBuilder),
	"services.*.build.entitlements":        warn(noBuilder),
	"services.*.build.extra_hosts":         warn(noBuilder),
	"services.*.build.isolation":           warn(noWindows),
	"services.*.build.network":             warn(noBuilder).except("default"),
	"services.*.build.privileged":          warn(noBuilder).except(false),
	"services.*.build.shm_size":            warn(noBuilder),
	"services.*.build.ssh":                 warn("no SSH agent is passed on: use a build secret"),
	"services.*.build.ulimits":             warn(noBuilder),

	"services.*.deploy":                                          carried(),
	"services.*.deploy.replicas":                                 carried(),
	"services.*.deploy.mode":                                     warn("a service runs until it is stopped").except("replicated", "global"),
	"services.*.deploy.labels":                                   info(noLabels),
	"services.*.deploy.endpoint_mode":                            info("a name stands for all replicas"),
	"services.*.deploy.update_config":                            info(noDeploy),
	"services.*.deploy.rollback_config":                          info(noDeploy),
	"services.*.deploy.restart_policy":                           info(noRestart),
	"services.*.deploy.placement":                                info(noScheduler),
	"services.*.deploy.resources":                                carried(),
	"services.*.deploy.resources.limits":                         warn(noLimits),
	"services.*.deploy.resources.reservations":                   carried(),
	"services.*.deploy.resources.reservations.cpus":              info(noScheduler),
	"services.*.deploy.resources.reservations.memory":            info(noScheduler),
	"services.*.deploy.resources.reservations.devices":           warn(noDevices),
	"services.*.deploy.resources.reservations.generic_resources": warn(noDevices),

	// Services: no effect in an engine.
	"services.*.labels": info(noLabels), "services.*.label_file": info(noLabels), "services.*.annotations": info(noLabels),
	"services.*.restart":            info(noRestart),
	"services.*.logging":            info("the engine collects what services print"),
	"services.*.attach":             info("all services are attached").except(true),
	"services.*.pull_policy":        info("the engine pulls what it has not got").except("missing", "if_not_present"),
	"services.*.pull_refresh_after": info("the engine pulls what it has not got"),
	"services.*.develop":            info("files are not watched"),
	"services.*.tty":                info("services have no terminal").except(false),
	"services.*.stdin_open":         info("services have no terminal").except(false),
	"services.*.mem_reservation":    info(noScheduler),

	// Services: what an engine cannot do.
	"services.*.security_opt":  warn("only no-new-privileges is carried out").when(onlyNoNewPrivileges),
	"services.*.userns_mode":   warn(noSecurity),
	"services.*.group_add":     warn("a container has the groups of its user only"),
	"services.*.umask":         warn("a container keeps the umask of the engine"),
	"services.*.shm_size":      warn("/dev/shm has the engine's size"),
	"services.*.storage_opt":   warn(noLimits),
	"services.*.cgroup":        warn(noLimits),
	"services.*.cgroup_parent": warn(noLimits),
	"services.*.blkio_config":  warn(noLimits),
	"services.*.cpu_count":     warn(noLimits), "services.*.cpu_percent": warn(noLimits), "services.*.cpu_period": warn(noLimits),
	"services.*.cpu_quota": warn(noLimits), "services.*.cpu_rt_period": warn(noLimits), "services.*.cpu_rt_runtime": warn(noLimits),
	"services.*.cpu_shares": warn(noLimits), "services.*.cpus": warn(noLimits), "services.*.cpuset": warn(noLimits),
	"services.*.mem_limit": warn(noLimits), "services.*.mem_swappiness": warn(noLimits), "services.*.memswap_limit": warn(noLimits),
	"services.*.oom_kill_disable": warn(noLimits).except(false), "services.*.oom_score_adj": warn(noLimits), "services.*.pids_limit": warn(noLimits),
	"services.*.network_mode":        warn(noNetworks).except("bridge", "default"),
	"services.*.mac_address":         warn("an engine gives the addresses: use names"),
	"services.*.extra_hosts":         warn(noNames),
	"services.*.dns":                 warn(noNames),
	"services.*.dns_opt":             warn(noNames),
	"services.*.dns_search":          warn(noNames),
	"services.*.domainname":          warn(noNames),
	"services.*.external_links":      warn("containers outside of the stack are not reached"),
	"services.*.pid":                 warn(noSharing),
	"services.*.ipc":                 warn(noSharing).except("private", "shareable"),
	"services.*.uts":                 warn(noSharing),
	"services.*.volumes_from":        warn(noSharing + ": name the volumes"),
	"services.*.devices":             warn(noDevices),
	"services.*.device_cgroup_rules": warn(noDevices),
	"services.*.gpus":                warn(noDevices),
	"services.*.runtime":             warn("an engine has one runtime"),
	"services.*.isolation":           warn(noWindows).except("default"),
	"services.*.credential_spec":     warn(noWindows),
	"services.*.use_api_socket":      warn("there is no Docker API in a run").except(false),
	"services.*.provider":            warn("an engine runs containers only"),
	"services.*.models":              warn(noModels),
	"services.*.pre_start":           warn(noHooks),
	"services.*.post_start":          warn(noHooks),
	"services.*.pre_stop":            warn(noHooks),

	// Networks.
	"networks": carried(), "networks.*": carried(),
	"networks.*.name": carried(), "networks.*.labels": info(noLabels), "networks.*.attachable": info(noNetworks).except(false),
	"networks.*.driver":      info(noNetworks),
	"networks.*.driver_opts": info(noNetworks),
	"networks.*.ipam":        info("an engine gives the addresses: use names"),
	"networks.*.enable_ipv4": warn("an engine's network is IPv4").except(true),
	"networks.*.enable_ipv6": warn("an engine's network is IPv4").except(false),
	"networks.*.external":    warn("containers outside of the stack are not reached").except(false),
	"networks.*.internal":    carried(),

	"volumes": carried(), "volumes.*": carried(), "volumes.*.name": carried(), "volumes.*.external": carried(),
	"volumes.*.labels": info(noLabels), "volumes.*.driver": warn(noDrivers).except("local", "default"), "volumes.*.driver_opts": warn(noDrivers),

	"secrets": carried(), "secrets.*": carried(), "secrets.*.name": carried(), "secrets.*.file": carried(),
	"secrets.*.environment": carried(), "secrets.*.external": carried(), "secrets.*.labels": info(noLabels),
	"secrets.*.driver": warn(noDrivers), "secrets.*.driver_opts": warn(noDrivers), "secrets.*.template_driver": warn("templates are not filled in"),

	"configs": carried(), "configs.*": carried(), "configs.*.name": carried(), "configs.*.file": carried(),
	"configs.*.content": carried(), "configs.*.environment": carried(), "configs.*.external": carried(),
	"configs.*.labels": info(noLabels), "configs.*.template_driver": warn("templates are not filled in"),
}
