package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// PrivateKey signs releases.
type PrivateKey struct {
	signer crypto.Signer
	PublicKey
}

// PublicKey checks them.
type PublicKey struct{ key crypto.PublicKey }

// NewKey makes a key pair as PEM: ECDSA on P-256, which cosign uses too.
func NewKey() (private, public []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	open, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: open}), nil
}

// ParsePrivateKey reads a PEM key: PKCS#8 or SEC 1 with ECDSA on P-256 or
// Ed25519.
func ParsePrivateKey(text []byte) (PrivateKey, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return PrivateKey{}, errors.New("signing key: it is no PEM file; `octocode release-key` makes one")
	case block.Type == "PUBLIC KEY":
		return PrivateKey{}, errors.New("signing key: this is the public key, which only verifies; give the private one")
	case strings.HasPrefix(block.Type, "ENCRYPTED"):
		return PrivateKey{}, errors.New("signing key: it is encrypted; give it as it is, as a secret, or make one with `octocode release-key`")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if key, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
			return PrivateKey{}, errors.New("signing key: it is neither PKCS#8 nor SEC 1; `octocode release-key` makes one")
		}
	}
	signer, ok := key.(crypto.Signer)
	if !ok || !supported(signer.Public()) {
		return PrivateKey{}, errors.New("signing key: use ECDSA on P-256 or Ed25519")
	}
	return PrivateKey{signer: signer, PublicKey: PublicKey{signer.Public()}}, nil
}

// ParsePublicKey reads a PEM key.
func ParsePublicKey(text []byte) (PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return PublicKey{}, errors.New("public key: it is no PEM file")
	}
	if block.Type != "PUBLIC KEY" {
		return PublicKey{}, errors.New("public key: this is something else; it begins with -----BEGIN PUBLIC KEY-----")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil || !supported(key) {
		return PublicKey{}, errors.New("public key: use ECDSA on P-256 or Ed25519")
	}
	return PublicKey{key}, nil
}

func supported(key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return true
	}
	return false
}

// Sign signs data as it is; ECDSA over its SHA-256. The same data have the same
// signature, so that a repeated publish attaches nothing twice: without a source
// of randomness ECDSA is that of RFC 6979.
func (k PrivateKey) Sign(data []byte) ([]byte, error) {
	if _, ok := k.key.(ed25519.PublicKey); ok {
		return k.signer.Sign(nil, data, crypto.Hash(0))
	}
	sum := sha256.Sum256(data)
	return k.signer.Sign(nil, sum[:], crypto.SHA256)
}

// Verify tells whether the signature is of that key and of these data.
func (k PublicKey) Verify(data, signature []byte) error {
	ok := false
	switch key := k.key.(type) {
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(data)
		ok = ecdsa.VerifyASN1(key, sum[:], signature)
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, data, signature)
	}
	if !ok {
		return errors.New("the signature is not of this key, or not of these data")
	}
	return nil
}

// hint names the key in a Sigstore bundle: its hash.
func (k PublicKey) hint() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(k.key)
	if err != nil {
		return "", fmt.Errorf("public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}
