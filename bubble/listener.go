package bubble

import (
	"context"
	"net"
	"sync"
)

// backlog is how many connections wait to be taken at most.
const backlog = 1024

// Listener gives connections that came by the door, and those that were made inside.
type Listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newListener() *Listener {
	return &Listener{conns: make(chan net.Conn, backlog), closed: make(chan struct{})}
}

// offer gives a connection to whoever accepts it next; one too many is closed.
func (l *Listener) offer(c net.Conn) {
	select {
	case <-l.closed:
	case l.conns <- c:
		return
	default:
	}
	_ = c.Close() // nobody takes it
}

// Accept waits for a connection (package net).
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more (package net).
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is the listener's address inside (package net).
func (l *Listener) Addr() net.Addr { return inMemory{} }

// DialContext connects to the listener from inside.
func (l *Listener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

type inMemory struct{}

func (inMemory) Network() string { return "memory" }
func (inMemory) String() string  { return "breakout.memory" }
