package bubble

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"
)

// DialContext connects to the world. The clock stands until the connection is there.
func (g *Gate) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := ask(ctx, g, question[*conn]{
		what: "the connection to " + address,
		find: func(ctx context.Context) (*conn, error) {
			far, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return newConn(g, far), nil
		},
		throw: func(c *conn) { _ = c.far.Close() }, // nobody wants it any more
	})
	if err != nil {
		return nil, err
	}
	if !g.begin(c) {
		return nil, net.ErrClosed
	}
	return c, nil
}

// Lookup finds the addresses of a host of the world. The clock stands meanwhile.
func (g *Gate) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return ask(ctx, g, question[[]netip.Addr]{
		what: "the address of " + host,
		find: func(ctx context.Context) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		throw: func([]netip.Addr) {},
	})
}

// question is something that the world is to find out.
type question[A any] struct {
	what string
	find func(context.Context) (A, error) // is called outside
	// throw throws away what comes too late for whoever asked. It is called outside.
	throw func(A)
}

// ask has the world find something out, while the clock stands.
func ask[A any](ctx context.Context, g *Gate, q question[A]) (none A, err error) {
	type answer struct {
		found A
		err   error
	}
	h := g.Clock.hold(KindCall, q.what, g.config.Patience, nil)
	defer g.Clock.drop(h)
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer, 1)
	find := func() {
		// A context of the bubble can't be waited for outside.
		within, stop := context.WithTimeout(context.Background(), g.config.Patience)
		defer stop()
		found, err := q.find(within)
		taken := g.world.deliver(func() {
			if asking.Err() == nil {
				answers <- answer{found, err}
			} else if err == nil {
				g.world.do(func() { q.throw(found) })
			}
		})
		if !taken && err == nil {
			q.throw(found)
		}
	}
	g.world.do(func() { g.world.running.Go(find) })
	select {
	case a := <-answers:
		return a.found, a.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// Calls makes requests of the world that the clock stands for, each until its answer
// has been read, or for as long as the bubble has patience.
func (g *Gate) Calls(what string, by http.RoundTripper) http.RoundTripper {
	return &calls{g, what, by}
}

// calls is what [Gate.Calls] makes.
type calls struct {
	gate *Gate
	what string
	by   http.RoundTripper
}

// RoundTrip makes a request (package http).
func (c *calls) RoundTrip(r *http.Request) (*http.Response, error) {
	patience := c.gate.config.Patience
	if deadline, ok := r.Context().Deadline(); ok {
		patience = min(patience, time.Until(deadline))
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	name := fmt.Sprintf("%s to %s", c.what, plain(r.URL))
	h := c.gate.Clock.hold(KindCall, name, patience, func() {
		c.gate.config.Log.Warn("the clock has stood long enough for an answer that did not come", "call", name, "after", patience)
		cancel(context.DeadlineExceeded)
	})
	done := sync.OnceFunc(func() { c.gate.Clock.answered(h); cancel(nil) })
	response, err := c.by.RoundTrip(r.WithContext(ctx))
	if err != nil {
		if r.Context().Err() == nil && ctx.Err() != nil {
			err = fmt.Errorf("wait for the answer: %w", context.Cause(ctx))
		}
		done()
		return nil, err
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		c.gate.Clock.answered(h) // the connection stays, and holds nothing
		return response, nil
	}
	response.Body = &answerBody{response.Body, done}
	return response, nil
}

// CloseIdleConnections closes what is not used (package http).
func (c *calls) CloseIdleConnections() {
	if by, ok := c.by.(interface{ CloseIdleConnections() }); ok {
		by.CloseIdleConnections()
	}
}

// plain is an address without what may be secret in it.
func plain(address *url.URL) string {
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}

// answerBody is the body of an answer, with whose end the call is over.
type answerBody struct {
	io.ReadCloser
	done func()
}

// Close ends the call (package io).
func (b *answerBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
