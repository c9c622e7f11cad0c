package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// What secrets and keys begin with, by Standard Webhooks, so that people and secret
// scanners know one when they see it.
const (
	prefixHMAC    = "whsec_"
	prefixPrivate = "whsk_"
	prefixPublic  = "whpk_"
)

const (
	// minSecret and maxSecret are the size of an HMAC secret in bytes (Standard
	// Webhooks, "Signature scheme"), and newSecret that of one made here.
	minSecret = 24
	maxSecret = 64
	newSecret = 32
)

// Signer signs messages by one key (github.com/standard-webhooks/standard-webhooks).
type Signer struct {
	signing meeting.Signing
	// key is the HMAC secret, or the seed of the ed25519 key.
	key []byte
}

// NewSigner makes a signer with a new key.
func NewSigner(signing meeting.Signing) Signer {
	key := make([]byte, newSecret) // as long as the seed of an ed25519 key
	_, _ = rand.Read(key)          // never fails (package crypto/rand)
	return Signer{signing, key}
}

// ParseSecret reads a secret that others made: whsec_… or whsk_… and base64.
func ParseSecret(secret string) (Signer, error) {
	signing, text := meeting.SigningHMAC, secret
	if rest, isPrivate := strings.CutPrefix(secret, prefixPrivate); isPrivate {
		signing, text = meeting.SigningEd25519, rest
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, prefixHMAC))
	switch {
	case err != nil:
		return Signer{}, fmt.Errorf("the secret is not in base64 (RFC 4648, section 4) behind %s or %s", prefixHMAC, prefixPrivate)
	case signing == meeting.SigningHMAC && (len(key) < minSecret || len(key) > maxSecret):
		return Signer{}, fmt.Errorf("a secret has %d to %d bytes; this one has %d", minSecret, maxSecret, len(key))
	case signing == meeting.SigningEd25519 && len(key) != ed25519.SeedSize:
		return Signer{}, fmt.Errorf("the seed of an ed25519 key has %d bytes; this one has %d", ed25519.SeedSize, len(key))
	}
	return Signer{signing, key}, nil
}

// Secret is what the receiver of an HMAC verifies with. Of an ed25519 key it is the
// half that is never given away.
func (s Signer) Secret() string {
	if s.signing == meeting.SigningEd25519 {
		return prefixPrivate + base64.StdEncoding.EncodeToString(s.key)
	}
	return prefixHMAC + base64.StdEncoding.EncodeToString(s.key)
}

// PublicKey is what the receiver of an ed25519 signature verifies with; empty for
// an HMAC.
func (s Signer) PublicKey() string {
	if s.signing != meeting.SigningEd25519 {
		return ""
	}
	public, _ := ed25519.NewKeyFromSeed(s.key).Public().(ed25519.PublicKey)
	return prefixPublic + base64.StdEncoding.EncodeToString(public)
}

// Sign signs a message as it is sent at a time, with the version of the scheme in
// front: v1, or v1a.
func (s Signer) Sign(id string, at time.Time, body []byte) string {
	signed := append([]byte(id+"."+strconv.FormatInt(at.Unix(), 10)+"."), body...)
	if s.signing == meeting.SigningEd25519 {
		return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(s.key), signed))
	}
	mac := hmac.New(sha256.New, s.key)
	mac.Write(signed)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// String says nothing of the key, so that no log can.
func (s Signer) String() string { return string(s.signing) + " key" }
