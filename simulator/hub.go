package simulator

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/transport/v4"
)

// errNoSockets is what a network without UDP answers to who wants a socket.
var errNoSockets = errors.New("the network lets no UDP socket be opened")

// hub knows by which line each address of a client is reached, so that the meeting's
// packets meet the same troubles as the client's.
type hub struct {
	// troubled says that some line has or had a trouble.
	troubled atomic.Bool
	lines    sync.Map // of *line, by netip.AddrPort
}

func portOf(address net.Addr) netip.AddrPort {
	if udp, ok := address.(*net.UDPAddr); ok {
		at := udp.AddrPort()
		return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	}
	return netip.AddrPort{}
}

// to is the line by which an address is reached; nil where nothing is wrong, or nobody
// of the meeting is there.
func (h *hub) to(address netip.AddrPort) *line {
	if !h.troubled.Load() {
		return nil
	}
	found, _ := h.lines.Load(address)
	if l, known := found.(*line); known && len(l.afflictions()) > 0 {
		return l
	}
	return nil
}

// port makes the meeting's socket one whose packets meet the troubles of lines.
func (h *hub) port(conn transport.UDPConn) net.PacketConn {
	if standard, ok := conn.(*net.UDPConn); ok {
		return &mediaSocket{standard, h}
	}
	return &mediaConduit{conn, h}
}

// mediaSocket is the meeting's socket on the machine.
type mediaSocket struct {
	*net.UDPConn
	hub *hub
}

// ReadFromAddrPort and WriteToAddrPort make it an ice.AddrPortReaderWriter.
func (s *mediaSocket) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	return s.ReadFromUDPAddrPort(b)
}

func (s *mediaSocket) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	l := s.hub.to(netip.AddrPortFrom(to.Addr().Unmap(), to.Port()))
	if l == nil {
		return s.WriteToUDPAddrPort(b, to)
	}
	l.pass(b, down, func(b []byte) { _, _ = s.WriteToUDPAddrPort(b, to) }) // as networks lose packets, without a word
	return len(b), nil
}

// mediaConduit is the meeting's socket on a network in memory.
type mediaConduit struct {
	transport.UDPConn
	hub *hub
}

func (c *mediaConduit) WriteTo(b []byte, to net.Addr) (int, error) {
	l := c.hub.to(portOf(to))
	if l == nil {
		return c.UDPConn.WriteTo(b, to)
	}
	l.pass(b, down, func(b []byte) { _, _ = c.UDPConn.WriteTo(b, to) }) // the same
	return len(b), nil
}
