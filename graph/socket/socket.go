package socket

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
	"github.com/gobwas/ws"
)

// readBuffer is small, as clients say little; beforeAck bounds a message of somebody
// whom nobody knows. Both in bytes.
const (
	readBuffer = 512
	beforeAck  = 16 << 10
)

// socket is one connection. One goroutine reads it, another writes it.
type socket struct {
	transport     *Transport
	exec          graphql.GraphExecutor
	conn          net.Conn
	in            *bufio.Reader
	knowsProtocol bool
	deadline      time.Time // until when the client has to say something

	// queue holds what operations send, and woken a token when a feed has more.
	queue chan item
	woken chan struct{}
	end   context.CancelCauseFunc

	mu         sync.Mutex
	operations map[string]*operation
	running    sync.WaitGroup
}

func newSocket(t *Transport, exec graphql.GraphExecutor, conn net.Conn, buffered *bufio.Reader) *socket {
	var in io.Reader = conn
	if n := buffered.Buffered(); n > 0 { // the client did not wait for the handshake
		head, _ := buffered.Peek(n) // it is there
		in = io.MultiReader(bytes.NewReader(bytes.Clone(head)), conn)
	}
	return &socket{
		transport: t, exec: exec, conn: conn, in: bufio.NewReaderSize(in, readBuffer),
		queue: make(chan item, queued), woken: make(chan struct{}, 1), operations: make(map[string]*operation),
	}
}

// wake tells the writer that a feed has more.
func (s *socket) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // a token waits already
	}
}

// serve reads and writes until the socket has ended, and everything of it.
func (s *socket) serve(ctx context.Context) {
	ctx, s.end = context.WithCancelCause(ctx)
	heard, known := make(chan struct{}), make(chan access.Viewer, 1)
	go func() {
		defer close(heard)
		s.listen(ctx, known)
	}()
	s.write(ctx, known)
	select {
	case <-heard:
	case <-time.After(closeTimeout): // for the client's own good-bye
	}
	_ = s.conn.Close() // it may be closed
	<-heard
	s.running.Wait()
	for _, op := range s.all() {
		op.leave()
	}
}

// all are the operations that run.
func (s *socket) all() []*operation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.operations))
}

// listen acts on what the client says until it ends or breaks the rules. Then it
// waits for the client to read why, and to say good-bye.
func (s *socket) listen(ctx context.Context, known chan<- access.Viewer) {
	defer s.recovered()
	cause := s.read(ctx, known)
	_, isOurs := errors.AsType[closing](cause)
	if isOurs {
		_ = s.conn.SetReadDeadline(time.Time{}) // the writer ends it
	}
	s.end(cause)
	if isOurs {
		_, _ = io.Copy(io.Discard, s.in)
	}
}

// read acts on what the client says and returns why that ended.
func (s *socket) read(ctx context.Context, known chan<- access.Viewer) error {
	if !s.knowsProtocol {
		return closingf(codeSubprotocol, "This server speaks the subprotocol %s.", Subprotocol)
	}
	ctx, err := s.begin(ctx, known)
	for err == nil {
		if err = s.expect(); err == nil {
			err = s.once(ctx)
		}
	}
	return err
}

// recovered ends the socket for a panic.
func (s *socket) recovered() {
	if panicked := recover(); panicked != nil {
		s.transport.config.Log.Error("panic in a WebSocket", "cause", panicked, "stack", string(debug.Stack()))
		s.end(closingf(codeInternal, "Internal server error"))
	}
}

// begin lets the client say who it is. The context it returns carries the viewer.
func (s *socket) begin(ctx context.Context, known chan<- access.Viewer) (context.Context, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(initTimeout)); err != nil {
		return ctx, err
	}
	for {
		m, err := s.receive(ctx, beforeAck)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return ctx, closingf(codeInitTimeout, "Connection initialisation timeout: say connection_init within %s.", initTimeout)
		}
		if err != nil {
			return ctx, err
		}
		switch m.Type {
		case typeInit:
			viewer, err := s.viewer(ctx, m.Payload)
			if err != nil {
				return ctx, err
			}
			known <- viewer
			return access.With(ctx, viewer), s.say(ctx, []byte(`{"type":"connection_ack"}`))
		case typeSubscribe:
			return ctx, closingf(codeUnauthorized, "Unauthorized: say connection_init and wait for connection_ack first.")
		case typePing:
			if err := s.pong(ctx, m.Payload); err != nil {
				return ctx, err
			}
		}
	}
}

// viewer is who opened the socket: by the key in its headers, or the one in
// connection_init, as browsers can set no headers.
func (s *socket) viewer(ctx context.Context, payload json.RawMessage) (access.Viewer, error) {
	if viewer, err := access.From(ctx); err == nil {
		return viewer, nil
	}
	var said credentials
	_ = json.Unmarshal(payload, &said) // what is no text is no key
	key := said.Key
	for _, header := range []string{said.Authorization, said.Capitalized} {
		if key == "" {
			key = strings.TrimPrefix(header, "Bearer ")
		}
	}
	viewer, err := s.transport.config.Doorkeeper.Viewer(ctx, key)
	switch {
	case errors.Is(err, access.ErrBadKey):
		return viewer, closingf(codeForbidden, `Forbidden: no valid API key. Send {"key": "bk_…"} as the payload of connection_init.`)
	case err != nil:
		s.transport.config.Log.Error("a key could not be looked up", "error", err)
		return viewer, closingf(codeTryAgainLater, "The key could not be looked up. Try again in a moment.")
	}
	return viewer, nil
}

// expect gives the client time to say something.
func (s *socket) expect() error {
	now := time.Now()
	if s.deadline.Sub(now) > silence-time.Second { // a timer less to set
		return nil
	}
	s.deadline = now.Add(silence)
	return s.conn.SetReadDeadline(s.deadline)
}

// once acts on one message of a client that is known.
func (s *socket) once(ctx context.Context) error {
	m, err := s.receive(ctx, s.transport.config.MaxMessage)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return closingf(codeTryAgainLater, "Nothing was heard for %s: answer pings. Reconnect and go on after your last cursor.", silence)
	}
	if err != nil {
		return err
	}
	switch m.Type {
	case typeInit:
		return closingf(codeTooManyInits, "Too many initialisation requests")
	case typePing:
		return s.pong(ctx, m.Payload)
	case typeSubscribe:
		return s.subscribe(ctx, m)
	case typeComplete:
		s.complete(m.ID)
	}
	return nil
}

func (s *socket) pong(ctx context.Context, payload json.RawMessage) error {
	if len(payload) == 0 {
		return s.say(ctx, []byte(`{"type":"pong"}`))
	}
	return s.say(ctx, fmt.Appendf(nil, `{"type":"pong","payload":%s}`, payload))
}

// receive reads one message of at most some bytes.
func (s *socket) receive(ctx context.Context, limit int64) (message, error) {
	text, err := s.text(ctx, limit)
	if err != nil {
		return message{}, err
	}
	return parseMessage(text)
}

// text reads frames up to the end of a text (RFC 6455, section 5.4), and answers the
// control frames between them.
func (s *socket) text(ctx context.Context, limit int64) ([]byte, error) {
	var text bytes.Buffer
	state := ws.StateServerSide
	for {
		header, err := ws.ReadHeader(s.in)
		if err != nil {
			return nil, err
		}
		if err := ws.CheckHeader(header, state); err != nil {
			return nil, closingf(ws.StatusProtocolError, "%v", err)
		}
		if header.OpCode.IsControl() {
			if err := s.control(ctx, header); err != nil {
				return nil, err
			}
			continue
		}
		switch {
		case header.OpCode == ws.OpBinary:
			return nil, closingf(codeBadMessage, "Messages are text.")
		case header.Length > limit-int64(text.Len()):
			return nil, closingf(ws.StatusMessageTooBig, "A message has up to %d bytes.", limit)
		}
		began := text.Len()
		if _, err := io.CopyN(&text, s.in, header.Length); err != nil { // grows as bytes come
			return nil, err
		}
		ws.Cipher(text.Bytes()[began:], header.Mask, 0)
		if state = state.Set(ws.StateFragmented); header.Fin {
			if !utf8.Valid(text.Bytes()) {
				return nil, closingf(ws.StatusInvalidFramePayloadData, "A text is UTF-8.")
			}
			return text.Bytes(), nil
		}
	}
}

// control acts on a ping or a good-bye.
func (s *socket) control(ctx context.Context, header ws.Header) error {
	payload := make([]byte, header.Length) // CheckHeader has bounded it
	if _, err := io.ReadFull(s.in, payload); err != nil {
		return err
	}
	ws.Cipher(payload, header.Mask, 0)
	switch header.OpCode {
	case ws.OpPing:
		return s.enqueue(ctx, item{raw: ws.MustCompileFrame(ws.NewPongFrame(payload))})
	case ws.OpClose:
		code, reason := ws.ParseCloseFrameData(payload)
		if len(payload) > 0 && ws.CheckCloseFrameData(code, reason) != nil {
			return closingf(ws.StatusProtocolError, "The code or reason of the close frame is not valid.")
		}
		return errGone{code}
	}
	return nil
}

// errGone says that the client has said good-bye.
type errGone struct{ code ws.StatusCode }

// Error says how.
func (e errGone) Error() string { return fmt.Sprintf("the client closed with %d", e.code) }
