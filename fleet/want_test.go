package fleet_test

import (
	"slices"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// wishes is what a bot said of the room that it waits for, and how its moves ended.
func (m *held) wishes(id meeting.BotID) (steps []string) {
	for _, event := range m.events() {
		if event.Bot == nil || event.Bot.ID != id {
			continue
		}
		switch fact := event.Fact.(type) {
		case meeting.BotMoveEnded:
			steps = append(steps, "move "+string(fact.Outcome))
		case meeting.BotStatusChanged:
			switch fact.Code {
			case meeting.StatusBreakoutRoomAwaited:
				steps = append(steps, fact.SubCode)
			case meeting.StatusBreakoutRoomEntered, meeting.StatusBreakoutRoomLeft:
				steps = append(steps, fact.Code)
			}
		}
	}
	return steps
}

// wishing waits a little and checks what a bot has told since the last time.
func (m *held) wishing(id meeting.BotID, when string, known *int, want ...string) {
	m.t.Helper()
	time.Sleep(5 * time.Second)
	all := m.wishes(id)
	if got := all[*known:]; !slices.Equal(got, want) {
		m.t.Errorf("%s, the bot told %v, want %v", when, got, want)
	}
	*known = len(all)
}

// TestABotSaysThatItWaitsForItsRoom has a bot sent to one room, where nobody lets
// people choose and nobody assigns it.
func TestABotSaysThatItWaitsForItsRoom(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		m.options(func(o *meeting.Options) { o.ChooseRoom = false })
		m.guest("Ada")
		id, known := m.send(bot.JoinSpecificRoom, "red"), 0
		m.wishing(id, "before the room is open", &known, bot.SubCodeRoomNotOpen)
		for range 2 {
			m.do(meeting.OpenRooms{})
			m.wishing(id, "when the room opens", &known, bot.SubCodeRoomNotAssigned, "breakout_room_entered", "move MOVED")
			m.do(meeting.CloseRooms{})
			m.wishing(id, "when the room closes", &known, "breakout_room_left", bot.SubCodeRoomNotOpen)
			m.do(meeting.ResetRooms{})
			m.wishing(id, "when the room is deleted", &known, bot.SubCodeRoomDeleted)
			m.do(meeting.CreateRooms{Names: []string{"Red"}})
			m.wishing(id, "when the room is made anew", &known, bot.SubCodeRoomNotOpen)
		}
		m.do(meeting.OpenRooms{})
		m.wishing(id, "when the room opens", &known, bot.SubCodeRoomNotAssigned, "breakout_room_entered", "move MOVED")
		number := m.client.Participant.Query().AllX(system())[1].Number
		m.do(meeting.Move{Participant: meeting.ParticipantID(number), Room: meeting.MainRoom(m.id)})
		m.wishing(id, "when the host calls it back", &known, "breakout_room_left", bot.SubCodeRoomNotAssigned)
	})
}

// TestABotThatMayChooseGoesByItself asks nobody.
func TestABotThatMayChooseGoesByItself(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		m.guest("Ada")
		id, known := m.send(bot.JoinSpecificRoom, "Red"), 0
		m.wishing(id, "before the room is open", &known, bot.SubCodeRoomNotOpen)
		m.do(meeting.OpenRooms{})
		m.wishing(id, "when the room opens", &known, "breakout_room_entered")
	})
}
