package socket

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/gobwas/ws"
)

// batch bounds what is written at once, in bytes: a client that is slow, but reads,
// takes as much within writeTimeout.
const batch = 16 << 10

// writer is what the goroutine that writes a socket knows.
type writer struct {
	*socket
	// out is what is to be written next, and rest what is left of a write that failed.
	out  *[]byte
	rest []byte
	// live are the operations that take what comes from their feeds.
	live []follower
	// deadline is until when the connection has to take something.
	deadline time.Time
}

// follower is an operation and its feed.
type follower struct {
	op   *operation
	feed *feed
}

// write sends what there is to send until the socket ends, and says why it does.
func (s *socket) write(ctx context.Context, known <-chan access.Viewer) {
	w := &writer{socket: s}
	defer s.recovered()
	defer w.release()
	s.end(w.run(ctx, known))
	w.goodbye(context.Cause(ctx))
}

// errKeyEnded closes the socket of a key that opens nothing any more.
var errKeyEnded = closingf(codeForbidden, "Forbidden: the API key has expired or was revoked. Reconnect with another, and go on after your last cursor.")

func (w *writer) run(ctx context.Context, known <-chan access.Viewer) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	expiry := time.NewTimer(heartbeat)
	expiry.Stop() // until it is known whose socket it is
	var viewer access.Viewer
	draining, isDraining := w.transport.draining, false
	for {
		select {
		case it := <-w.queue:
			w.take(it)
		case <-w.woken:
		case <-beat.C:
			if w.transport.config.Doorkeeper.Ended(access.With(ctx, viewer)) {
				return errKeyEnded
			}
			w.tell(nil)
		case viewer = <-known:
			if !viewer.Expires.IsZero() {
				expiry.Reset(time.Until(viewer.Expires))
				defer expiry.Stop()
			}
		case <-expiry.C:
			return errKeyEnded
		case <-draining:
			draining, isDraining = nil, true
		case <-w.transport.leaving:
			return w.goAway()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := w.sendAll(); err != nil {
			return err
		}
		if isDraining && w.isDone() {
			return w.goAway()
		}
	}
}

// take puts an item into what is written next.
func (w *writer) take(it item) {
	w.append(it.raw)
	if it.op != nil && it.op.gone.Load() {
		return
	}
	if it.text != nil {
		w.appendText(it.text, nil)
	}
	if it.number > 0 {
		it.op.position.Store(it.number)
	}
	if it.joins {
		w.join(it.op)
	}
	if it.ends {
		w.forget(it.op)
	}
}

// join lets an operation take what comes from its feed.
func (w *writer) join(op *operation) {
	w.mu.Lock()
	f := op.feed
	w.mu.Unlock()
	if f == nil { // its client has completed it
		return
	}
	f.listen(op)
	op.isLive = true
	w.live = append(w.live, follower{op, f})
}

// sendAll writes until nothing waits any more.
func (w *writer) sendAll() error {
	w.live = slices.DeleteFunc(w.live, func(l follower) bool { return l.op.gone.Load() })
	for {
		for w.size() < batch && len(w.queue) > 0 {
			w.take(<-w.queue) // nobody else takes
		}
		for _, l := range slices.Clone(w.live) {
			w.pull(l)
		}
		if w.size() == 0 {
			w.release()
			return nil
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
}

// pull takes what an operation has not had from its feed, as far as it fits. Who is
// too far behind reads events anew, and hears of it.
func (w *writer) pull(l follower) {
	updates, isThere := l.feed.since(l.op.position.Load())
	if !isThere {
		l.feed.quiet(l.op)
		l.op.isLive = false
		w.live = slices.DeleteFunc(w.live, func(other follower) bool { return other == l })
		l.op.again(l.op.position.Load())
		w.tell(nil)
		return
	}
	for _, u := range updates {
		if w.size() >= batch {
			return
		}
		w.appendText(l.op.head, u.tail)
		l.op.position.Store(u.number)
	}
}

// isDone says whether everything was sent that can be expected.
func (w *writer) isDone() bool {
	w.mu.Lock()
	waiting := len(w.operations) - len(w.live)
	w.mu.Unlock()
	return waiting <= 0 && len(w.queue) == 0 && !slices.ContainsFunc(w.live, func(l follower) bool {
		return l.op.position.Load() < l.feed.reached()
	})
}

// goAway tells the client to come back later, and is why the socket ends.
func (w *writer) goAway() error {
	w.tell(&farewell{RetryAfterMilliseconds: w.transport.delay().Milliseconds()})
	return closingf(codeServiceRestart, "Service restart: reconnect, and go on after your last cursor.")
}

// goodbye writes what is left, and the close frame.
func (w *writer) goodbye(cause error) {
	why, isOurs := errors.AsType[closing](cause)
	if gone, isTheirs := errors.AsType[errGone](cause); isTheirs {
		why, isOurs = closing{code: gone.code}, true
	}
	if !isOurs { // there is nobody to tell
		return
	}
	if w.rest == nil {
		for w.size() < batch && len(w.queue) > 0 {
			w.take(<-w.queue)
		}
	}
	body := ws.NewCloseFrameBody(why.code, why.reason)
	if why.code == 0 { // as the client, who gave no code
		body = nil
	}
	w.append(ws.MustCompileFrame(ws.NewCloseFrame(body)))
	_ = w.conn.SetWriteDeadline(time.Now().Add(closeTimeout)) // fails when it is closed
	_, _ = w.conn.Write(append(w.rest, *w.out...))            // the same
}

func (w *writer) size() int {
	if w.out == nil {
		return 0
	}
	return len(*w.out)
}

// buffer is what is written next. It is shared with other sockets while there is
// nothing.
func (w *writer) buffer() *[]byte {
	if w.out == nil {
		w.out, _ = w.transport.buffers.Get().(*[]byte)
	}
	return w.out
}

func (w *writer) release() {
	if w.out != nil {
		*w.out = (*w.out)[:0]
		w.transport.buffers.Put(w.out)
		w.out = nil
	}
}

func (w *writer) append(raw []byte) {
	if len(raw) > 0 {
		out := w.buffer()
		*out = append(*out, raw...)
	}
}

// The first bytes of a frame that is a whole text (RFC 6455, section 5.2).
const (
	wholeText  = 0x80 | byte(ws.OpText)
	twoBytes   = 126
	eightBytes = 127
)

// appendText makes a text of two parts.
func (w *writer) appendText(head, tail []byte) {
	out := w.buffer()
	switch length := len(head) + len(tail); {
	case length < twoBytes:
		*out = append(*out, wholeText, byte(length))
	case length < 1<<16:
		*out = binary.BigEndian.AppendUint16(append(*out, wholeText, twoBytes), uint16(length))
	default:
		*out = binary.BigEndian.AppendUint64(append(*out, wholeText, eightBytes), uint64(length))
	}
	*out = append(append(*out, head...), tail...)
}

// flush writes. A client that takes nothing for long is given up.
func (w *writer) flush() error {
	if now := time.Now(); w.deadline.Sub(now) < writeTimeout-time.Second { // a timer less to set
		w.deadline = now.Add(writeTimeout)
		if err := w.conn.SetWriteDeadline(w.deadline); err != nil {
			return err
		}
	}
	n, err := w.conn.Write(*w.out)
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		w.rest = bytes.Clone((*w.out)[n:])
		err = closingf(codeTryAgainLater, "Too slow: nothing was read for %s. Reconnect, and go on after your last cursor.", writeTimeout)
	}
	*w.out = (*w.out)[:0]
	return err
}
