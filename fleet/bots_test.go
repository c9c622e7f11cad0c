package fleet_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

func TestOrdersThatCannotBeCarriedOutLeaveNothing(t *testing.T) {
	inHouse(t, func(h *house) {
		m, other, over := h.meet(), h.meet(), h.meet()
		over.do(meeting.End{})
		long := strings.Repeat("ä", meeting.MaxNameLength+1)
		specific := func(room string) fleet.BotSpec {
			return fleet.BotSpec{Meeting: m.id, Mode: bot.JoinSpecificRoom, Room: room}
		}
		for name, test := range map[string]struct {
			spec fleet.BotSpec
			want []meeting.Code
		}{
			"an unknown meeting":          {fleet.BotSpec{Meeting: "mtg_none"}, []meeting.Code{meeting.CodeMeetingNotFound}},
			"a meeting that is over":      {fleet.BotSpec{Meeting: over.id}, []meeting.Code{meeting.CodeMeetingEnded}},
			"video that there is not":     {fleet.BotSpec{Meeting: m.id, Video: "HOLOGRAMS"}, []meeting.Code{meeting.CodeInvalid}},
			"an unknown mode":             {fleet.BotSpec{Meeting: m.id, Mode: "join_any"}, []meeting.Code{fleet.CodeInvalidMode}},
			"no room where one is needed": {specific(""), []meeting.Code{fleet.CodeRoomIDRequired}},
			"a room of blanks":            {specific(" \t"), []meeting.Code{fleet.CodeRoomIDRequired}},
			"a room in the accepting mode": {fleet.BotSpec{Meeting: m.id, Mode: bot.AutoAcceptAllInvites, Room: "Red"},
				[]meeting.Code{fleet.CodeRoomIDNotTaken}},
			"a room in the main mode":     {fleet.BotSpec{Meeting: m.id, Mode: bot.JoinMainRoom, Room: "Red"}, []meeting.Code{fleet.CodeRoomIDNotTaken}},
			"a room in the default mode":  {fleet.BotSpec{Meeting: m.id, Room: "Red"}, []meeting.Code{fleet.CodeRoomIDNotTaken}},
			"a room that is not there":    {specific("Green"), []meeting.Code{meeting.CodeRoomNotFound}},
			"the main room":               {specific(meeting.MainRoomName), []meeting.Code{meeting.CodeRoomNotFound}},
			"a room of another meeting":   {specific(string(other.red)), []meeting.Code{meeting.CodeRoomNotFound}},
			"a name that is too long":     {fleet.BotSpec{Meeting: m.id, Name: long}, []meeting.Code{meeting.CodeInvalid}},
			"everything wrong in one bot": {fleet.BotSpec{Meeting: over.id, Name: long, Mode: "x"}, []meeting.Code{meeting.CodeMeetingEnded, meeting.CodeInvalid, fleet.CodeInvalidMode}},
		} {
			before := h.footprint()
			id, err := h.CreateBot(viewer("A"), test.spec)
			h.refused(name, err, test.want...)
			if after := h.footprint(); id != "" || after != before {
				t.Errorf("%s: bot %q, and %s became %s", name, id, before, after)
			}
		}
	})
}

func TestABotIsWrittenDownAsItWasOrdered(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		metadata := map[string]string{"case": "42"}
		for name, test := range map[string]struct {
			spec                 fleet.BotSpec
			name, mode, wantRoom string
		}{
			"nothing said":    {fleet.BotSpec{Meeting: m.id, Name: "  "}, "BreakoutBot", "auto_accept_all_invites", ""},
			"everything said": {fleet.BotSpec{Meeting: m.id, Name: " Ears ", Mode: bot.JoinSpecificRoom, Room: " red ", Metadata: metadata}, "Ears", "join_specific_room", "red"},
			"a room's id":     {fleet.BotSpec{Meeting: m.id, Mode: bot.JoinSpecificRoom, Room: string(m.blue)}, "BreakoutBot", "join_specific_room", string(m.blue)},
		} {
			id, err := h.CreateBot(viewer("A"), test.spec)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			row := h.client.Bot.GetX(viewer("A"), id)
			if row.Name != test.name || row.Mode != test.mode || row.RoomWanted != test.wantRoom || !maps.Equal(row.Metadata, test.spec.Metadata) || row.MeetingID != m.id {
				t.Errorf("%s: the row is %+v", name, row)
			}
			m.until(id, "in_call_recording")
			if got, want := m.statuses(id)[:4], []string{"ready", "joining_call", "in_call_not_recording", "in_call_recording"}; !slices.Equal(got, want) {
				t.Errorf("%s: the bot told %v, want %v", name, got, want)
			}
		}
	})
}

func TestABotIsCalledBack(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id, other := m.send(bot.JoinMainRoom, ""), m.send(bot.JoinMainRoom, "")
		m.until(id, "in_call_recording")
		m.until(other, "in_call_recording")
		if err := h.RemoveBot(viewer("A"), id); err != nil {
			t.Fatal(err)
		}
		m.until(id, "done")
		want := []string{"ready", "joining_call", "in_call_not_recording", "in_call_recording", "call_ended/bot_received_leave_call", "done"}
		if got := m.statuses(id); !slices.Equal(got, want) {
			t.Errorf("the bot told %v, want %v", got, want)
		}
		before := h.footprint()
		h.refused("calling it back again", h.RemoveBot(viewer("A"), id), fleet.CodeBotEnded)
		h.refused("calling nobody back", h.RemoveBot(viewer("A"), "bot_none"), fleet.CodeBotNotFound)
		if after := h.footprint(); after != before {
			t.Errorf("refusals made of %s %s", before, after)
		}
		if row := h.client.Bot.GetX(system(), other); row.EndedAt != 0 {
			t.Error("another bot was called back along")
		}
	})
}

// TestABotIsCalledBackBeforeItHasBegun gives both orders in one breath.
func TestABotIsCalledBackBeforeItHasBegun(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.send(bot.AutoAcceptAllInvites, "")
		if err := h.RemoveBot(viewer("A"), id); err != nil {
			t.Fatal(err)
		}
		m.until(id, "done")
		if told := m.statuses(id); !slices.Contains(told, "call_ended/bot_received_leave_call") {
			t.Errorf("the bot told %v", told)
		}
	})
}

// TestOrdersCanComeAtOnce sends and calls back bots from many callers.
func TestOrdersCanComeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), rand.NewChaCha8([32]byte{}))
		h.run()
		m := h.meet()
		const callers = 6
		ids := make([]meeting.BotID, callers)
		var calls sync.WaitGroup
		for i := range callers {
			calls.Go(func() {
				ids[i] = m.send(bot.JoinMainRoom, "")
				if err := h.RemoveBot(viewer("A"), ids[i]); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		for _, id := range ids {
			m.until(id, "done")
		}
		if n := h.client.Bot.Query().CountX(system()); n != callers {
			t.Errorf("there are %d bots, want %d", n, callers)
		}
	})
}

// TestTheEndOfTheFleetIsTheEndOfItsBots stops the fleet while bots record.
func TestTheEndOfTheFleetIsTheEndOfItsBots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		stop := h.run()
		m := h.meet()
		m.guest("Ada")
		bots := []meeting.BotID{m.send(bot.JoinMainRoom, ""), m.send(bot.JoinSpecificRoom, "Red"), m.send(bot.AutoAcceptAllInvites, "")}
		m.do(meeting.OpenRooms{})
		m.until(bots[1], "breakout_room_entered")
		m.until(bots[2], "in_call_recording")
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		for _, id := range bots {
			told := m.statuses(id)
			if want := []string{"call_ended/process_terminated", "done"}; !slices.Equal(told[len(told)-2:], want) {
				t.Errorf("bot %s told %v, want %v at the end", id, told, want)
			}
		}
		m.nothingOpen(false)
	})
}

// TestAFleetThatStopsTakesNoOrders must not write a bot down that nobody will
// ever run.
func TestAFleetThatStopsTakesNoOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		stop := h.run()
		m := h.meet()
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		_, err := h.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id})
		if !errors.Is(err, fleet.ErrStopping) {
			t.Errorf("the order ended with %v", err)
		}
		m.nothingOpen(false)
	})
}

// TestABotThatFailsEndsOnce lets recording fail: the bot's life has one end, and
// it says that something went wrong.
func TestABotThatFailsEndsOnce(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		// A file where the folder of the meeting's recordings would be.
		if err := os.WriteFile(filepath.Join(h.store.Folder(), string(m.id)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		id := m.send(bot.AutoAcceptAllInvites, "")
		m.until(id, "fatal/bot_errored")
		var ends []string
		for _, told := range m.statuses(id) {
			if code, _, _ := strings.Cut(told, "/"); meeting.TerminalStatus(code) {
				ends = append(ends, told)
			}
		}
		if len(ends) != 1 {
			t.Errorf("the bot told %v: nothing may follow an end", m.statuses(id))
		}
	})
}

// TestABotOfAMeetingThatEnds checks that its end does not need the fleet.
func TestABotOfAMeetingThatEnds(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.send(bot.JoinMainRoom, "")
		m.until(id, "in_call_recording")
		m.do(meeting.End{})
		m.until(id, "done")
		m.nothingOpen(false)
		time.Sleep(time.Minute) // nothing comes after it
		if told := m.statuses(id); !slices.Equal(told[len(told)-2:], []string{"call_ended/call_ended_by_host", "done"}) {
			t.Errorf("the bot told %v", told)
		}
	})
}

// TestNobodyOrdersNothing gives orders in the name of nobody.
func TestNobodyOrdersNothing(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id := m.send(bot.JoinMainRoom, "")
		m.until(id, "in_call_recording")
		before := h.footprint()
		nobody := context.Background()
		_, create := h.CreateMeeting(nobody, fleet.MeetingSpec{Title: "x", Platform: "simulator", Options: meeting.DefaultOptions()})
		_, send := h.CreateBot(nobody, fleet.BotSpec{Meeting: m.id})
		_, command := h.Command(nobody, m.id, meeting.OpenRooms{})
		for name, err := range map[string]error{"create": create, "send": send, "command": command, "remove": h.RemoveBot(nobody, id)} {
			if !errors.Is(err, access.ErrNoViewer) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if after := h.footprint(); after != before {
			t.Errorf("nobody made of %s %s", before, after)
		}
	})
}
