package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// BundleType is the media type of a signed statement.
const BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

// payloadType is that of in-toto statements.
const payloadType = "application/vnd.in-toto+json"

// bundle is a Sigstore bundle whose key the verifier has already.
type bundle struct {
	MediaType    string `json:"mediaType"`
	Verification struct {
		PublicKey struct {
			Hint string `json:"hint"`
		} `json:"publicKey"`
	} `json:"verificationMaterial"`
	Envelope envelope `json:"dsseEnvelope"`
}

// envelope is DSSE, the Dead Simple Signing Envelope.
type envelope struct {
	Payload     []byte      `json:"payload"`
	PayloadType string      `json:"payloadType"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	Sig []byte `json:"sig"`
}

// signed is what the signature is made of: type and payload, each with its
// length, so that neither can be taken for a part of the other.
func (e envelope) signed() []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(e.PayloadType), e.PayloadType, len(e.Payload), e.Payload)
}

// Sign gives a statement as a Sigstore bundle.
func Sign(key PrivateKey, s *Statement) ([]byte, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	b := bundle{MediaType: BundleType, Envelope: envelope{Payload: payload, PayloadType: payloadType}}
	if b.Verification.PublicKey.Hint, err = key.hint(); err != nil {
		return nil, err
	}
	sig, err := key.Sign(b.Envelope.signed())
	if err != nil {
		return nil, errors.New("sign: the key could not be used")
	}
	b.Envelope.Signatures = []signature{{Sig: sig}}
	return json.Marshal(b)
}

// Open gives the statement of a Sigstore bundle, if the key has signed it.
func Open(key PublicKey, text []byte) (*Statement, error) {
	var b bundle
	if err := json.Unmarshal(text, &b); err != nil || b.MediaType != BundleType {
		return nil, errors.New("it is no Sigstore bundle of version 0.3")
	}
	if b.Envelope.PayloadType != payloadType {
		return nil, errors.New("it is a bundle of something else than a statement")
	}
	if !slices.ContainsFunc(b.Envelope.Signatures, func(s signature) bool { return key.Verify(b.Envelope.signed(), s.Sig) == nil }) {
		return nil, errors.New("it was not signed with this key, or was changed since")
	}
	var s Statement
	if err := json.Unmarshal(b.Envelope.Payload, &s); err != nil || s.Type != statementType {
		return nil, errors.New("it holds no in-toto statement")
	}
	return &s, nil
}
