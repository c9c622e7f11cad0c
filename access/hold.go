package access

import (
	"context"
	"errors"
	"sync"
	"time"
)

// checkEvery is how often it is looked whether a key opens on.
const checkEvery = 15 * time.Second

// errKeyEnded is the cause with which a context ends that hung on a key.
var errKeyEnded = errors.New("the API key has expired or was revoked")

// Hold returns a context that ends when the key opens nothing more that the viewer has
// shown: at the moment when it expires, or within 15 s of being revoked. What needed no key
// has the zero viewer, and ends with its parent alone. Release must be called; it returns
// when nothing looks at the key any more.
func (d Doorkeeper) Hold(ctx context.Context, viewer Viewer) (held context.Context, release func()) {
	held, end := context.WithCancelCause(ctx)
	if viewer == (Viewer{}) {
		return held, func() { end(nil) }
	}
	var watching sync.WaitGroup
	watching.Go(func() {
		if d.watch(held, viewer) {
			end(errKeyEnded)
		}
	})
	return held, func() {
		end(nil)
		watching.Wait()
	}
}

// watch returns when the viewer's key has ended, or, with false, when the context has.
func (d Doorkeeper) watch(ctx context.Context, viewer Viewer) bool {
	beat := time.NewTicker(checkEvery)
	defer beat.Stop()
	var expired <-chan time.Time
	if !viewer.Expires.IsZero() {
		expiry := time.NewTimer(time.Until(viewer.Expires))
		defer expiry.Stop()
		expired = expiry.C
	}
	for {
		select {
		case <-expired:
			return true
		case <-beat.C:
			if d.Ended(With(ctx, viewer)) {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}
