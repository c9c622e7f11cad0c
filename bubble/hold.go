package bubble

import (
	"errors"
	"time"
)

// Kind says what somebody holds the clock for.
type Kind string

// The kinds of holds.
const (
	// KindCall is a call to the world that was not answered yet.
	KindCall Kind = "CALL"
	// KindConnection is a connection whose other end does not read.
	KindConnection Kind = "CONNECTION"
	// KindSettling is the time after an answer, in which the world does what follows.
	KindSettling Kind = "SETTLING"
	// KindNamed was asked for by name.
	KindNamed Kind = "NAMED"
)

// maxNamed is how many can hold the clock by name at a time.
const maxNamed = 100

// What becomes of holds that were asked for.
var (
	// ErrTooMany says that the clock is held by as many names as can be.
	ErrTooMany = errors.New("the clock is held by 100 names already")
	// ErrNotHeld says that nobody holds the clock by the name.
	ErrNotHeld = errors.New("nobody holds the clock by that name")
)

// Hold is somebody for whom the clock stands.
type Hold struct {
	// Name says who it is.
	Name string
	Kind Kind
	// Held is for how long the clock stands for it, and Left for how long it may at
	// most, both in real time.
	Held, Left time.Duration
}

// hold is a hold while it lasts.
type hold struct {
	Hold
	since, until time.Time // of the world
	stop         func()    // calls its end off
}

// hold has the clock stand until the hold is released, or for some real time at most.
// The function is called in the bubble when that has passed before, unless it is nil.
func (c *Clock) hold(kind Kind, name string, most time.Duration, late func()) *hold {
	now := c.world.now()
	h := &hold{Hold: Hold{Name: name, Kind: kind}, since: now, until: now.Add(most)}
	c.mu.Lock()
	c.holds[h] = true
	h.stop = c.world.after(most, func() {
		if c.drop(h) && late != nil {
			late()
		}
	})
	c.mu.Unlock()
	c.look()
	return h
}

// drop ends a hold, and says whether it lasted until now.
func (c *Clock) drop(h *hold) bool {
	c.mu.Lock()
	lasted := c.holds[h]
	delete(c.holds, h)
	h.stop()
	c.mu.Unlock()
	c.look()
	return lasted
}

// answered ends the hold of a call: the clock may yet stand for a little.
func (c *Clock) answered(h *hold) {
	c.mu.Lock()
	settle, lasts := c.settle, c.holds[h]
	c.mu.Unlock()
	if lasts && settle > 0 {
		c.hold(KindSettling, "after "+h.Name, settle, nil)
	}
	c.drop(h)
}

// Hold has the clock stand until the name releases it, or for some real time at
// most. Who holds it already by that name holds it for that long from now on.
func (c *Clock) Hold(name string, most time.Duration) (Hold, error) {
	if old := c.named(name); old != nil {
		defer c.drop(old)
	} else if c.count(KindNamed) >= maxNamed {
		return Hold{}, ErrTooMany
	}
	c.hold(KindNamed, name, most, func() {
		c.log.Warn("a hold of the clock has expired", "name", name, "after", most)
	})
	return Hold{Name: name, Kind: KindNamed, Left: most}, nil
}

// Release ends the hold of a name.
func (c *Clock) Release(name string) error {
	if h := c.named(name); h != nil && c.drop(h) {
		return nil
	}
	return ErrNotHeld
}

// named is the hold of a name, if there is one.
func (c *Clock) named(name string) *hold {
	c.mu.Lock()
	defer c.mu.Unlock()
	for h := range c.holds {
		if h.Kind == KindNamed && h.Name == name {
			return h
		}
	}
	return nil
}

func (c *Clock) count(kind Kind) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for h := range c.holds {
		if h.Kind == kind {
			n++
		}
	}
	return n
}
