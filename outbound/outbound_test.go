package outbound_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/outbound"
)

func TestPublicAddresses(t *testing.T) {
	for public, list := range map[bool][]string{
		true: {
			"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.1.1", "192.0.1.1",
			"198.17.255.255", "198.20.0.1", "223.255.255.255", "126.255.255.255", "128.0.0.1", "11.0.0.1", "192.167.255.255", "192.169.0.1",
			"2606:4700:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2003::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:200::1",
		},
		false: {
			"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
			"169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
			"192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
			"240.0.0.1", "255.255.255.255",
			"::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
			"64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "100::1",
			"2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
			"2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
			"fec0::1", "ff02::1", "ff0e::1",
		},
	} {
		for _, text := range list {
			if got := outbound.Public(netip.MustParseAddr(text)); got != public {
				t.Errorf("%s: public is %v", text, got)
			}
		}
	}
	if outbound.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// dialed is a network that remembers what was connected to, and refuses it.
type dialed struct{ addresses []string }

var errDialed = errors.New("dialed")

func (d *dialed) dial(_ context.Context, _, address string) (net.Conn, error) {
	d.addresses = append(d.addresses, address)
	return nil, errDialed
}

func TestOnlyWhatWasLookedAtIsConnectedTo(t *testing.T) {
	hosts := map[string][]string{
		"public.example": {"8.8.8.8", "2606:4700::1"}, "mixed.example": {"127.0.0.1", "10.0.0.1", "8.8.4.4", "fe80::1%eth0"},
		"private.example": {"10.0.0.1", "::ffff:192.168.0.1"}, "localhost": {"127.0.0.1", "::1"}, "none.example": nil,
	}
	lookups := 0
	lookup := func(_ context.Context, host string) (addrs []netip.Addr, err error) {
		lookups++
		for _, text := range hosts[host] {
			addrs = append(addrs, netip.MustParseAddr(text))
		}
		return addrs, nil
	}
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, test := range []struct {
		address string
		allow   []netip.Prefix
		want    []string // what is connected to; none when it is refused
	}{
		{"public.example:443", nil, []string{"8.8.8.8:443", "[2606:4700::1]:443"}},
		{"mixed.example:80", nil, []string{"8.8.4.4:80"}},
		{"mixed.example:80", loopback, []string{"127.0.0.1:80", "8.8.4.4:80"}},
		{"private.example:80", nil, nil},
		{"private.example:80", []netip.Prefix{netip.MustParsePrefix("192.168.0.0/16")}, []string{"192.168.0.1:80"}},
		{"localhost:80", nil, nil},
		{"localhost:80", loopback, []string{"127.0.0.1:80"}},
		{"localhost:80", []netip.Prefix{netip.MustParsePrefix("::1/128")}, []string{"[::1]:80"}},
		{"none.example:80", loopback, nil},
		{"8.8.8.8:80", nil, []string{"8.8.8.8:80"}},
		{"127.0.0.1:80", nil, nil},
		{"127.0.0.1:80", loopback, []string{"127.0.0.1:80"}},
		{"[::ffff:127.0.0.1]:80", nil, nil},
		{"[::ffff:127.0.0.1]:80", loopback, []string{"127.0.0.1:80"}},
		{"[64:ff9b::7f00:1]:80", loopback, nil},
	} {
		network := &dialed{}
		guard := outbound.Guard{Allow: test.allow, Lookup: lookup, Dial: network.dial}
		lookups = 0
		_, err := guard.DialContext(t.Context(), "tcp", test.address)
		if want := map[bool]error{true: outbound.ErrRefused, false: errDialed}[test.want == nil]; !errors.Is(err, want) || !slices.Equal(network.addresses, test.want) || lookups > 1 {
			t.Errorf("%s, with %v allowed: connected to %v, after %d look-ups: %v", test.address, test.allow, network.addresses, lookups, err)
		}
	}
}

// TestRedirectsAndProxiesAreNotFollowed lets a server that may be asked send the
// client on to one that may not.
func TestRedirectsAndProxiesAreNotFollowed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	var asked []string
	guard := outbound.Guard{Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		asked = append(asked, address)
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			_, _ = io.ReadAtLeast(far, make([]byte, 4096), 16)
			_, _ = io.WriteString(far, "HTTP/1.1 302 Found\r\nLocation: http://8.8.4.4/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}()
		return near, nil
	}}
	client := guard.Client("a request")
	defer client.CloseIdleConnections()
	response, err := client.Get("http://8.8.8.8/")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusFound || strings.Join(asked, " ") != "8.8.8.8:80" {
		t.Errorf("got %s from %v", response.Status, asked)
	}
}
