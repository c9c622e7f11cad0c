package fleet_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestAfterADeathEverybodyIsBackWhereTheyWere pulls the plug and starts anew half a
// minute later.
func TestAfterADeathEverybodyIsBackWhereTheyWere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const spoken, dead = 7 * time.Second, 20 * time.Second
		data := t.TempDir()
		before, bots := pullPlug(t, spoken, data)
		time.Sleep(dead)
		m := reopen(t, data, before)
		m.ResumeWithin = time.Minute
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.run()
		inRed, inMain := bots[0], bots[1]
		m.await(inRed, meeting.SegmentStarted{}.EventType(), 4) // main, Red, main, Red
		m.await(inMain, meeting.SegmentStarted{}.EventType(), 2)
		lack, _ := m.await(inRed, meeting.RecordingGap{}.EventType(), 1).Fact.(meeting.RecordingGap)
		if gap := lack.To.Sub(lack.From); lack.Cause != meeting.GapByProcessEnd || gap < dead || gap > dead+3*time.Second {
			t.Errorf("the gap is %+v, %s", lack, gap)
		}
		time.Sleep(spoken)
		m.tiled(inRed)
		m.tiled(inMain)
		if n := m.client.Participant.Query().Where(participant.LeftAt(0)).CountX(system()); n != 4 {
			t.Errorf("there are %d participants, want Ada, Ben and two bots", n)
		}
		m.do(meeting.End{})
		m.until(inRed, "done")
		m.until(inMain, "done")
		m.nothingOpen(true)
		for _, s := range m.client.Segment.Query().Where(segment.BotID(inRed)).WithTracks().WithRoom().AllX(system()) {
			if s.Edges.Room.Kind == meeting.RoomBreakout && len(s.Edges.Tracks) != 1 {
				t.Errorf("segment %d has %d tracks, want Ada's", s.Visit, len(s.Edges.Tracks))
			}
		}
	})
}

// TestWhatDiedLongAgoIsNotTakenUp starts anew when nobody waits any more.
func TestWhatDiedLongAgoIsNotTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		before, bots := pullPlug(t, 2*time.Second, data)
		time.Sleep(2 * time.Minute)
		m := reopen(t, data, before)
		m.ResumeWithin = time.Minute
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.nothingOpen(true)
		m.until(bots[0], "fatal/process_terminated")
	})
}

// TestCoveringGoesOnAfterADeath has bots cover a room that opens after the restart.
func TestCoveringGoesOnAfterADeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		before := h.meet()
		before.guest("Ada")
		if err := h.CoverRooms(viewer("A"), before.id, meeting.CoverPolicy{}); err != nil {
			t.Fatal(err)
		}
		before.do(meeting.AssignAutomatically{})
		before.do(meeting.OpenRooms{})
		time.Sleep(5 * time.Second)
		data := t.TempDir()
		h.copyTo(data)
		h.close()
		m := reopen(t, data, before)
		m.ResumeWithin = time.Minute
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.run()
		time.Sleep(5 * time.Second)
		covered := m.client.Segment.Query().Where(segment.EndedAt(0)).CountX(system())
		if bots := m.client.Bot.Query().CountX(system()); covered != 2 || bots != 2 {
			t.Errorf("%d segments are being recorded by %d bots, want the two rooms by the two bots from before", covered, bots)
		}
		m.do(meeting.CreateRooms{Names: []string{"Green"}})
		m.do(meeting.OpenRooms{})
		time.Sleep(5 * time.Second)
		if covered := m.client.Segment.Query().Where(segment.EndedAt(0)).CountX(system()); covered != 3 {
			t.Errorf("%d segments are being recorded, want three rooms", covered)
		}
	})
}

// TestAPauseOutlivesADeath starts anew with a bot that was told to record nothing.
func TestAPauseOutlivesADeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		before := h.meet()
		before.guest("Ada")
		id := before.send(bot.JoinMainRoom, "")
		before.until(id, "in_call_recording")
		if err := h.Tell(viewer("A"), id, bot.Pause{Paused: true}); err != nil {
			t.Fatal(err)
		}
		before.until(id, "in_call_not_recording/recording_paused")
		time.Sleep(2 * time.Second)
		data := t.TempDir()
		h.copyTo(data)
		h.close()
		m := reopen(t, data, before)
		m.ResumeWithin = time.Minute
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.run()
		m.await(id, meeting.SegmentStarted{}.EventType(), 2)
		time.Sleep(5 * time.Second)
		if row := m.client.Bot.GetX(system(), id); row.StatusSubCode != bot.SubCodePaused {
			t.Errorf("back again, the bot is %s/%s, and was paused", row.StatusCode, row.StatusSubCode)
		}
		if n := m.client.Gap.Query().CountX(system()); n != 0 {
			t.Errorf("%d gaps are stated of a bot that was to record nothing", n)
		}
		if err := m.Tell(viewer("A"), id, bot.Pause{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		m.do(meeting.End{})
		m.until(id, "done")
		segments := m.client.Segment.Query().Where(segment.BotID(id)).WithTracks().Order(ent.Asc(segment.FieldStartedAt)).AllX(system())
		last := segments[len(segments)-1].Edges.Tracks
		if len(last) != 1 || time.Duration(last[0].Duration).Round(time.Second) != 3*time.Second {
			t.Errorf("after the restart the bot recorded %+v, want the three seconds after its pause", last)
		}
	})
}
