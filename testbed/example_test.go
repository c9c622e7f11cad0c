package testbed_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// This is the test of the README. In virtual time its ten minutes pass in about
// a second.
func TestBotRecordsItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house := testbed.Start(t, testbed.VirtualTime())
		workshop := house.CreateMeeting("Design workshop")
		workshop.Join("Ada", "Ben") // people who speak, over real WebRTC
		ideas := workshop.CreateRooms("Ideas")[0]
		workshop.Assign(ideas, "Ada", "Ben")

		house.Do(`mutation($meeting: ID!) {
		  createBot(input: {meetingId: $meeting, breakoutRoom: {mode: JOIN_SPECIFIC_ROOM, roomId: "Ideas"}}) { bot { id } }
		}`, map[string]any{"meeting": workshop.ID}, nil)
		workshop.OpenRooms()
		workshop.WaitFor("breakout_room_entered")
		time.Sleep(10 * time.Minute)
		workshop.CloseRooms()
		workshop.WaitForCount("segment_completed", 2) // the main room's, then the room's

		segment := workshop.Segments()[1]
		if got := len(segment.Tracks.Nodes); segment.Room.Name != "Ideas" || got != 2 || segment.DurationSeconds < 599 {
			t.Errorf("%s: %d people in %.0f s; want 2 people of Ideas in 600 s", segment.Room.Name, got, segment.DurationSeconds)
		}
	})
}
