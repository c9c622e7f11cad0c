package recall

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits bound how often each key is used.
type limits struct {
	perMinute int
	mu        *sync.Mutex
	ofKey     map[string]*rate.Limiter
}

// manyKeys is from how many keys on those that rest are forgotten.
const manyKeys = 1000

func newLimits(perMinute int) limits {
	return limits{perMinute, new(sync.Mutex), make(map[string]*rate.Limiter)}
}

// take counts a request by a key, and refuses it when there were too many.
func (l limits) take(key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	limiter := l.ofKey[key]
	if limiter == nil {
		l.forget(now)
		limiter = rate.NewLimiter(rate.Limit(float64(l.perMinute)/time.Minute.Seconds()), l.perMinute)
		l.ofKey[key] = limiter
	}
	reserved := limiter.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reserved.CancelAt(now)
	seconds := int(math.Ceil(wait.Seconds()))
	return failure{
		status: http.StatusTooManyRequests, code: "throttled", header: http.Header{"Retry-After": {strconv.Itoa(seconds)}},
		detail: fmt.Sprintf("A key can make %d requests a minute; the next in %d s.", l.perMinute, seconds),
	}
}

// forget drops the keys that have rested for long enough to be as new ones. The
// caller holds mu.
func (l limits) forget(now time.Time) {
	if len(l.ofKey) < manyKeys {
		return
	}
	for key, limiter := range l.ofKey {
		if limiter.TokensAt(now) >= float64(l.perMinute) {
			delete(l.ofKey, key)
		}
	}
}
