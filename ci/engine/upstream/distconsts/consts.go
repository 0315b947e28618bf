// Package distconsts gives the engine the places of its helpers.
//
// Upstream keeps these constants in a module of its own that is not published,
// so this one stands in for it (see the replace line in ../go.mod). The paths
// are those inside the engine's root filesystem, which `octocode engine up`
// prepares; nothing of it is installed on the host.
package distconsts

const (
	RuncPath       = "/usr/sbin/runc"
	DaggerInitPath = "/usr/local/bin/dagger-init"

	EngineDefaultStateDir  = "/var/lib/dagger"
	EngineContainerName    = "dagger-engine.dev"
	DefaultEngineSockAddr  = "unix:///run/dagger/engine.sock"
	EngineCustomCACertsDir = "/usr/local/share/ca-certificates"

	EngineContainerBuiltinContentDir   = "/usr/local/share/dagger/content"
	GoSDKManifestDigestEnvName         = "DAGGER_GO_SDK_MANIFEST_DIGEST"
	PythonSDKManifestDigestEnvName     = "DAGGER_PYTHON_SDK_MANIFEST_DIGEST"
	TypescriptSDKManifestDigestEnvName = "DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST"

	OCIVersionAnnotation = "org.opencontainers.image.version"
)

// Images that the engine names in defaults of its own. None of them is pulled
// on the paths that this project uses.
const (
	AlpineVersion  = "3.22"
	AlpineImage    = "alpine:" + AlpineVersion
	GolangVersion  = "1.25"
	GolangImage    = "golang:" + GolangVersion + "-alpine"
	BusyboxVersion = "1.37"
	BusyboxImage   = "busybox:" + BusyboxVersion
)
