package scan

import _ "embed"

// SecretConfig is the scanner's configuration for secrets, the file that
// --secret-config names.
//
//go:embed secrets.yaml
var SecretConfig []byte
