package bubble

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"
)

const (
	// defaultPatience is for how long, in real time, the clock stands for one call or
	// connection at most.
	defaultPatience = 15 * time.Second
	// paceEvery is how often, in real time, a paced clock goes on.
	paceEvery = 10 * time.Millisecond
	// hurry is for how long connections may take when the bubble is at its end.
	hurry = time.Second
)

// Config says how a bubble with a door runs.
type Config struct {
	// Listener is where the world comes in. It is closed at the end.
	Listener net.Listener
	// Start is what the clock shows first. Defaults to the present, to the second.
	Start time.Time
	// Pace is how many seconds pass in one of the world. Defaults to 0: the clock
	// moves only when it is told to.
	Pace float64
	// Patience is for how long, in real time, the clock stands at most for an answer of
	// the world, or for a connection that is not read. Defaults to 15 seconds.
	Patience time.Duration
	// Log defaults to no log.
	Log *slog.Logger
}

// Gate is the door of a bubble, seen from inside: connections from the world come in
// by its Listener, and go out by its Dial.
type Gate struct {
	// Clock is the clock of the bubble. It goes freely until Open, and after Close.
	Clock *Clock
	// Listener gives connections from the world, and from inside.
	Listener *Listener

	config Config
	world  *world
	// patience is for how long, in real time, a connection may take to be written to.
	patience atomic.Int64

	mu    sync.Mutex
	conns map[*conn]bool
	ended bool
}

// RunWithDoor runs a function in virtual time, as Run does, with a door to the world.
// The clock goes while the function starts; from [Gate.Open] on it goes when it is
// told to, or at its pace, and stands while the world has something to answer. When
// the context ends, so does the function's, and the clock goes freely.
func RunWithDoor(ctx context.Context, config Config, run func(context.Context, *Gate) error) error {
	config = config.withDefaults()
	world := newWorld()
	defer world.finish()
	return inside(func() error {
		time.Sleep(time.Until(config.Start)) // nothing runs yet: it takes no time
		g := &Gate{
			Clock: newClock(world, config.Pace, config.Log), Listener: newListener(),
			config: config, world: world, conns: make(map[*conn]bool),
		}
		g.patience.Store(int64(config.Patience))
		within, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		world.do(func() {
			world.running.Go(func() {
				select {
				case <-ctx.Done():
					world.deliver(func() { cancel(context.Cause(ctx)); g.Close() })
				case <-world.over:
				}
			})
		})
		over, gone := make(chan struct{}), make(chan struct{})
		go func() { defer close(gone); g.tend(over) }()
		err := run(within, g)
		g.Close()
		g.finish()
		close(over)
		<-gone
		return err
	})
}

func (c Config) withDefaults() Config {
	if c.Start.IsZero() {
		c.Start = time.Now().Truncate(time.Second)
	}
	if c.Patience <= 0 {
		c.Patience = defaultPatience
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// tend does what the world wants done in the bubble, and holds the clock or lets it
// go. While the clock is to stand, it waits for the world, which keeps the clock from
// moving; while the clock is to go, it sleeps for short steps and looks between them.
func (g *Gate) tend(over <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if g.Clock.awaited() {
			synctest.Wait() // until everything has been done that is to be done now
			if g.Clock.awaited() {
				g.Clock.tell()
			}
		}
		world, alarm := g.world.in, (<-chan time.Time)(nil)
		if left := g.Clock.goes(); left > 0 {
			timer.Reset(left)
			world, alarm = nil, timer.C
		}
		select {
		case do := <-world:
			do()
		case <-g.Clock.wake:
		case <-alarm:
			g.take()
		case <-over:
			return
		}
	}
}

// take does what the world waits to have done.
func (g *Gate) take() {
	for {
		select {
		case do := <-g.world.in:
			do()
		default:
			return
		}
	}
}

// Open lets the world in. The clock stands from now on until it is told to go, or goes
// at its pace.
func (g *Gate) Open() {
	g.Clock.let(false)
	g.world.do(func() {
		g.world.running.Go(g.accept)
		if g.config.Pace > 0 {
			g.world.running.Go(g.pace)
		}
	})
}

// Close lets nobody in any more, and the clock go: whoever ends waits for time to
// pass. Connections have a second of real time to be read.
func (g *Gate) Close() {
	g.Clock.let(true)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return
	}
	g.ended = true
	_ = g.config.Listener.Close() // nobody could be told
	g.patience.Store(int64(min(hurry, g.config.Patience)))
	for c := range g.conns {
		g.world.do(c.hurry)
	}
}

// finish cuts off who is still there.
func (g *Gate) finish() {
	g.mu.Lock()
	left := make([]*conn, 0, len(g.conns))
	for c := range g.conns {
		left = append(left, c)
	}
	g.mu.Unlock()
	for _, c := range left {
		_ = c.Close() // it is of no use any more
	}
}

// pace lets the clock go on with real time. It runs outside.
func (g *Gate) pace() {
	tick := time.NewTicker(paceEvery)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case now := <-tick.C:
			passed := now.Sub(last)
			last = now
			g.world.deliver(func() { g.Clock.keepPace(passed) })
		case <-g.world.over:
			return
		}
	}
}

// accept lets connections in. It runs outside.
func (g *Gate) accept() {
	for {
		far, err := g.config.Listener.Accept()
		if err != nil {
			return // it was closed
		}
		c := newConn(g, far)
		if !g.world.deliver(func() { g.begin(c); g.Listener.offer(c) }) {
			_ = far.Close() // nobody is there any more
			return
		}
	}
}
