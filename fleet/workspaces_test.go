package fleet_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/privacy"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

func TestCommandsThatAreRefusedLeaveNothing(t *testing.T) {
	inHouse(t, func(h *house) {
		m, over := h.meet(), h.meet()
		ada := m.guest("Ada")
		over.do(meeting.End{})
		for name, test := range map[string]struct {
			id      meeting.ID
			command meeting.Command
			want    meeting.Code
		}{
			"an unknown meeting":       {"mtg_none", meeting.OpenRooms{}, meeting.CodeMeetingNotFound},
			"a meeting that is over":   {over.id, meeting.OpenRooms{}, meeting.CodeMeetingEnded},
			"closing what is not open": {m.id, meeting.CloseRooms{}, meeting.CodeRoundNotOpen},
			"a name that is taken":     {m.id, meeting.CreateRooms{Names: []string{"red"}}, meeting.CodeRoomNameTaken},
			"a room that is not open":  {m.id, meeting.Move{Participant: ada, Room: m.red}, meeting.CodeRoomNotOpen},
			"somebody unknown":         {m.id, meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{ada, 900}}, meeting.CodeParticipantNotFound},
			"what a person may not do": {m.id, meeting.OpenRooms{Actor: meeting.As(ada)}, meeting.CodeNotAllowed},
		} {
			before := h.footprint()
			_, err := h.Command(viewer("A"), test.id, test.command)
			h.refused(name, err, test.want)
			if after := h.footprint(); after != before {
				t.Errorf("%s: %s became %s", name, before, after)
			}
		}
		m.do(meeting.OpenRooms{}) // which is all that has happened to the rooms
	})
}

func TestMeetingsThatCannotBeMadeLeaveNothing(t *testing.T) {
	inHouse(t, func(h *house) {
		options := meeting.DefaultOptions()
		bad := options
		bad.ClosingCountdown = -time.Second
		before := h.footprint()
		_, err := h.CreateMeeting(viewer("A"), fleet.MeetingSpec{Title: "Test", Platform: "moon", Options: options})
		h.refused("an unknown platform", err, meeting.CodeInvalid)
		_, err = h.CreateMeeting(viewer("A"), fleet.MeetingSpec{Title: " ", Platform: simulator.Name, Options: bad})
		h.refused("no title and no time", err, meeting.CodeInvalid, meeting.CodeInvalid)
		if after := h.footprint(); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
}

// TestWorkspacesCannotTouchEachOther gives every order to the things of another
// workspace: they do not exist for it.
func TestWorkspacesCannotTouchEachOther(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		ada := m.guest("Ada")
		id := m.send(bot.JoinMainRoom, "")
		m.until(id, "in_call_recording")
		foreign := viewer("B")
		before := h.footprint()
		for _, command := range []meeting.Command{
			meeting.OpenRooms{}, meeting.CloseRooms{}, meeting.End{}, meeting.CreateRooms{Names: []string{"Green"}},
			meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{ada}}, meeting.Move{Participant: ada, Room: m.red},
			meeting.Leave{Actor: meeting.As(ada)},
		} {
			_, err := h.Command(foreign, m.id, command)
			h.refused("a command", err, meeting.CodeMeetingNotFound)
		}
		_, err := h.CreateBot(foreign, fleet.BotSpec{Meeting: m.id})
		h.refused("a bot", err, meeting.CodeMeetingNotFound)
		h.refused("calling a bot back", h.RemoveBot(foreign, id), fleet.CodeBotNotFound)
		if after := h.footprint(); after != before {
			t.Errorf("another workspace made of %s %s", before, after)
		}
		if row := h.client.Bot.GetX(system(), id); row.StatusCode != meeting.StatusInCallRecording {
			t.Errorf("the bot is %s", row.StatusCode)
		}
	})
}

// TestWorkspacesCannotReadEachOther asks the database itself.
func TestWorkspacesCannotReadEachOther(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		m.guest("Ada")
		id := m.send(bot.JoinMainRoom, "")
		m.until(id, "in_call_recording")
		m.do(meeting.OpenRooms{})
		counts := func(workspace string) map[string]int {
			ctx := viewer(workspace)
			events, err := m.journal.Read(ctx, journal.Topic{Meeting: m.id}, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			return map[string]int{
				"meetings": h.client.Meeting.Query().CountX(ctx), "rooms": h.client.Room.Query().CountX(ctx),
				"rounds": h.client.Round.Query().CountX(ctx), "participants": h.client.Participant.Query().CountX(ctx),
				"presences": h.client.Presence.Query().CountX(ctx), "bots": h.client.Bot.Query().CountX(ctx),
				"segments": h.client.Segment.Query().CountX(ctx), "events": len(events),
			}
		}
		own := counts("A")
		for what, n := range counts("B") {
			if n != 0 || own[what] == 0 {
				t.Errorf("workspace B sees %d of the %d %s of A", n, own[what], what)
			}
		}
		theirs, err := h.CreateMeeting(viewer("B"), fleet.MeetingSpec{Title: "Theirs", Platform: simulator.Name, Options: meeting.DefaultOptions()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.client.Meeting.Get(viewer("B"), theirs); err != nil {
			t.Errorf("workspace B can't see what it made: %v", err)
		}
		if n := h.client.Meeting.Query().CountX(viewer("A")); n != own["meetings"] {
			t.Errorf("workspace A sees %d meetings", n)
		}
		if _, err := h.client.Bot.Get(viewer("B"), id); !ent.IsNotFound(err) {
			t.Errorf("workspace B gets the bot: %v", err)
		}
		for _, workspace := range []string{"A", "B"} { // rows follow from events alone
			if err := h.client.Bot.UpdateOneID(id).SetName("x").Exec(viewer(workspace)); !errors.Is(err, privacy.Deny) {
				t.Errorf("workspace %s writes a row: %v", workspace, err)
			}
		}
	})
}

// TestEqualSeedsMakeEqualIDs runs two houses with the same source of chance.
func TestEqualSeedsMakeEqualIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := func(seed byte) [2]string {
			h := open(t, t.TempDir(), rand.NewChaCha8([32]byte{seed}))
			h.run()
			m := h.meet()
			return [2]string{string(m.id), string(m.send(bot.JoinMainRoom, ""))}
		}
		if first, second, other := ids(1), ids(1), ids(2); first != second || first == other {
			t.Errorf("the ids are %v and %v, with another seed %v", first, second, other)
		}
	})
}

// TestNoChanceNoMeeting lets the source of ids fail.
func TestNoChanceNoMeeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("the well of chance is dry")
		h := open(t, t.TempDir(), iotest.ErrReader(broken))
		if _, err := h.CreateMeeting(viewer("A"), fleet.MeetingSpec{Title: "Test", Platform: simulator.Name, Options: meeting.DefaultOptions()}); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if n := h.client.Meeting.Query().CountX(system()); n != 0 {
			t.Errorf("%d meetings were made", n)
		}
	})
}
