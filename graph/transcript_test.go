package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/testbed"
)

// utterance is what the API tells of something that was said.
type utterance struct {
	Number             int
	Name, Text         string
	StartedAt, EndedAt time.Time
	Words              []struct {
		Text     string
		From, To time.Time
	}
	Room    struct{ Name string }
	Segment struct{ Visit int }
}

// transcript reads what was said in the meeting, by pages.
func (h *hosting) transcript() (all []utterance) {
	h.t.Helper()
	var after *string
	for {
		var answer struct {
			Meeting struct {
				Transcript struct {
					Nodes    []utterance
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
		}
		h.house.Do(`query($id: ID!, $after: String) { meeting(id: $id) { transcript(first: 7, after: $after) {
		  nodes { number name text startedAt endedAt words { text from to } room { name } segment { visit } } pageInfo { hasNextPage endCursor } } } }`,
			map[string]any{"id": h.ID, "after": after}, &answer)
		all = append(all, answer.Meeting.Transcript.Nodes...)
		if !answer.Meeting.Transcript.PageInfo.HasNextPage {
			return all
		}
		after = answer.Meeting.Transcript.PageInfo.EndCursor
	}
}

// TestEveryWordIsWrittenDownOnceWhereItWasSaid has people talk in two rooms, with
// two bots in each, and move about: word for word, the transcript of the meeting is
// what they said.
func TestEveryWordIsWrittenDownOnceWhereItWasSaid(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue"}})
		h.do("coverRooms", map[string]any{})
		for _, name := range []string{"Main 1", "Main 2"} {
			h.CreateBot(name, "JOIN_MAIN_ROOM", "")
		}
		h.WaitForCount("in_call_recording", 2)
		began := time.Now()
		h.do("openRooms", map[string]any{})
		time.Sleep(20 * time.Second)
		for _, to := range []string{"Red", "Blue", "Main room", "Red"} {
			h.do("moveParticipant", map[string]any{"participantId": h.people["Ada"], "roomId": h.room(to)})
			time.Sleep(20*time.Second + 700*time.Millisecond) // in the middle of sentences too
		}
		h.do("closeRooms", map[string]any{"countdownSeconds": 0})
		time.Sleep(10 * time.Second) // until what was begun is over

		voices, err := simulator.LoadVoices()
		if err != nil {
			t.Fatal(err)
		}
		rooms := make(map[string]bool)
		said := make(map[string][]string)
		var last time.Time
		for _, u := range h.transcript() {
			if u.StartedAt.Before(last) || u.Text == "" || len(u.Words) != len(strings.Fields(u.Text)) || u.Words[0].From != u.StartedAt || u.EndedAt.Before(u.StartedAt) {
				t.Errorf("%+v", u)
			}
			last = u.StartedAt
			if u.Name == "Ada" {
				rooms[u.Room.Name] = true
			}
			if u.StartedAt.After(began) {
				said[u.Name] = append(said[u.Name], strings.Fields(u.Text)...)
			}
		}
		for i, name := range []string{"Ada", "Ben"} {
			var script []string
			for len(script) < len(said[name])+100 {
				for _, line := range voices[i].Lines {
					script = append(script, strings.Fields(line.Text)...)
				}
			}
			text := strings.Join(said[name], " ")
			if len(said[name]) < 50 || !strings.Contains(strings.Join(script, " "), text) {
				t.Errorf("%s said %d words, which are not the script without a gap:\n%s", name, len(said[name]), text)
			}
		}
		if len(rooms) != 3 {
			t.Errorf("Ada was heard in %v", rooms)
		}
	})
}
