package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// parts are what a server has opened, to be closed in the opposite order.
type parts struct {
	mu     sync.Mutex
	closes []part
}

// part is how one thing is closed.
type part struct {
	what  string
	close func(context.Context) error
}

func (p *parts) add(what string, closePart func(context.Context) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closes = append(p.closes, part{what, closePart})
}

// stop closes everything, and goes on where something fails.
func (p *parts) stop(ctx context.Context) error {
	p.mu.Lock()
	closes := p.closes
	p.closes = nil
	p.mu.Unlock()
	var failed []error
	for _, part := range slices.Backward(closes) {
		if err := part.close(ctx); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", part.what, err))
		}
	}
	return errors.Join(failed...)
}
