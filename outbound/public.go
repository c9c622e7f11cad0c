package outbound

import (
	"net/netip"
	"slices"
)

// special are the blocks of IPv4 that are not for everybody, and those of IPv6
// within 2000::/3 (IANA's registries of special-purpose addresses, RFC 6890).
var special = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared by customers of a provider
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local; clouds tell secrets at 169.254.169.254
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.31.196.0/24", // AS112
	"192.52.193.0/24", // AMT
	"192.88.99.0/24",  // relays of 6to4
	"192.168.0.0/16",  // private
	"192.175.48.0/24", // AS112
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, and broadcast

	"2001::/23",         // protocol assignments: Teredo, benchmarks, ORCHID
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4, which embeds any IPv4 address and is given up (RFC 7526)
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
)

var (
	// global is all of IPv6 that is given out for everybody.
	global = netip.MustParsePrefix("2000::/3")
	// translated embeds an IPv4 address for a gateway to connect to (NAT64, RFC 6052).
	translated = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// Public says whether an address is one of the public internet's.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	if translated.Contains(addr) {
		bytes := addr.As16()
		return Public(netip.AddrFrom4([4]byte(bytes[12:])))
	}
	if addr.Is6() && !global.Contains(addr) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}
