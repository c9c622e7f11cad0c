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
	type answer struct {
		conn *conn
		err  error
	}
	return ask(ctx, g, "the connection to "+address, func(ctx context.Context) answer {
		far, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return answer{err: err}
		}
		return answer{conn: newConn(g, far)}
	}, func(a answer) (net.Conn, error) {
		if a.err != nil {
			return nil, a.err
		}
		if !g.begin(a.conn) {
			return nil, net.ErrClosed
		}
		return a.conn, nil
	}, func(a answer) {
		if a.conn != nil {
			_ = a.conn.far.Close() // nobody wants it any more
		}
	})
}

// Lookup finds the addresses of a host of the world. The clock stands meanwhile.
func (g *Gate) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	type answer struct {
		addrs []netip.Addr
		err   error
	}
	return ask(ctx, g, "the address of "+host, func(ctx context.Context) answer {
		addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		return answer{addrs, err}
	}, func(a answer) ([]netip.Addr, error) { return a.addrs, a.err }, func(answer) {})
}

// ask has the world find something out, while the clock stands. What comes too late
// for whoever asked is thrown away, outside.
func ask[A, R any](ctx context.Context, g *Gate, what string, find func(context.Context) A, use func(A) (R, error), throw func(A)) (none R, err error) {
	clock := g.Clock
	h := clock.hold(KindCall, what, g.config.Patience, nil)
	defer clock.drop(h)
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan A, 1)
	g.world.do(func() {
		g.world.running.Go(func() {
			// A context of the bubble can't be waited for outside.
			within, stop := context.WithTimeout(context.Background(), g.config.Patience)
			defer stop()
			found := find(within)
			taken := g.world.deliver(func() {
				if asking.Err() == nil {
					answers <- found
				} else {
					g.world.do(func() { throw(found) })
				}
			})
			if !taken {
				throw(found)
			}
		})
	})
	select {
	case a := <-answers:
		return use(a)
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
