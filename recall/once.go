package recall

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// keyHeader carries a name for a request, under which it is done once.
	keyHeader = "Idempotency-Key"
	// maxKey bounds it, in bytes.
	maxKey = 255
	// answersKept is for how long an answer is given again.
	answersKept = time.Hour
	// mostKept bounds all answers that are kept, in bytes.
	mostKept = 16 << 20
)

// answers keeps what requests under a key were answered with. That a bot is created
// once is written down by the fleet too, and so outlives the process.
type answers struct {
	mu    sync.Mutex
	known map[requestID]*kept
	order []*kept // oldest first
	bytes int
}

// requestID tells requests apart: those of other keys, and to other paths, are others.
type requestID struct{ viewer, method, path, key string }

// kept is what became of a request under a key.
type kept struct {
	id     requestID
	digest string
	until  time.Time
	// answer is nil while the request is being carried out.
	answer *written
}

// once carries out a request, unless one under the same key was: then it answers as
// then. What failed was not carried out, and can be tried again.
func (a *answers) once(c *call, carryOut func() (written, error)) (out written, err error) {
	key := c.Header.Get(keyHeader)
	if key == "" || c.Method == http.MethodGet || c.Method == http.MethodDelete {
		return carryOut()
	}
	if len(key) > maxKey {
		return written{}, failure{status: http.StatusBadRequest, code: "idempotency_key_invalid", detail: fmt.Sprintf("An %s has up to %d bytes; this one has %d.", keyHeader, maxKey, len(key))}
	}
	own, before, err := a.begin(c, key)
	if err != nil || before != nil {
		return orEmpty(before), err
	}
	err = errInternal // unless it is carried out to its end
	defer func() { a.end(own, out, err) }()
	return carryOut()
}

func orEmpty(w *written) written {
	if w == nil {
		return written{}
	}
	return *w
}

// digestOf tells other requests under the same key apart.
func digestOf(c *call) string {
	sum := sha256.Sum256(c.body)
	return hex.EncodeToString(sum[:16])
}

// begin notes a request, or finds what it was answered with before.
func (a *answers) begin(c *call, key string) (own *kept, before *written, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(time.Now())
	id := requestID{c.viewer.Key, c.Method, c.URL.Path, key}
	known := a.known[id]
	switch {
	case known == nil:
		own = &kept{id: id, digest: digestOf(c)}
		if a.known == nil {
			a.known = make(map[requestID]*kept)
		}
		a.known[id] = own
		return own, nil, nil
	case known.digest != digestOf(c):
		return nil, nil, refusedAs[fleet.CodeKeyReused]
	case known.answer == nil:
		return nil, nil, refusedAs[fleet.CodeKeyInFlight]
	}
	return nil, known.answer, nil
}

// end keeps the answer to a request that was carried out.
func (a *answers) end(own *kept, out written, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		delete(a.known, own.id)
		return
	}
	own.answer, own.until = &out, time.Now().Add(answersKept)
	a.order = append(a.order, own)
	a.bytes += len(out.body)
}

// forget drops what was kept for long enough, and the oldest where there is too much.
// The caller holds mu.
func (a *answers) forget(now time.Time) {
	for len(a.order) > 0 && (a.order[0].until.Before(now) || a.bytes > mostKept) {
		delete(a.known, a.order[0].id)
		a.bytes -= len(a.order[0].answer.body)
		a.order = a.order[1:]
	}
}

// requestOf is the key under which the fleet notes an order, apart from those that
// other doors were given.
func requestOf(c *call) meeting.Request {
	key := c.Header.Get(keyHeader)
	if key == "" {
		return meeting.Request{}
	}
	sum := sha256.Sum256([]byte(c.viewer.Key + " " + key))
	return meeting.Request{Key: "rest/" + hex.EncodeToString(sum[:16]), Digest: digestOf(c)}
}
