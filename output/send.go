package output

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/coder/websocket"
)

const (
	// attempts is how often in a row it is tried to connect, each retryAfter later
	// than the one before, until the endpoint is given up.
	attempts   = 30
	retryAfter = 3 * time.Second
	// dialWithin bounds a handshake, and writeWithin how long the receiver may take
	// for one message.
	dialWithin  = 10 * time.Second
	writeWithin = 15 * time.Second
	// drainWithin bounds how long a bot that is done waits for the receiver.
	drainWithin = 3 * time.Second
	// maxHeard bounds what the receiver may say, which nobody listens to.
	maxHeard = 64 << 10
)

// errFinished says that all is sent.
var errFinished = errors.New("all is sent")

// send connects and sends, again and again, until all is sent or the endpoint is
// given up.
func (e *Endpoint) send(ctx context.Context) {
	failures, connections := 0, 0
	for {
		conn, err := e.dial(ctx)
		if err == nil {
			failures = 0
			connections++
			e.set(meeting.RealtimeRunning, "")
			err = e.serve(ctx, conn, connections)
		} else {
			failures++
		}
		switch {
		case errors.Is(err, errFinished) || ctx.Err() != nil:
			return
		case failures == attempts:
			e.config.Log.Warn("an endpoint is given up", "endpoint", e.config.Endpoint.ID, "error", err)
			e.set(meeting.RealtimeFailed, fmt.Sprintf("%d attempts to connect have failed, the last: %s", attempts, sentence(err)))
			e.queue.close()
			return
		}
		e.set(meeting.RealtimeConnecting, sentence(err))
		if !e.pause(ctx) {
			return
		}
	}
}

// pause waits before the next attempt, and says whether there is to be one.
func (e *Endpoint) pause(ctx context.Context) bool {
	timer := time.NewTimer(retryAfter)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-e.finishing:
	case <-ctx.Done():
	}
	return false
}

// sentence says what went wrong, without the address, which may hold a secret.
func sentence(err error) string {
	if in, ok := errors.AsType[*url.Error](err); ok {
		err = in.Err
	}
	if code := websocket.CloseStatus(err); code != -1 {
		return fmt.Sprintf("The endpoint closed the connection with code %d.", code)
	}
	return "The endpoint is out of reach: " + err.Error() + "."
}

func (e *Endpoint) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, e.config.Endpoint.URL, &websocket.DialOptions{HTTPClient: e.config.HTTP}) //nolint:bodyclose // the library closes it
	return conn, err
}

// serve sends over one connection until that or the work ends.
func (e *Endpoint) serve(ctx context.Context, conn *websocket.Conn, number int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		cancel(listen(ctx, conn))
	}()
	err := e.sendAll(ctx, conn, number)
	if errors.Is(err, errFinished) {
		_ = conn.Close(websocket.StatusNormalClosure, "The bot is done.") // all was sent
	}
	_ = conn.CloseNow() // it is closed, or broken
	cancel(err)
	<-heard
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, errFinished) {
		return cause
	}
	return err
}

// listen reads, so that pings are answered and the end is seen, and takes no notice.
func listen(ctx context.Context, conn *websocket.Conn) error {
	conn.SetReadLimit(maxHeard)
	for {
		_, message, err := conn.Reader(ctx)
		if err == nil {
			_, err = io.Copy(io.Discard, message)
		}
		if err != nil {
			return err
		}
	}
}

// sendAll sends what is in the queue, and what comes.
func (e *Endpoint) sendAll(ctx context.Context, conn *websocket.Conn, number int) error {
	var voices decoders
	e.mu.Lock()
	place := e.place
	e.mu.Unlock()
	hello := item{at: time.Now(), place: place, event: eventConnected, inner: connected{Connection: number}}
	if err := e.write(ctx, conn, e.envelope(hello, hello.inner)); err != nil {
		return err
	}
	finishing := e.finishing
	for {
		if err := e.tellGaps(ctx, conn); err != nil {
			return err
		}
		next, ok := e.queue.next()
		if ok {
			err := e.sendOne(ctx, conn, next, &voices)
			e.queue.settle(next, err == nil)
			if err != nil && !errors.Is(err, errUndecodable) {
				return err
			}
			continue
		}
		if finishing == nil {
			return errFinished
		}
		select {
		case <-e.queue.news:
		case <-finishing:
			finishing = nil // look once more
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// tellGaps tells of what was dropped since it was last told.
func (e *Endpoint) tellGaps(ctx context.Context, conn *websocket.Conn) error {
	packets, messages := e.queue.missing()
	if len(packets) == 0 && messages == 0 {
		return nil
	}
	err := e.write(ctx, conn, e.envelope(item{at: time.Now(), event: eventDropped}, gapsOf(packets, messages)))
	if err != nil {
		e.queue.untold(packets, messages)
	}
	return err
}

// sendOne sends one thing, which can be several messages.
func (e *Endpoint) sendOne(ctx context.Context, conn *websocket.Conn, i item, voices *decoders) error {
	if i.packet == nil {
		return e.write(ctx, conn, e.envelope(i, i.inner))
	}
	if e.wants[meeting.OutputAudioEncoded] {
		if err := e.write(ctx, conn, e.encoded(i)); err != nil {
			return err
		}
	}
	if !e.wants[meeting.OutputAudioRaw] {
		return nil
	}
	samples, err := voices.decode(i)
	if err != nil {
		return err
	}
	return e.write(ctx, conn, e.raw(i, samples))
}

func (e *Endpoint) write(ctx context.Context, conn *websocket.Conn, message envelope) error {
	text, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("write a message for the endpoint: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, text)
}
