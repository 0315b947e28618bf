// Command sigstore verifies a Sigstore bundle with sigstore-go: that of PEM key
// KEY, about the artifact of digest DIGEST. It prints the type of what was signed.
//
//	sigstore BUNDLE KEY sha256:…
package main

import (
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: sigstore BUNDLE KEY sha256:…")
		os.Exit(2)
	}
	kind, err := check(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(kind)
}

func check(path, keyPath, digest string) (string, error) {
	text, err := os.ReadFile(keyPath)
	if err != nil {
		return "", err
	}
	key, err := cryptoutils.UnmarshalPEMToPublicKey(text)
	if err != nil {
		return "", err
	}
	b, err := bundle.LoadJSONFromPath(path)
	if err != nil {
		return "", fmt.Errorf("read the bundle: %w", err)
	}
	trusted := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
		verifier, err := signature.LoadVerifier(key, crypto.SHA256)
		if err != nil {
			return nil, err
		}
		return root.NewExpiringKey(verifier, time.Time{}, time.Time{}), nil
	})
	// A key of the caller has no log and no time beside it.
	verifier, err := verify.NewVerifier(trusted, verify.WithNoObserverTimestamps())
	if err != nil {
		return "", err
	}
	algorithm, sum, _ := strings.Cut(digest, ":")
	bytes, err := hex.DecodeString(sum)
	if err != nil || sum == "" {
		return "", errors.New("it is no digest")
	}
	result, err := verifier.Verify(b, verify.NewPolicy(verify.WithArtifactDigest(algorithm, bytes), verify.WithKey()))
	if err != nil {
		return "", err
	}
	return result.Statement.PredicateType, nil
}
