package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// recorded is what the API tells of what people did in a segment.
type recorded struct {
	ID                string
	Bot               struct{ Name string }
	Room              struct{ Name string }
	StartedAt         time.Time
	ParticipantEvents struct {
		Nodes []struct {
			Action        string
			Participant   struct{ Name, Role string }
			At            time.Time
			OffsetSeconds float64
			Text, To      string
		}
	}
	SpeakerTimeline struct {
		Nodes []struct {
			Participant                    struct{ Name string }
			StartedAt, EndedAt             time.Time
			OffsetSeconds, DurationSeconds float64
		}
	}
	Roster struct {
		Nodes []struct {
			Participant             struct{ Name string }
			Email                   string
			FirstSeenAt, LastSeenAt time.Time
			SpokeSeconds            float64
		}
	}
}

// recorded reads what people did in every segment.
func (h *hosting) recorded() []recorded {
	h.t.Helper()
	var answer struct{ Segments struct{ Nodes []recorded } }
	h.house.Do(`query($id: ID!) { segments(meetingId: $id) { nodes { id bot { name } room { name } startedAt
	  participantEvents { nodes { action participant { name role } at offsetSeconds text to } }
	  speakerTimeline { nodes { participant { name } startedAt endedAt offsetSeconds durationSeconds } }
	  roster { nodes { participant { name } email firstSeenAt lastSeenAt spokeSeconds } }
	} } }`, map[string]any{"id": h.ID}, &answer)
	return answer.Segments.Nodes
}

// deeds are what people did but for speaking, as text.
func (r recorded) deeds() (list []string) {
	for _, e := range r.ParticipantEvents.Nodes {
		if !strings.HasPrefix(e.Action, "SPEECH") {
			list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Action, e.Participant.Name, e.Text, e.To)))
		}
	}
	return list
}

// TestWhatPeopleDoIsKnownForEverySegment has two bots in one room, one of which
// comes when much has happened already.
func TestWhatPeopleDoIsKnownForEverySegment(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.CreateBot("Early", "JOIN_MAIN_ROOM", "")
		h.WaitForCount("in_call_recording", 1)
		time.Sleep(20 * time.Second)
		h.do("setMedia", map[string]any{"participantId": h.people["Ada"], "camera": true, "actorId": h.people["Ada"]})
		h.do("setMedia", map[string]any{"participantId": h.people["Ben"], "screen": true, "actorId": h.people["Ben"]})
		time.Sleep(time.Second)
		h.CreateBot("Late", "JOIN_MAIN_ROOM", "")
		h.WaitForCount("in_call_recording", 2)
		h.do("sendChat", map[string]any{"roomId": h.room("Main room"), "text": "Hello", "actorId": h.people["Ben"]})
		h.do("renameParticipant", map[string]any{"participantId": h.people["Ben"], "name": "Benjamin"})
		h.do("setRole", map[string]any{"participantId": h.people["Ada"], "role": "COHOST"})
		time.Sleep(20 * time.Second)
		h.do("removeParticipant", map[string]any{"participantId": h.people["Ben"]})
		time.Sleep(time.Second)
		h.do("endMeeting", map[string]any{})
		h.WaitForCount("done", 2)

		segments := h.recorded()
		if len(segments) != 2 {
			t.Fatalf("%d segments", len(segments))
		}
		after := []string{"JOIN Late", "CHAT_MESSAGE Ben Hello EVERYONE", "UPDATE Benjamin", "UPDATE Ada", "SCREENSHARE_OFF Benjamin", "LEAVE Benjamin"}
		for i, want := range [][]string{
			append([]string{"JOIN Ada", "JOIN Ben", "WEBCAM_ON Ada", "SCREENSHARE_ON Ben"}, after...),
			append([]string{"JOIN Ada", "JOIN Ben", "JOIN Early", "WEBCAM_ON Ada", "SCREENSHARE_ON Ben"}, after[1:]...),
		} {
			got := segments[i].deeds() // the meeting's end follows, which takes everybody
			if !slices.Equal(got[:min(len(got), len(want))], want) {
				t.Errorf("%s has\n%q, want\n%q", segments[i].Bot.Name, got, want)
			}
		}
		h.spokeAsCaptioned(segments[0])
		for _, one := range segments[1].Roster.Nodes {
			if one.Participant.Name == "Benjamin" && (one.LastSeenAt.Sub(one.FirstSeenAt) < 20*time.Second || one.FirstSeenAt != segments[1].StartedAt) {
				t.Errorf("Benjamin was seen from %s to %s", one.FirstSeenAt, one.LastSeenAt)
			}
		}
	})
}

// spokeAsCaptioned holds who spoke when against the captions, which come from the
// speakers themselves.
func (h *hosting) spokeAsCaptioned(r recorded) {
	h.t.Helper()
	spoke, sentences := make(map[string]float64), 0
	for _, said := range r.SpeakerTimeline.Nodes {
		spoke[said.Participant.Name] += said.DurationSeconds
		if got := said.StartedAt.Sub(r.StartedAt).Seconds() - said.OffsetSeconds; max(got, -got) > 0.001 {
			h.t.Errorf("%+v lies elsewhere", said)
		}
	}
	for _, u := range h.transcript() {
		begins := func(at, limit time.Time) bool { return at.Sub(limit).Abs() < 100*time.Millisecond }
		match := slices.ContainsFunc(r.SpeakerTimeline.Nodes, func(s struct {
			Participant                    struct{ Name string }
			StartedAt, EndedAt             time.Time
			OffsetSeconds, DurationSeconds float64
		}) bool {
			return strings.HasPrefix(u.Name, s.Participant.Name[:3]) && (begins(s.StartedAt, u.StartedAt) || s.OffsetSeconds == 0) && s.EndedAt.Sub(u.EndedAt).Abs() < 500*time.Millisecond
		})
		if sentences++; !match {
			h.t.Errorf("nobody spoke when %s said %q (%s to %s)", u.Name, u.Text, u.StartedAt, u.EndedAt)
		}
	}
	if sentences < 4 {
		h.t.Errorf("only %d sentences were said", sentences)
	}
	for _, one := range r.Roster.Nodes {
		name := one.Participant.Name
		total := spoke[name]
		if name == "Benjamin" { // he was called otherwise at first
			total += spoke["Ben"]
		}
		if diff := one.SpokeSeconds - total; max(diff, -diff) > 0.001 {
			h.t.Errorf("%s spoke for %f s, and %f s by the timeline", name, one.SpokeSeconds, total)
		}
	}
}

// entry is an entry of a timeline.
type entry struct {
	Kind        string
	At          time.Time
	EndedAt     *time.Time
	Room        struct{ Name string }
	Participant *struct {
		ID, Name string
		IsBot    bool
	}
	Text     string
	Segments []struct {
		Bot struct{ Name string }
	}
}

// timeline reads a timeline by pages of seven.
func (h *hosting) timeline(filter map[string]any) (all []entry) {
	h.t.Helper()
	variables := map[string]any{"id": h.ID}
	maps.Copy(variables, filter)
	for {
		var answer struct {
			Meeting struct {
				Timeline struct {
					Nodes    []entry
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
		}
		h.house.Do(`query($id: ID!, $after: String, $from: DateTime, $to: DateTime, $room: ID, $who: ID, $kinds: [TimelineKind!]) { meeting(id: $id) {
		  timeline(first: 7, after: $after, from: $from, to: $to, roomId: $room, participantId: $who, kinds: $kinds) {
		    nodes { kind at endedAt room { name } participant { id name isBot } text segments { bot { name } } } pageInfo { hasNextPage endCursor } } } }`, variables, &answer)
		all = append(all, answer.Meeting.Timeline.Nodes...)
		if !answer.Meeting.Timeline.PageInfo.HasNextPage {
			return all
		}
		variables["after"] = answer.Meeting.Timeline.PageInfo.EndCursor
	}
}

func (e entry) String() string {
	who := ""
	if e.Participant != nil {
		who = " " + e.Participant.Name
	}
	return e.Kind + " " + e.Room.Name + who
}

// of are the entries of some kinds, as text.
func of(all []entry, kinds ...string) (list []string) {
	for _, e := range all {
		if slices.Contains(kinds, e.Kind) {
			list = append(list, e.String())
		}
	}
	return list
}

// TestTheTimelineOfAMeeting has people talk in main, which two bots record, and in
// rooms, one of which is recorded for a part.
func TestTheTimelineOfAMeeting(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		first := h.CreateBot("First", "JOIN_MAIN_ROOM", "")
		h.CreateBot("Second", "JOIN_MAIN_ROOM", "")
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue"}})
		red := h.CreateBot("Rover", "JOIN_SPECIFIC_ROOM", "Red")
		h.WaitForCount("in_call_recording", 3)
		h.do("assign", map[string]any{"roomId": h.room("Red"), "participantIds": []string{h.people["Ada"]}, "meetingId": h.ID})
		h.do("assign", map[string]any{"roomId": h.room("Blue"), "participantIds": []string{h.people["Ben"]}, "meetingId": h.ID})
		time.Sleep(20 * time.Second)
		opened := time.Now()
		h.do("openRooms", map[string]any{})
		time.Sleep(10 * time.Second)
		h.do("pauseRecording", map[string]any{"botId": red})
		time.Sleep(5 * time.Second)
		h.do("resumeRecording", map[string]any{"botId": red})
		h.do("sendChat", map[string]any{"roomId": h.room("Red"), "text": "Hello", "actorId": h.people["Ada"]})
		time.Sleep(15 * time.Second)
		h.do("closeRooms", map[string]any{"countdownSeconds": 0})
		time.Sleep(10 * time.Second)
		h.do("removeBot", map[string]any{"botId": first})
		time.Sleep(10 * time.Second)
		h.do("endMeeting", map[string]any{})
		h.WaitForCount("done", 3)

		all := h.timeline(nil)
		h.inOrder(all)
		if got, want := fmt.Sprint(of(all, "ROOM_OPENED", "CHAT", "ROOM_CLOSED")), "[ROOM_OPENED Red ROOM_OPENED Blue CHAT Red Ada ROOM_CLOSED Red ROOM_CLOSED Blue]"; !sameSet(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := fmt.Sprint(of(all, "GAP")), "[GAP Blue GAP Red]"; got != want {
			t.Errorf("nobody recorded in %s, want %s", got, want)
		}
		for _, e := range all {
			if e.Kind == "GAP" && e.Room.Name == "Red" && (e.EndedAt.Sub(e.At)-5*time.Second).Abs() > time.Second {
				t.Errorf("a pause of 5 s is a gap of %s", e.EndedAt.Sub(e.At))
			}
		}
		if got, want := len(of(all, "UTTERANCE")), len(h.transcript()); got != want || got < 5 {
			t.Errorf("%d utterances, and %d in the transcript", got, want)
		}
		ada := h.timeline(map[string]any{"who": h.people["Ada"], "kinds": []string{"PRESENCE"}})
		if got, want := fmt.Sprint(of(ada, "PRESENCE")), "[PRESENCE Main room Ada PRESENCE Red Ada PRESENCE Main room Ada]"; got != want {
			t.Errorf("Ada was %s, want %s", got, want)
		}
		inRed := h.timeline(map[string]any{"room": h.room("Red"), "from": opened.Add(time.Second), "to": opened.Add(2 * time.Second)})
		if got := fmt.Sprint(of(inRed, "PRESENCE")); !sameSet(got, "[PRESENCE Red Ada PRESENCE Red Rover]") {
			t.Errorf("a second of Red has %s", got)
		}
		h.moments(all)
	})
}

// sameSet says whether two lists have the same words, as what happens at one moment
// has an order that nobody relies on.
func sameSet(a, b string) bool {
	x, y := strings.Fields(strings.Trim(a, "[]")), strings.Fields(strings.Trim(b, "[]"))
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// inOrder checks that entries ascend, that none is there twice, and that nobody is
// heard twice at a time though two bots heard them.
func (h *hosting) inOrder(all []entry) {
	h.t.Helper()
	until := make(map[string]time.Time)
	twice := false
	for i, e := range all {
		if i > 0 && e.At.Before(all[i-1].At) {
			h.t.Errorf("%s comes before %s", e, all[i-1])
		}
		if e.Kind != "SPEECH" && e.Kind != "UTTERANCE" && e.Kind != "PRESENCE" {
			continue
		}
		twice = twice || len(e.Segments) > 1
		if key := e.Kind + e.Participant.Name; e.At.Before(until[key]) {
			h.t.Errorf("%s at %s, and before that until %s", e, e.At, until[key])
		} else if e.EndedAt != nil {
			until[key] = *e.EndedAt
		}
	}
	if !twice {
		h.t.Error("nothing was heard by two bots")
	}
}

// moments asks for the middle of each sentence who is where.
func (h *hosting) moments(all []entry) {
	h.t.Helper()
	asked := 0
	for _, e := range all {
		if e.Kind != "UTTERANCE" {
			continue
		}
		asked++
		middle := e.At.Add(e.EndedAt.Sub(e.At) / 2)
		var answer struct {
			Meeting struct {
				At []struct {
					Room             struct{ Name string }
					People, Speaking []struct{ Name string }
					Utterances       []struct{ Name, Text string }
					Segments         []struct {
						OffsetSeconds float64
						Segment       struct{ StartedAt time.Time }
					}
				}
			}
		}
		h.house.Do(`query($id: ID!, $time: DateTime!) { meeting(id: $id) { at(time: $time) {
		  room { name } people { name } speaking { name } utterances { name text } segments { offsetSeconds segment { startedAt } } } } }`,
			map[string]any{"id": h.ID, "time": middle}, &answer)
		found := false
		for _, there := range answer.Meeting.At {
			if there.Room.Name != e.Room.Name {
				continue
			}
			named := func(one struct{ Name string }) bool { return one.Name == e.Participant.Name }
			said := func(one struct{ Name, Text string }) bool { return one.Text == e.Text }
			found = slices.ContainsFunc(there.People, named) && slices.ContainsFunc(there.Speaking, named) && slices.ContainsFunc(there.Utterances, said)
			for _, s := range there.Segments {
				if off := middle.Sub(s.Segment.StartedAt).Seconds() - s.OffsetSeconds; max(off, -off) > 0.001 {
					h.t.Errorf("%s lies %f s into a recording that began at %s", middle, s.OffsetSeconds, s.Segment.StartedAt)
				}
			}
			found = found && len(there.Segments) > 0
		}
		if !found {
			h.t.Errorf("at %s, when %s said %q, it was %+v", middle, e.Participant.Name, e.Text, answer.Meeting.At)
		}
	}
	if asked < 5 {
		h.t.Errorf("only %d sentences were said", asked)
	}
}
