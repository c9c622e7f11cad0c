package seat_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/testbed"
)

// TestABotOfAnotherProgramFollowsTheHost has a bot that is no part of the server take a
// seat at its door, by a key and by a link, and go where the host invites it.
func TestABotOfAnotherProgramFollowsTheHost(t *testing.T) {
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Bots from outside")
	room := workshop.CreateRooms("Ideas")[0]
	workshop.Join("Ada")
	var made struct {
		CreateSeatLink struct{ Link struct{ URL string } }
	}
	house.Do(`mutation($id: ID!) { createSeatLink(input: {meetingId: $id}) { link { url } } }`, map[string]any{"id": workshop.ID}, &made)
	heard := make(chan meeting.Packet, 1)
	request := meeting.JoinRequest{Name: "Notes", Receive: func(p meeting.Packet) {
		select {
		case heard <- meeting.Packet{Participant: p.Participant, Visit: p.Visit}:
		default:
		}
	}}
	plain := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	session, err := seat.Client{HTTP: plain}.Join(t.Context(), made.CreateSeatLink.Link.URL, request)
	if err != nil {
		t.Fatal(err)
	}
	workshop.Assign(room, "Ada", "Notes")
	workshop.OpenRooms()
	for signal := range session.Signals() {
		if invited, is := signal.(meeting.Invited); is {
			if err := session.Answer(t.Context(), invited.Invitation, true); err != nil {
				t.Fatal(err)
			}
		}
		if entered, is := signal.(meeting.EnteredRoom); is && entered.Room.Name == "Ideas" {
			break
		}
	}
	for timeout := time.After(20 * time.Second); ; {
		select {
		case p := <-heard:
			if p.Visit == 1 {
				continue // of the main room
			}
			if p.Participant != 100 || p.Visit != 2 {
				t.Errorf("the bot hears participant %d on visit %d", p.Participant, p.Visit)
			}
		case <-timeout:
			t.Fatal("the bot hears nobody in the room")
		}
		break
	}
	if err := session.Leave(t.Context()); err != nil {
		t.Error(err)
	}
	if left := workshop.WaitFor("participant_left"); left.Participant.Name != "Notes" || !left.Participant.IsBot {
		t.Errorf("%+v has left", left)
	}

	refusesStrangers(t, house, workshop, plain)
}

// refusesStrangers takes seats with keys, of which one opens the door.
func refusesStrangers(t *testing.T, house *testbed.House, workshop *testbed.Meeting, plain *http.Client) {
	t.Helper()
	request := meeting.JoinRequest{Name: "Notes", Receive: func(meeting.Packet) {}}
	address := "ws" + strings.TrimPrefix(house.URL, "http") + seat.Path + workshop.ID
	if _, err := (seat.Client{HTTP: plain}).Join(t.Context(), address, request); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a seat without a key got %v", err)
	}
	stranger := house.Workspace("other")
	if _, err := (seat.Client{HTTP: plain, Key: stranger.Key}).Join(t.Context(), address, request); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("another workspace's key got %v", err)
	}
	again, err := seat.Client{HTTP: plain, Key: house.Key}.Join(t.Context(), address, request)
	if err != nil {
		t.Fatal(err)
	}
	house.Do(`mutation($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": workshop.ID}, nil)
	for signal := range again.Signals() {
		if removed, is := signal.(meeting.Removed); is && removed.Cause != meeting.LeftByMeetingEnd {
			t.Errorf("the bot was removed: %+v", removed)
		}
	}
	if err := again.Leave(t.Context()); err != nil {
		t.Error(err)
	}
}
