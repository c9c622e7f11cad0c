// Package outbound connects to addresses that callers of the API name, and to no
// others than they could reach themselves: the server must not be a way into the
// network that it stands in (server-side request forgery, CWE-918).
package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// ErrRefused says that an address is not a public one.
var ErrRefused = errors.New("the address is not a public one")

// dialTimeout bounds how long a connection may take to come about.
const dialTimeout = 10 * time.Second

// Guard says which addresses may be connected to. The zero value lets public ones.
type Guard struct {
	// Allow are networks that may be connected to although they are not public.
	Allow []netip.Prefix
	// Lookup finds the addresses of a host. Defaults to the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Dial connects to an IP address and a port. Defaults to the system's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Around is put around what makes requests, which it is told the name of. Defaults
	// to nothing.
	Around func(what string, by http.RoundTripper) http.RoundTripper
}

// Permits says whether an address may be connected to.
func (g Guard) Permits(addr netip.Addr) bool {
	plain := addr.Unmap()
	allowed := slices.ContainsFunc(g.Allow, func(p netip.Prefix) bool { return p.Contains(plain) || p.Contains(addr) })
	return addr.Zone() == "" && (allowed || Public(plain))
}

// DialContext connects to a host and a port. The address is looked at after the
// host's name was resolved, and the very address that was looked at is connected to,
// so that a name can't mean something else in between.
func (g Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read the address %q: %w", address, err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("find the address of %s: %w", host, err)
	}
	failed := fmt.Errorf("connect to %s: %w", host, ErrRefused)
	for _, addr := range addrs {
		if !g.Permits(addr) {
			continue
		}
		conn, err := g.dial(ctx, network, net.JoinHostPort(addr.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, failed
}

func (g Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	if g.Lookup != nil {
		return g.Lookup(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

func (g Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if g.Dial != nil {
		return g.Dial(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Client makes requests that the guard permits, which are called what they are for. It
// goes by no proxy, which would connect in its place, and follows no redirect.
func (g Guard) Client(what string, tune ...func(*http.Transport)) *http.Client {
	transport := &http.Transport{DialContext: g.DialContext, TLSHandshakeTimeout: dialTimeout, IdleConnTimeout: time.Minute}
	for _, tune := range tune {
		tune(transport)
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if g.Around != nil {
		client.Transport = g.Around(what, transport)
	}
	return client
}
