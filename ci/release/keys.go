package release

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// BuildKeys are the keys that Next.js builds into an application, where they
// would be random else: for preview cookies and for server actions.
type BuildKeys struct {
	// Variables are NAME=VALUE lines for the build, and secret.
	Variables []string
	// Fingerprint is another for another secret, and tells nothing about it.
	Fingerprint string
}

// previewKeys is the variable by which a Dockerfile gets the keys that Next.js
// has no variable for.
const previewKeys = "OCTOCODE_PREVIEW_KEYS"

// Reproducible says whether builds of the same commit and base images are to
// give the same digest, and why, or why not, in one line. dockerfile is the text
// of the one that is built, buildID whether next.config has a generateBuildId,
// and secret whether there is a build secret.
func Reproducible(dockerfile string, buildID, secret bool) (ok bool, remark string) {
	switch {
	case !secret:
		return false, "without --build-secret Next.js makes random keys, so each build has another digest"
	case !strings.Contains(dockerfile, previewKeys):
		return false, "the application's own Dockerfile does not use " + previewKeys + ", so Next.js makes random keys; --dockerfile none takes ours"
	case !buildID:
		return false, "next.config has no generateBuildId, so Next.js makes a random name for each build: return process.env.NEXT_BUILD_ID there"
	}
	return true, "the keys that Next.js builds in come from the build secret"
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
			previewKeys + "=" + string(preview),
		},
		Fingerprint: hex.EncodeToString(derive("fingerprint", 8)),
	}, nil
}
