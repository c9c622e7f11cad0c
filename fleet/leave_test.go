package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

// options changes options of the meeting.
func (m *held) options(change func(*meeting.Options)) {
	m.t.Helper()
	m.do(meeting.SetOptions{Change: change})
}

// muted brings somebody into the meeting who says nothing.
func (m *held) muted(name string) meeting.ParticipantID {
	m.t.Helper()
	who, off := m.guest(name), false
	m.do(meeting.SetMedia{Participant: who, Microphone: &off})
	return who
}

// ending is how a bot's call ended; empty while it lasts.
func (m *held) ending(id meeting.BotID) string {
	for _, status := range m.statuses(id) {
		if why, ended := strings.CutPrefix(status, meeting.StatusCallEnded+"/"); ended {
			return why
		}
	}
	return ""
}

// TestEveryReasonToLeave has a bot leave by itself for each reason, not before its
// time and soon after it.
func TestEveryReasonToLeave(t *testing.T) {
	const after = 30 * time.Second
	for subCode, test := range map[string]struct {
		lay    func(*held)
		leaves fleet.AutomaticLeave
	}{
		bot.SubCodeWaitingRoom: {
			func(m *held) {
				m.guest("Ada")
				m.options(func(o *meeting.Options) { o.WaitingRoom = meeting.WaitingRoomBots })
			},
			fleet.AutomaticLeave{WaitingRoom: after},
		},
		bot.SubCodeNooneJoined:   {func(*held) {}, fleet.AutomaticLeave{NooneJoined: after}},
		bot.SubCodeInCallTimeout: {func(m *held) { m.guest("Ada") }, fleet.AutomaticLeave{InCallRecording: after}},
		bot.SubCodeNotRecording: {
			func(m *held) {
				m.do(meeting.SetRole{Participant: m.guest("Grace"), Role: meeting.RoleHost}) // who answers nothing
				m.options(func(o *meeting.Options) { o.BotsAskToRecord = true })
			},
			fleet.AutomaticLeave{InCallNotRecording: after},
		},
		bot.SubCodePermissionDenied: {
			func(m *held) {
				m.guest("Ada")
				m.options(func(o *meeting.Options) { o.BotsAskToRecord = true })
			},
			fleet.AutomaticLeave{}, // 30 s is what it is by default
		},
		bot.SubCodeSilence: {
			func(m *held) { m.muted("Ada") },
			fleet.AutomaticLeave{Silence: fleet.Timeout{After: 20 * time.Second, ActivateAfter: 10 * time.Second}},
		},
		bot.SubCodeOnlyBots: {
			func(m *held) { m.muted("Ada") },
			fleet.AutomaticLeave{OnlyBots: fleet.Timeout{After: after}},
		},
		bot.SubCodeOnlyBotNames: {
			func(m *held) { m.guest("Otter's Notetaker") },
			fleet.AutomaticLeave{BotNames: []string{"notetaker"}, OnlyBotNames: fleet.Timeout{After: 5 * time.Second, ActivateAfter: 25 * time.Second}},
		},
	} {
		t.Run(subCode, func(t *testing.T) {
			inHouse(t, func(h *house) {
				m := h.meet()
				test.lay(m)
				id, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Leaves: test.leaves})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(after - time.Second)
				if why := m.ending(id); why != "" {
					t.Errorf("the bot left too early: %s", why)
				}
				time.Sleep(4 * time.Second)
				if why := m.ending(id); why != subCode {
					t.Errorf("the bot left for %q; it told %v", why, m.statuses(id))
				}
			})
		})
	}
}

// TestABotStaysWhereThereIsAReason has what could make a bot leave be so only from
// where it is: people speak, or are in rooms where nobody listens.
func TestABotStaysWhereThereIsAReason(t *testing.T) {
	leaves := fleet.AutomaticLeave{
		EveryoneLeft: fleet.Timeout{After: 2 * time.Second},
		Silence:      fleet.Timeout{After: 20 * time.Second}, OnlyBots: fleet.Timeout{After: 20 * time.Second},
		BotNames: []string{"bot"}, OnlyBotNames: fleet.Timeout{After: 20 * time.Second},
	}
	for name, lay := range map[string]func(*held){
		"people speak": func(m *held) { m.guest("Ada") },
		"people are in rooms": func(m *held) {
			m.do(meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{m.muted("Ada"), m.muted("Ben")}})
			m.do(meeting.OpenRooms{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, func(h *house) {
				m := h.meet()
				lay(m)
				id, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Mode: bot.JoinMainRoom, Leaves: leaves})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(90 * time.Second)
				if why := m.ending(id); why != "" {
					t.Errorf("the bot left: %s", why)
				}
			})
		})
	}
}

// TestSilenceIsOfTheWholeMeeting has one bot listen where nobody speaks, and another
// in the room where somebody does.
func TestSilenceIsOfTheWholeMeeting(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		ada := m.guest("Ada")
		m.muted("Ben")
		leaves := fleet.AutomaticLeave{Silence: fleet.Timeout{After: 20 * time.Second}}
		quiet, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Mode: bot.JoinMainRoom, Leaves: leaves})
		if err != nil {
			t.Fatal(err)
		}
		m.until(quiet, meeting.StatusInCallRecording)
		there := m.send(bot.JoinSpecificRoom, "Red")
		m.do(meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{ada}})
		m.do(meeting.OpenRooms{})
		m.until(there, meeting.StatusBreakoutRoomEntered)
		time.Sleep(time.Minute)
		if why := m.ending(quiet); why != "" {
			t.Errorf("while somebody speaks in Red, the bot in main left: %s", why)
		}
		off := false
		m.do(meeting.SetMedia{Participant: ada, Microphone: &off})
		time.Sleep(25 * time.Second)
		if why := m.ending(quiet); why != bot.SubCodeSilence {
			t.Errorf("when nobody spoke any more, the bot left for %q", why)
		}
	})
}

// TestTimesOfLeavingAreChecked names everything that is wrong.
func TestTimesOfLeavingAreChecked(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		_, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Leaves: fleet.AutomaticLeave{
			WaitingRoom: -1, Silence: fleet.Timeout{After: 25 * time.Hour}, BotNames: []string{" "},
		}})
		h.refused("times out of bounds", err, meeting.CodeInvalid, meeting.CodeInvalid, meeting.CodeInvalid)
	})
}
