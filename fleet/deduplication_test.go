package fleet_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

func TestOneLivingBotPerKey(t *testing.T) {
	inHouse(t, func(h *house) {
		m, other := h.meet(), h.meet()
		spec := fleet.BotSpec{Meeting: m.id, Name: "First", DeduplicationKey: "standup"}
		id, err := h.CreateBot(viewer("A"), spec)
		if err != nil {
			t.Fatal(err)
		}
		m.until(id, "in_call_recording")
		before := h.footprint()
		spec.Name = "Second"
		if again, err := h.CreateBot(viewer("A"), spec); err != nil || again != id {
			t.Errorf("a second order came to bot %s (%v), want %s", again, err, id)
		}
		spec.Meeting = other.id
		_, err = h.CreateBot(viewer("A"), spec)
		h.refused("the key in another meeting", err, fleet.CodeDeduplicationKeyTaken)
		_, err = h.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, DeduplicationKey: strings.Repeat("x", 256)})
		h.refused("a key that is too long", err, meeting.CodeInvalid)
		if after := h.footprint(); after != before {
			t.Errorf("orders that came to nothing made of %s %s", before, after)
		}
		if err := h.RemoveBot(viewer("A"), id); err != nil {
			t.Fatal(err)
		}
		m.until(id, "done")
		spec.Meeting, spec.JoinAt = m.id, time.Now().Add(time.Hour)
		scheduled, err := h.CreateBot(viewer("A"), spec)
		if err != nil || scheduled == id {
			t.Errorf("when the first was done, an order came to bot %s (%v)", scheduled, err)
		}
		spec.JoinAt = time.Time{}
		if again, err := h.CreateBot(viewer("A"), spec); err != nil || again != scheduled {
			t.Errorf("beside a scheduled bot, an order came to bot %s (%v), want %s", again, err, scheduled)
		}
	})
}

// TestManyOrdersUnderOneKeyAreOneBot gives the orders at the same moment, some under
// idempotency keys of their own.
func TestManyOrdersUnderOneKeyAreOneBot(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		ids := make([]meeting.BotID, 12)
		var ordering sync.WaitGroup
		for i := range ids {
			ordering.Go(func() {
				spec := fleet.BotSpec{Meeting: m.id, DeduplicationKey: "standup"}
				if i%2 == 0 {
					spec.Request = meeting.Request{Key: string(rune('a' + i)), Digest: "x"}
				}
				id, err := h.CreateBot(viewer("A"), spec)
				if err != nil {
					t.Errorf("order %d: %v", i, err)
				}
				ids[i] = id
			})
		}
		ordering.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("the orders came to %v", ids)
				break
			}
		}
		if n := h.client.Bot.Query().CountX(system()); n != 1 {
			t.Errorf("there are %d bots", n)
		}
	})
}
