package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// signingKeySize is the size of the key that signs addresses, in bytes.
	signingKeySize = 32
	// signsRecordings names the secret that signs the addresses of recordings, and
	// signsSeats the one that signs links to seats.
	signsRecordings = "recording-links"
	signsSeats      = "seat-links"
)

// signingKey is a key that signs addresses, by its name. It is kept in the
// database, so that addresses hold through a restart, and for all processes on it.
func (s *Server) signingKey(ctx context.Context, name string) ([]byte, error) {
	ctx = access.AsSystem(ctx)
	row, err := s.client.Secret.Get(ctx, name)
	if err == nil {
		return row.Value, nil
	}
	if !ent.IsNotFound(err) {
		return nil, fmt.Errorf("read the key that signs addresses: %w", err)
	}
	key := make([]byte, signingKeySize)
	_, _ = rand.Read(key) // never fails (package crypto/rand)
	err = s.client.Secret.Create().SetID(name).SetValue(key).SetCreatedAt(meeting.InstantOf(time.Now())).Exec(ctx)
	if ent.IsConstraintError(err) { // another process was first
		row, err = s.client.Secret.Get(ctx, name)
		if err == nil {
			key = row.Value
		}
	}
	if err != nil {
		return nil, fmt.Errorf("keep the key that signs addresses: %w", err)
	}
	return key, nil
}
