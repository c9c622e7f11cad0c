package bubble

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// State says how the clock is.
type State string

// The states of a clock.
const (
	// Ready stands where it was told to go, and nobody holds it.
	Ready State = "READY"
	// Advancing is on its way.
	Advancing State = "ADVANCING"
	// Stalled has been held for a second or longer, and says by whom.
	Stalled State = "STALLED"
)

// stalledAfter is for how long somebody must have held the clock for it to be stalled.
const stalledAfter = time.Second

// step is how long the clock goes at once, before the gate looks whether the world
// wants something.
const step = 100 * time.Millisecond

// Clock is the clock of a bubble with a door.
type Clock struct {
	world *world
	pace  float64
	log   *slog.Logger
	// wake holds a token when the gate is to look anew.
	wake chan struct{}

	mu sync.Mutex
	// loose lets the clock go, as it does while the program starts and ends.
	loose bool
	// target is how far the clock may go.
	target time.Time
	// settle is for how long, in real time, the clock stands after each answer.
	settle time.Duration
	holds  map[*hold]bool
	// waiting are those who wait for the clock to be ready.
	waiting int
	// changed is closed and replaced when the clock is ready.
	changed chan struct{}
}

func newClock(w *world, pace float64, log *slog.Logger) *Clock {
	return &Clock{
		world: w, pace: pace, log: log, loose: true, target: time.Now(),
		wake: make(chan struct{}, 1), holds: make(map[*hold]bool), changed: make(chan struct{}),
	}
}

// look has the gate look anew.
func (c *Clock) look() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// let lets the clock go, or has it stand from now on until it is told to go.
func (c *Clock) let(loose bool) {
	c.mu.Lock()
	c.loose, c.target = loose, time.Now()
	c.mu.Unlock()
	c.look()
}

// goes says for how long the clock may go now; 0 when it is to stand.
func (c *Clock) goes() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch left := time.Until(c.target); {
	case c.loose:
		return step
	case len(c.holds) > 0 || left <= 0:
		return 0
	default:
		return min(left, step)
	}
}

// keepPace lets the clock go on by as much as real time has, unless it is behind: it
// does not make up for what it was held.
func (c *Clock) keepPace(passed time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); len(c.holds) == 0 && !c.target.After(now) {
		c.target = now.Add(time.Duration(float64(passed) * c.pace))
	}
}

// awaited says whether somebody waits for the clock, which has gone as far as it may.
func (c *Clock) awaited() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting > 0 && len(c.holds) == 0 && !time.Now().Before(c.target)
}

// tell tells those who wait for the clock.
func (c *Clock) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}

// Reading is what a clock shows.
type Reading struct {
	// Now is the time in the bubble, and Target how far the clock may go.
	Now, Target time.Time
	State       State
	// Pace is how many seconds pass in one of the world; 0 when the clock moves only
	// when it is told to.
	Pace float64
	// Settle is for how long, in real time, the clock stands after each answer.
	Settle time.Duration
	// Holds are those that the clock stands for, the oldest first.
	Holds []Hold
}

// Read reads the clock.
func (c *Clock) Read() Reading {
	now := c.world.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Reading{Now: time.Now(), Target: c.target, State: Advancing, Pace: c.pace, Settle: c.settle, Holds: []Hold{}}
	for h := range c.holds {
		r.Holds = append(r.Holds, Hold{h.Name, h.Kind, now.Sub(h.since), max(h.until.Sub(now), 0)})
		if now.Sub(h.since) >= stalledAfter {
			r.State = Stalled
		}
	}
	slices.SortFunc(r.Holds, func(a, b Hold) int {
		return cmp.Or(cmp.Compare(b.Held, a.Held), cmp.Compare(a.Name, b.Name))
	})
	if len(r.Holds) == 0 && c.pace == 0 && !r.Now.Before(r.Target) {
		r.State = Ready
	}
	return r
}

// Order says how far a clock is to go.
type Order struct {
	// To is where it is to go, which is not before now.
	To time.Time
	// Settle is for how long, in real time, the clock stands from now on after each
	// answer of the world, for what follows from it; nil leaves it as it is.
	Settle *time.Duration
	// Wait is for how long, in real time, the caller waits.
	Wait time.Duration
}

// Advance lets the clock go, and waits until it is there, nobody holds it and
// nothing is left to be done at that moment; or for as long as the order says. The
// clock goes on when it returns before.
func (c *Clock) Advance(ctx context.Context, order Order) (Reading, error) {
	late := make(chan struct{})
	stop := c.world.after(order.Wait, func() { close(late) })
	defer stop()
	c.mu.Lock()
	if order.To.After(c.target) {
		c.target = order.To
	}
	if order.Settle != nil {
		c.settle = *order.Settle
	}
	c.waiting++
	changed := c.changed
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.waiting--
		c.mu.Unlock()
	}()
	c.look()
	for {
		select {
		case <-changed:
		case <-late:
			return c.Read(), nil
		case <-ctx.Done():
			return Reading{}, fmt.Errorf("wait for the clock: %w", context.Cause(ctx))
		}
		c.mu.Lock()
		changed = c.changed
		c.mu.Unlock()
		if r := c.Read(); !r.Now.Before(order.To) && len(r.Holds) == 0 {
			r.State = Ready
			return r, nil
		}
	}
}
