package simulator_test

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
)

// tally counts what a seat hears of each participant: packets, and those of them
// that are not silence.
type tally struct {
	mu            sync.Mutex
	packets, loud map[meeting.ParticipantID]int
}

func newTally() *tally {
	return &tally{packets: make(map[meeting.ParticipantID]int), loud: make(map[meeting.ParticipantID]int)}
}

func (e *tally) receive(p meeting.Packet) {
	_, bare, _ := simulator.ReadStamp(p.RTP.Payload)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.packets[p.Participant]++
	if !bytes.Equal(bare, opusfile.Silence) {
		e.loud[p.Participant]++
	}
}

// after lets virtual time pass and tells how much of somebody was heard in it.
func (e *tally) after(d time.Duration, who meeting.ParticipantID) (packets, loud int) {
	e.mu.Lock()
	packets, loud = e.packets[who], e.loud[who]
	e.mu.Unlock()
	time.Sleep(d)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.packets[who] - packets, e.loud[who] - loud
}

// inBubble runs a test of a meeting with the rooms Red and Blue in virtual time.
func inBubble(t *testing.T, test func(t *testing.T, m held, red, blue meeting.RoomID)) {
	synctest.Test(t, func(t *testing.T) {
		m := create(t, start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"}), "mtg_room")
		rooms := m.rooms("Red", "Blue")
		test(t, m, rooms[0], rooms[1])
	})
}

// chatter is somebody who speaks nearly all the time.
func (m held) chatter(name string, role meeting.Role) *simulator.Guest {
	return guest(m.t, m.s, simulator.GuestSpec{Meeting: m.ID, Name: name, Role: role, ExternalID: name, MinPause: 20 * time.Millisecond, MaxPause: 40 * time.Millisecond})
}

func TestVoicesReachOtherRoomsWhileTheyAreBroadcast(t *testing.T) {
	inBubble(t, func(t *testing.T, m held, red, blue meeting.RoomID) {
		host := m.chatter("Grace", meeting.RoleHost).Participant()
		e := newTally()
		bot := m.bot("Bot", e.receive).Participant()
		m.do(meeting.OpenRooms{})
		m.do(meeting.Move{Participant: bot, Room: red})
		time.Sleep(time.Second)
		if n, _ := e.after(time.Second, host); n != 0 {
			t.Errorf("from the main room, %d packets came before the broadcast", n)
		}
		m.do(meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastVoice})
		if n, _ := e.after(time.Second, host); n < 45 {
			t.Errorf("%d packets of the broadcast came in a second", n)
		}
		m.do(meeting.Move{Participant: bot, Room: blue})
		time.Sleep(time.Second)
		if n, _ := e.after(time.Second, host); n < 45 {
			t.Errorf("after a move to another room that hears it, %d packets came in a second", n)
		}
		m.do(meeting.StopBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastVoice})
		if n, _ := e.after(time.Second, host); n > 1 { // one can be on its way
			t.Errorf("%d packets came after the broadcast", n)
		}
		m.do(meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastVoice, Rooms: []meeting.RoomID{red}})
		if n, _ := e.after(time.Second, host); n != 0 {
			t.Errorf("%d packets came into a room that was not named", n)
		}
	})
}

func TestMutedPeopleSendSilence(t *testing.T) {
	inBubble(t, func(t *testing.T, m held, _, _ meeting.RoomID) {
		ada := m.chatter("Ada", "").Participant()
		e := newTally()
		m.bot("Bot", e.receive)
		time.Sleep(time.Second)
		if _, loud := e.after(time.Second, ada); loud < 40 {
			t.Fatalf("%d packets of speech came in a second", loud)
		}
		off, on := false, true
		m.do(meeting.SetMedia{Participant: ada, Microphone: &off}) // by the owner
		time.Sleep(100 * time.Millisecond)
		if packets, loud := e.after(time.Second, ada); packets < 45 || loud != 0 {
			t.Errorf("of somebody who is muted, %d packets came, %d of them loud", packets, loud)
		}
		m.do(meeting.SetMedia{Actor: meeting.As(ada), Participant: ada, Microphone: &on})
		if _, loud := e.after(time.Second, ada); loud < 40 {
			t.Errorf("unmuted, %d packets of speech came in a second", loud)
		}
	})
}

func TestComingBackTakesTheOldSeat(t *testing.T) {
	inBubble(t, func(t *testing.T, m held, red, _ meeting.RoomID) {
		first := m.chatter("Ada", "")
		ada := first.Participant()
		e := newTally()
		bot := m.bot("Bot", e.receive).Participant()
		m.do(meeting.Assign{Room: red, Participants: []meeting.ParticipantID{ada, bot}})
		m.do(meeting.OpenRooms{})
		time.Sleep(time.Second)
		second := m.chatter("Ada", "") // while the first connection lingers
		if second.Participant() != ada {
			t.Fatalf("Ada came back as %d", second.Participant())
		}
		time.Sleep(time.Second)
		if packets, _ := e.after(time.Second, ada); packets < 45 || packets > 55 {
			t.Errorf("%d packets of Ada came in a second; one voice sends 50", packets)
		}
		if err := first.Leave(context.Background()); err != nil {
			t.Fatal(err)
		}
		if packets, _ := e.after(time.Second, ada); packets < 45 {
			t.Errorf("after the first connection went away, %d packets came", packets)
		}
	})
}

func TestRoomsAreMeetingsOfTheirOwn(t *testing.T) {
	inBubble(t, func(t *testing.T, m held, red, _ meeting.RoomID) {
		session, err := m.s.Join(t.Context(), meeting.JoinRequest{Meeting: m.ID, Name: "Bot", Receive: func(meeting.Packet) {}})
		if err != nil {
			t.Fatal(err)
		}
		m.do(meeting.SetOptions{Change: func(o *meeting.Options) { o.ChooseRoom = true }})
		m.do(meeting.OpenRooms{})
		var heard []meeting.ID
		go func() {
			if err := session.EnterRoom(t.Context(), meeting.RoomID(meeting.ConnectedMeeting(red))); err != nil {
				t.Error(err)
			}
			if err := session.EnterRoom(t.Context(), meeting.RoomID(m.ID)); err != nil { // the main room is the meeting itself
				t.Error(err)
			}
			synctest.Wait() // until all of that has been heard
			if err := session.Leave(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		for signal := range session.Signals() {
			switch s := signal.(type) {
			case meeting.ChangingMeeting:
				heard = append(heard, s.Meeting)
			case meeting.MeetingChanged:
				heard = append(heard, s.Meeting)
			}
		}
		connected := meeting.ConnectedMeeting(red)
		if want := []meeting.ID{connected, connected, m.ID, m.ID}; !slices.Equal(heard, want) {
			t.Errorf("the seat heard that it changes to %v, want %v", heard, want)
		}
	})
}
