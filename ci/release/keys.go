package release

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// BuildKeys are the keys that Next.js builds into an application, where they
// would be random else: for preview cookies and for server actions.
type BuildKeys struct {
	// Variables are NAME=VALUE lines for the build, and secret.
	Variables []string
	// Fingerprint is another for another secret, and tells nothing about it.
	Fingerprint string
}

// minSecret is what nobody guesses: 32 characters, as `openssl rand -hex 16`
// prints them.
const minSecret = 32

// never is a time in the year 2100, in milliseconds: keys that Next.js finds
// expired it replaces by random ones.
const never = 4102444800000

// Keys derives them from a secret of the caller, the same for the same secret:
// the replicas of two releases then understand each other's cookies, too. Public
// data, such as the commit, take no part, since whoever knows the keys can forge
// what they protect.
func Keys(secret string) (*BuildKeys, error) {
	if len(secret) < minSecret {
		return nil, errors.New("build secret: it has to have 32 characters or more; `openssl rand -hex 32` makes one")
	}
	derive := func(purpose string, bytes int) []byte {
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "octocode build "+purpose, bytes)
		if err != nil {
			panic(err) // Only for more bytes than it can give.
		}
		return key
	}
	preview, err := json.Marshal(map[string]any{
		"previewModeId":            hex.EncodeToString(derive("preview id", 16)),
		"previewModeSigningKey":    hex.EncodeToString(derive("preview signing", 32)),
		"previewModeEncryptionKey": hex.EncodeToString(derive("preview encryption", 32)),
		"expireAt":                 never,
	})
	if err != nil {
		return nil, err
	}
	return &BuildKeys{
		Variables: []string{
			"NEXT_SERVER_ACTIONS_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(derive("server actions", 32)),
			"OCTOCODE_PREVIEW_KEYS=" + string(preview),
		},
		Fingerprint: hex.EncodeToString(derive("fingerprint", 8)),
	}, nil
}
