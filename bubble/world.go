package bubble

import (
	"sync"
	"time"
)

// world is what is outside of a bubble. Its channels are made outside: whoever waits
// for one of them in the bubble keeps the clock from moving, and nothing outside may
// touch a channel or a timer of the bubble's.
type world struct {
	// in is work for the bubble, which its gate does.
	in chan func()
	// out is short work for the world.
	out chan func()
	// over is closed when the bubble takes no more work.
	over chan struct{}
	// running are the goroutines outside.
	running sync.WaitGroup
}

func newWorld() *world {
	w := &world{in: make(chan func()), out: make(chan func()), over: make(chan struct{})}
	w.running.Go(w.work)
	return w
}

// work does what the bubble wants done outside, one thing after another.
func (w *world) work() {
	for {
		select {
		case do := <-w.out:
			do()
		case <-w.over:
			return
		}
	}
}

// do has something short done outside, and returns when it is done, or the bubble is at
// its end. The clock stands meanwhile.
func (w *world) do(do func()) {
	for _, do := range []func(){do, func() {}} { // the second is taken when the first is done
		select {
		case w.out <- do:
		case <-w.over:
			return
		}
	}
}

// deliver has something done in the bubble, and returns when it was taken; false when
// the bubble takes no more. It is called outside.
func (w *world) deliver(do func()) bool {
	select {
	case w.in <- do:
		return true
	case <-w.over:
		return false
	}
}

// after has something done in the bubble after some real time. What it returns, which
// can be called in the bubble, calls that off.
func (w *world) after(wait time.Duration, do func()) (stop func()) {
	var timer *time.Timer
	w.do(func() { timer = time.AfterFunc(wait, func() { w.deliver(do) }) })
	return func() {
		if timer != nil {
			timer.Stop()
		}
	}
}

// now is what the clocks of the world show.
func (w *world) now() (now time.Time) {
	w.do(func() { now = time.Now() })
	return now
}

// finish waits until nothing runs outside.
func (w *world) finish() {
	close(w.over)
	w.running.Wait()
}
