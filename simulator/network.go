package simulator

import (
	"net"
	"net/netip"

	"github.com/pion/transport/v4"
)

// network is what a client reaches the meeting over: packets of a line that is cut
// get lost.
type network struct {
	transport.Net
	line *line
	hub  *hub
}

func (n network) ListenUDP(name string, address *net.UDPAddr) (transport.UDPConn, error) {
	if n.line.noSockets() {
		return nil, errNoSockets
	}
	conn, err := n.Net.ListenUDP(name, address)
	if err != nil {
		return nil, err
	}
	by := way{n.line, n.line.address.Load(), n.hub}
	n.hub.lines.Store(portOf(conn.LocalAddr()), n.line)
	if standard, ok := conn.(*net.UDPConn); ok {
		return &socket{standard, by}, nil
	}
	return &conduit{conn, by}, nil
}

// way is a line by one of the participant's addresses.
type way struct {
	line    *line
	address int32
	hub     *hub
}

// forget has the meeting's packets meet no troubles on the way to an address any more.
func (w way) forget(address net.Addr) { w.hub.lines.Delete(portOf(address)) }

// dead says whether nothing passes.
func (w way) dead() bool { return w.line.down.Load() || w.line.address.Load() != w.address }

// socket is a socket of the machine whose line can be cut. Its methods are those
// that pion reads and writes by.
type socket struct {
	*net.UDPConn
	way
}

// ReadFromAddrPort and WriteToAddrPort make it an ice.AddrPortReaderWriter.
func (s *socket) ReadFromAddrPort(b []byte) (n int, from netip.AddrPort, err error) {
	for {
		if n, from, err = s.ReadFromUDPAddrPort(b); err != nil || !s.dead() {
			return n, from, err
		}
	}
}

func (s *socket) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if s.dead() {
		return len(b), nil
	}
	if len(s.line.afflictions()) == 0 {
		return s.WriteToUDPAddrPort(b, to)
	}
	s.line.pass(b, up, func(b []byte) { _, _ = s.WriteToUDPAddrPort(b, to) }) // as networks lose packets, without a word
	return len(b), nil
}

func (s *socket) Close() error {
	s.forget(s.LocalAddr())
	return s.UDPConn.Close()
}

// conduit is the same on a network in memory.
type conduit struct {
	transport.UDPConn
	way
}

func (c *conduit) ReadFrom(b []byte) (n int, from net.Addr, err error) {
	for {
		if n, from, err = c.UDPConn.ReadFrom(b); err != nil || !c.dead() {
			return n, from, err
		}
	}
}

func (c *conduit) WriteTo(b []byte, to net.Addr) (int, error) {
	if c.dead() {
		return len(b), nil
	}
	if len(c.line.afflictions()) == 0 {
		return c.UDPConn.WriteTo(b, to)
	}
	c.line.pass(b, up, func(b []byte) { _, _ = c.UDPConn.WriteTo(b, to) }) // the same
	return len(b), nil
}

func (c *conduit) Close() error {
	c.forget(c.LocalAddr())
	return c.UDPConn.Close()
}
