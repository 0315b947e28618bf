package compose

import "github.com/octocode/octocode-ci/ci/stack"

// What can be wrong with Compose files, or deserves a look.
const (
	NoFile           stack.Code = "no-compose-file"
	Unreadable       stack.Code = "unreadable"
	Empty            stack.Code = "empty"
	Syntax           stack.Code = "syntax"
	DuplicateKey     stack.Code = "duplicate-key"
	UnknownKey       stack.Code = "unknown-key"
	WrongType        stack.Code = "wrong-type"
	BadValue         stack.Code = "bad-value"
	MissingKey       stack.Code = "missing-key"
	BadEnvFile       stack.Code = "bad-env-file"
	MissingVariable  stack.Code = "missing-variable"
	UnsetVariable    stack.Code = "unset-variable" // warning
	BadInterpolation stack.Code = "bad-interpolation"
	BadProjectName   stack.Code = "bad-project-name"
	SeveralNames     stack.Code = "several-project-names"
	ObsoleteVersion  stack.Code = "obsolete-version" // warning
	BadPort          stack.Code = "bad-port"
	BadVolume        stack.Code = "bad-volume"
	BadDuration      stack.Code = "bad-duration"
	UnknownService   stack.Code = "unknown-service"
	InactiveService  stack.Code = "inactive-service"
	UnknownProfile   stack.Code = "unknown-profile" // warning
	NoServices       stack.Code = "no-services"
	Circle           stack.Code = "dependency-circle"
	NoHealthcheck    stack.Code = "no-healthcheck" // warning, or an error when it is disabled
	NoImage          stack.Code = "no-image"
	Undefined        stack.Code = "undefined-resource"
	MissingFile      stack.Code = "missing-file"
	OutsideProject   stack.Code = "outside-project"
	PortClash        stack.Code = "port-clash"
	Crowded          stack.Code = "too-few-ports"
	DuplicateAlias   stack.Code = "duplicate-alias"
	DuplicateTarget  stack.Code = "duplicate-target"
	Invalid          stack.Code = "invalid" // whatever else compose-go refuses
)
