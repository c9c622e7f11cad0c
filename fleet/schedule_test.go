package fleet_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

// schedule schedules a bot.
func (m *held) schedule(in time.Duration, spec fleet.BotSpec) meeting.BotID {
	m.t.Helper()
	spec.Meeting, spec.JoinAt = m.id, time.Now().Add(in)
	id, err := m.CreateBot(viewer("A"), spec)
	if err != nil {
		m.t.Fatal(err)
	}
	return id
}

// told tells when a bot told a status first.
func (m *held) told(id meeting.BotID, code string) time.Time {
	m.t.Helper()
	for _, event := range m.events() {
		if fact, ok := event.Fact.(meeting.BotStatusChanged); ok && event.Bot.ID == id && fact.Code == code {
			return event.At
		}
	}
	m.t.Fatalf("bot %s did not tell %s: %v", id, code, m.statuses(id))
	return time.Time{}
}

// joined checks that a bot joined at its time and went through its life in order.
func (m *held) joined(id meeting.BotID, at time.Time) {
	m.t.Helper()
	m.until(id, "in_call_recording")
	if late := m.told(id, meeting.StatusJoiningCall).Sub(at); late < 0 || late > 100*time.Millisecond {
		m.t.Errorf("the bot joined %s after its time", late)
	}
	if got, want := m.statuses(id), []string{"scheduled", "ready", "joining_call", "in_call_not_recording", "in_call_recording"}; !slices.Equal(got, want) {
		m.t.Errorf("the bot told %v, want %v", got, want)
	}
}

func TestAScheduledBotJoinsAtItsTime(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		began := time.Now()
		later := m.schedule(2*time.Hour, fleet.BotSpec{Name: "Later"})
		id := m.schedule(time.Hour, fleet.BotSpec{Name: "Ears", Mode: bot.JoinMainRoom, Metadata: map[string]string{"case": "42"}})
		before := h.footprint()
		h.refused("removing a bot that waits", h.RemoveBot(viewer("A"), id), fleet.CodeBotScheduled)
		h.refused("moving a bot that waits", h.MoveBot(viewer("A"), id, m.red), fleet.CodeBotScheduled)
		h.refused("changing another's bot", h.UpdateBot(viewer("B"), id, func(*fleet.BotSpec) {}), fleet.CodeBotNotFound)
		h.refused("deleting another's bot", h.DeleteBot(viewer("B"), id), fleet.CodeBotNotFound)
		time.Sleep(time.Hour - time.Second)
		if after := h.footprint(); after != before || !slices.Equal(m.statuses(id), []string{"scheduled"}) {
			t.Errorf("before its time, %s became %s and the bot told %v", before, after, m.statuses(id))
		}
		m.joined(id, began.Add(time.Hour))
		h.refused("changing a bot that has left", h.UpdateBot(viewer("A"), id, func(*fleet.BotSpec) {}), fleet.CodeBotNotScheduled)
		h.refused("deleting a bot that has left", h.DeleteBot(viewer("A"), id), fleet.CodeBotNotScheduled)
		if err := h.RemoveBot(viewer("A"), id); err != nil {
			t.Fatal(err)
		}
		m.until(id, "done")
		time.Sleep(time.Until(began.Add(2*time.Hour - time.Second)))
		m.joined(later, began.Add(2*time.Hour))
	})
}

func TestAScheduledBotIsChangedUntilItLeaves(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		began := time.Now()
		id := m.schedule(time.Hour, fleet.BotSpec{Name: "Ears", Metadata: map[string]string{"case": "42", "old": "yes"}})
		want := fleet.BotSpec{
			Name: "Eyes", Mode: bot.JoinSpecificRoom, Room: "Made later", Email: "eyes@example.com", Metadata: map[string]string{"case": "43"},
			JoinAt: began.Add(10 * time.Minute), Leaves: fleet.AutomaticLeave{InCallRecording: time.Minute},
		}
		if err := h.UpdateBot(viewer("A"), id, func(spec *fleet.BotSpec) {
			if spec.Name != "Ears" || spec.Metadata["old"] != "yes" || !spec.JoinAt.Equal(began.Add(time.Hour)) {
				t.Errorf("what was ordered is %+v", spec)
			}
			want.Meeting = spec.Meeting
			*spec = want
		}); err != nil {
			t.Fatal(err)
		}
		row := h.client.Bot.GetX(viewer("A"), id)
		if row.Name != want.Name || row.Mode != string(want.Mode) || row.RoomWanted != want.Room || !maps.Equal(row.Metadata, want.Metadata) || !row.JoinAt.Time().Equal(want.JoinAt) {
			t.Errorf("the row is %+v", row)
		}
		before := h.footprint()
		h.refused("a change with many faults", h.UpdateBot(viewer("A"), id, func(spec *fleet.BotSpec) {
			spec.Name, spec.JoinAt, spec.Mode = strings.Repeat("x", 101), began.Add(-time.Hour), "join_any"
			spec.Metadata = map[string]string{"": "", "v": strings.Repeat("x", fleet.MaxMetadataValue+1)}
		}), meeting.CodeInvalid, meeting.CodeInvalid, meeting.CodeInvalid, meeting.CodeInvalid, fleet.CodeInvalidMode)
		if after := h.footprint(); after != before {
			t.Errorf("a refused change made of %s %s", before, after)
		}
		m.do(meeting.CreateRooms{Names: []string{"Made later"}})
		m.do(meeting.OpenRooms{})
		m.guest("Ada")
		time.Sleep(10*time.Minute - time.Second)
		m.until(id, "breakout_room_entered")
		time.Sleep(time.Minute)
		m.until(id, "call_ended/"+bot.SubCodeInCallTimeout)
		for _, event := range m.events() {
			if fact, ok := event.Fact.(meeting.BotStatusChanged); ok && fact.Code != meeting.StatusScheduled &&
				(event.Bot.Name != "Eyes" || !maps.Equal(event.Bot.Metadata, want.Metadata)) {
				t.Errorf("%s is told of %+v", fact.Code, event.Bot)
			}
		}
	})
}

func TestADeletedBotDoesNotJoin(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.schedule(time.Minute, fleet.BotSpec{})
		if err := h.DeleteBot(viewer("A"), id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got, want := m.statuses(id), []string{"scheduled", "done/bot_deleted"}; !slices.Equal(got, want) {
			t.Errorf("the bot told %v, want %v", got, want)
		}
		h.refused("deleting it again", h.DeleteBot(viewer("A"), id), fleet.CodeBotEnded)
		h.refused("changing what is deleted", h.UpdateBot(viewer("A"), id, func(*fleet.BotSpec) {}), fleet.CodeBotEnded)
	})
}

func TestAScheduledBotEndsWithItsMeeting(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.schedule(24*time.Hour, fleet.BotSpec{})
		m.do(meeting.End{})
		m.until(id, "fatal/meeting_ended")
	})
}

// TestScheduledBotsOutliveTheProcess stops the fleet while bots wait and runs
// another on the same database, while the platform goes on.
func TestScheduledBotsOutliveTheProcess(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		began := time.Now()
		missed := m.schedule(time.Minute, fleet.BotSpec{})
		late := m.schedule(time.Minute+2*fleet.MaxLate-30*time.Second, fleet.BotSpec{})
		inTime := m.schedule(time.Hour, fleet.BotSpec{Mode: bot.JoinMainRoom})
		if err := h.closes[len(h.closes)-1](); err != nil { // the fleet's
			t.Fatal(err)
		}
		time.Sleep(2*fleet.MaxLate + time.Minute)
		h.Fleet = fleet.New(h.Config)
		h.run()
		again := time.Now()
		m.until(missed, "fatal/failed_to_launch_in_time")
		m.joined(late, again)
		time.Sleep(time.Until(began.Add(time.Hour)))
		m.joined(inTime, began.Add(time.Hour))
		if got := m.statuses(missed); !slices.Equal(got, []string{"scheduled", "fatal/failed_to_launch_in_time"}) {
			t.Errorf("the bot that came too late told %v", got)
		}
	})
}

// TestAMeetingThatAwaitsBotsIsTakenUp stops everything for an hour in which nothing
// was to happen: the meeting was silent before, and is not over.
func TestAMeetingThatAwaitsBotsIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		before := h.meet()
		began := time.Now()
		id := before.schedule(2*time.Hour, fleet.BotSpec{Name: "Ears"})
		time.Sleep(time.Minute)
		data := t.TempDir()
		h.copyTo(data)
		h.close()
		time.Sleep(time.Hour)
		m := reopen(t, data, before)
		m.ResumeWithin = 10 * time.Minute
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.run()
		time.Sleep(time.Until(began.Add(2 * time.Hour)))
		m.joined(id, began.Add(2*time.Hour))
	})
}

// TestRecoveryLeavesScheduledBots has a simulator die with its process: the meeting
// is over, and only the bot's turn tells so of the bot.
func TestRecoveryLeavesScheduledBots(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.schedule(time.Hour, fleet.BotSpec{})
		if err := fleet.New(h.Config).Recover(system()); err != nil {
			t.Fatal(err)
		}
		if row := h.client.Bot.GetX(system(), id); row.EndedAt != 0 && row.StatusSubCode == bot.SubCodeTerminated {
			t.Errorf("recovery ended a bot that never ran: %+v", row)
		}
		m.until(id, "fatal/meeting_ended")
	})
}
