package bubble

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	// chunk is how much is read or written at once, in bytes; window is how many chunks
	// wait in each direction at most.
	chunk  = 32 << 10
	window = 16
)

// conn is a connection to the world, as the bubble has it. Who reads from it does not
// hold the clock; who writes does, while the other end does not read.
//
// A deadline for reading is over when its time has passed in the bubble, and then as
// long again in the world: a client can't answer within seconds of which an hour is
// over at once, and must not be cut off while the clock stands.
type conn struct {
	gate *Gate
	far  net.Conn
	// chunks go to the world, and credit bounds what waits to be read in the bubble;
	// closing is closed when no more chunks come, and broken when none can go.
	// All are made outside.
	chunks  chan []byte
	credit  chan struct{}
	closing chan struct{}
	broken  chan struct{}

	writing sync.Mutex // is held while a message is written, so that none is cut in two

	mu      sync.Mutex
	came    [][]byte
	end     error // what follows what came
	closed  bool
	readBy  deadline
	writeBy time.Time
	changed chan struct{} // of the bubble; is closed and replaced when there is news
}

// deadline is one for reading.
type deadline struct {
	number int // how many have been set
	over   bool
	stop   func() // calls off what is under way
}

// newConn makes a connection of one of the world. It is called outside.
func newConn(g *Gate, far net.Conn) *conn {
	return &conn{
		gate: g, far: far, chunks: make(chan []byte, window), credit: make(chan struct{}, window),
		closing: make(chan struct{}), broken: make(chan struct{}),
	}
}

// begin lets a connection transport; false when the bubble is at its end, and the
// connection closed.
func (g *Gate) begin(c *conn) bool {
	c.changed = make(chan struct{})
	g.mu.Lock()
	ended := g.ended
	if !ended {
		g.conns[c] = true
	}
	g.mu.Unlock()
	g.world.do(func() {
		g.world.running.Go(c.transmit)
		g.world.running.Go(c.receive)
	})
	if ended {
		_ = c.Close() // nobody is let in any more
	}
	return !ended
}

// receive takes what the world sends. It runs outside.
func (c *conn) receive() {
	for {
		select {
		case c.credit <- struct{}{}:
		case <-c.broken:
			return
		}
		data := make([]byte, chunk)
		n, err := c.far.Read(data)
		taken := c.gate.world.deliver(func() { c.take(data[:n], err) })
		if err != nil || !taken {
			return
		}
	}
}

// take is what came, and whether that was all.
func (c *conn) take(data []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(data) > 0 {
		c.came = append(c.came, data)
	} else {
		<-c.credit
	}
	if c.end == nil {
		c.end = err
	}
	c.tell()
}

// tell wakes those who wait for news. The lock is held.
func (c *conn) tell() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// transmit sends to the world, and closes when all was sent. It runs outside.
func (c *conn) transmit() {
	defer func() { _ = c.far.Close() }() // what was sent has been sent
	defer close(c.broken)
	for {
		select {
		case data := <-c.chunks:
			if !c.send(data) {
				return
			}
			continue
		default:
		}
		select {
		case data := <-c.chunks:
			if !c.send(data) {
				return
			}
		case <-c.closing:
			if len(c.chunks) == 0 {
				return
			}
		}
	}
}

// send sends a chunk, if the other end reads it in time.
func (c *conn) send(data []byte) bool {
	c.hurry()
	_, err := c.far.Write(data)
	return err == nil
}

// hurry gives the other end the time that it may take. It is called outside.
func (c *conn) hurry() {
	_ = c.far.SetWriteDeadline(time.Now().Add(time.Duration(c.gate.patience.Load()))) // fails when it is closed
}

// Read reads what the world has sent (package net).
func (c *conn) Read(p []byte) (int, error) {
	for {
		c.mu.Lock()
		changed := c.changed
		n, err := c.next(p)
		c.mu.Unlock()
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		<-changed
	}
}

// next is what there is now. The lock is held.
func (c *conn) next(p []byte) (int, error) {
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case c.readBy.over:
		return 0, os.ErrDeadlineExceeded
	case len(c.came) == 0:
		return 0, c.end
	}
	n := copy(p, c.came[0])
	if c.came[0] = c.came[0][n:]; len(c.came[0]) == 0 {
		c.came = c.came[1:]
		<-c.credit // was put there for it
	}
	return n, nil
}

// Write hands over what is to be sent to the world (package net). Where the other end
// reads too slowly, the clock stands until it has read, or has had its time.
func (c *conn) Write(p []byte) (n int, err error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	for len(p) > 0 {
		if err := c.writable(); err != nil {
			return n, err
		}
		data := append([]byte(nil), p[:min(len(p), chunk)]...)
		if !c.hand(data) {
			return n, c.fault()
		}
		n, p = n+len(data), p[len(data):]
	}
	return n, nil
}

func (c *conn) writable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return net.ErrClosed
	case !c.writeBy.IsZero() && !time.Now().Before(c.writeBy):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// hand hands a chunk over, and says whether it could be.
func (c *conn) hand(data []byte) bool {
	select {
	case <-c.broken:
		return false
	case c.chunks <- data:
		return true
	default:
	}
	clock := c.gate.Clock
	defer clock.drop(clock.hold(KindConnection, "the connection of "+c.far.RemoteAddr().String()+", which does not read", c.gate.config.Patience, nil))
	select {
	case <-c.broken:
		return false
	case c.chunks <- data: // the clock stands, as the channel is of the world
		return true
	case <-c.closing:
		return false
	}
}

// fault is why nothing can be written.
func (c *conn) fault() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	return io.ErrClosedPipe
}

// Close ends the connection (package net). What was written is sent first.
func (c *conn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = true
	c.setReadBy(time.Time{})
	close(c.closing)
	c.tell()
	return nil
}

// LocalAddr is this end's address (package net).
func (c *conn) LocalAddr() net.Addr { return c.far.LocalAddr() }

// RemoteAddr is the other end's address (package net).
func (c *conn) RemoteAddr() net.Addr { return c.far.RemoteAddr() }

// SetDeadline sets both deadlines (package net).
func (c *conn) SetDeadline(by time.Time) error {
	_ = c.SetReadDeadline(by)
	return c.SetWriteDeadline(by)
}

// SetWriteDeadline bounds writing in the bubble's time, which stands while the other
// end does not read (package net).
func (c *conn) SetWriteDeadline(by time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writeBy = by
	return nil
}

// SetReadDeadline bounds reading by both clocks: see conn (package net).
func (c *conn) SetReadDeadline(by time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.setReadBy(by)
	return nil
}

// setReadBy sets the deadline for reading. The lock is held.
func (c *conn) setReadBy(by time.Time) {
	if c.readBy.stop != nil {
		c.readBy.stop()
	}
	c.readBy = deadline{number: c.readBy.number + 1}
	if by.IsZero() {
		return
	}
	wait, number := time.Until(by), c.readBy.number
	if wait <= 0 {
		c.readBy.over = true
		c.tell()
		return
	}
	timer := time.AfterFunc(wait, func() { c.grace(number, wait) })
	c.readBy.stop = func() { timer.Stop() }
}

// grace gives the world its own time, when that of the bubble is over.
func (c *conn) grace(number int, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.readBy.number != number {
		return // there is another one
	}
	c.readBy.stop = c.gate.world.after(wait, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.readBy.number == number {
			c.readBy.over = true
			c.tell()
		}
	})
}
