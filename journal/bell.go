package journal

import (
	"fmt"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/nats-io/nats.go"
)

// Bell tells followers that there are new rows. It carries no data and may be
// lost: whoever hears it reads the rows.
type Bell struct {
	// bus is core NATS: in process, or shared by the nodes of a cluster.
	bus *nats.Conn
}

// NewBell rings over a connection to NATS. The bell does not close it.
func NewBell(bus *nats.Conn) *Bell { return &Bell{bus: bus} }

func subject(id meeting.ID) string { return "breakout.meeting." + string(id) }

// Ring tells everybody who listens to the meeting.
func (b *Bell) Ring(id meeting.ID) error {
	if err := b.bus.Publish(subject(id), nil); err != nil {
		return fmt.Errorf("ring for %s: %w", id, err)
	}
	return nil
}

// Listen returns a channel that holds a token whenever the bell rang since the
// last look, and a function that stops listening.
func (b *Bell) Listen(id meeting.ID) (rang <-chan struct{}, stop func(), err error) {
	tokens := make(chan struct{}, 1)
	subscription, err := b.bus.Subscribe(subject(id), func(*nats.Msg) {
		select {
		case tokens <- struct{}{}:
		default: // a token waits already
		}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("listen to %s: %w", id, err)
	}
	return tokens, func() { _ = subscription.Unsubscribe() }, nil // fails only when the bus is gone
}
