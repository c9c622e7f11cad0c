package webhook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// KeySize is the size of the key that secrets are encrypted with, in bytes.
const KeySize = 32

// vault encrypts secrets, so that a copy of the database alone signs nothing.
type vault struct{ aead cipher.AEAD }

func newVault(key []byte) (vault, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return vault{}, fmt.Errorf("use the key of the secrets: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return vault{aead}, err
}

// seal encrypts a secret. It can be opened under the same id only.
func (v vault) seal(id string, secret []byte) []byte {
	return v.aead.Seal(nil, nil, secret, []byte(id)) //nolint:gosec // the cipher makes a random nonce itself
}

func (v vault) open(id string, sealed []byte) ([]byte, error) {
	secret, err := v.aead.Open(nil, nil, sealed, []byte(id))
	if err != nil {
		return nil, fmt.Errorf("decrypt secret %s: %w; was it encrypted with another key?", id, err)
	}
	return secret, nil
}

// LoadKey reads the key that secrets are encrypted with from a file, which is made
// if there is none.
func LoadKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, KeySize)
		_, _ = rand.Read(key) // never fails (package crypto/rand)
		err = writeWhole(path, key)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of webhook secrets: %w", err)
	}
	if len(key) != KeySize {
		return nil, fmt.Errorf("the key of webhook secrets in %s has %d bytes, not %d; restore the file", path, len(key), KeySize)
	}
	return key, nil
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, content []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, content, 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}
