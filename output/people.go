package output

import (
	"maps"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// person is somebody in the bot's room, and what it shows.
type person struct {
	meeting.ParticipantRef
	media meeting.Media
}

// Hear takes a signal of the bot's session. A change of room is everybody leaving and
// the new room's people being there, with the room's name in between.
func (e *Endpoint) Hear(signal meeting.Signal) {
	switch heard := signal.(type) {
	case meeting.EnteredRoom:
		e.entered(heard)
	case meeting.SomebodyEntered:
		e.come(heard.At, heard.Participant)
	case meeting.SomebodyLeft:
		e.gone(heard.At, heard.Participant.ID)
	case meeting.MediaShown:
		e.shown(heard)
	case meeting.ChatReceived:
		if heard.From != nil {
			to := "everyone"
			if heard.Private {
				to = "only_bot"
			}
			e.did(heard.At, *heard.From, "chat_message", map[string]string{"text": heard.Text, "to": to})
		}
	}
}

// entered tells of another room.
func (e *Endpoint) entered(heard meeting.EnteredRoom) {
	e.mu.Lock()
	before := slices.Sorted(maps.Keys(e.people))
	e.mu.Unlock()
	for _, who := range before {
		e.gone(heard.At, who)
	}
	place := recording.Place{Segment: recording.SegmentID(e.config.Bot.ID, heard.Visit), Visit: heard.Visit, Room: heard.Room}
	e.mu.Lock()
	e.place = place
	if e.began.IsZero() {
		e.began = heard.At
	}
	e.mu.Unlock()
	e.tell(heard.At, place, eventRoomEntered, nil)
	for _, who := range heard.Roster {
		e.come(heard.At, who)
	}
}

func (e *Endpoint) come(at time.Time, who meeting.ParticipantRef) {
	e.mu.Lock()
	e.people[who.ID] = person{ParticipantRef: who}
	e.mu.Unlock()
	e.did(at, who, "join", nil)
}

func (e *Endpoint) gone(at time.Time, id meeting.ParticipantID) {
	e.mu.Lock()
	who, isKnown := e.people[id]
	delete(e.people, id)
	e.mu.Unlock()
	if isKnown {
		e.did(at, who.ParticipantRef, "leave", nil)
	}
}

// shown tells of cameras and screens that go on or off.
func (e *Endpoint) shown(heard meeting.MediaShown) {
	e.mu.Lock()
	who, isKnown := e.people[heard.Participant.ID]
	before := who.media
	who.media = heard.Media
	if isKnown {
		e.people[heard.Participant.ID] = who
	}
	e.mu.Unlock()
	for _, change := range []struct {
		what    string
		was, is bool
	}{{"webcam", before.Camera, heard.Media.Camera}, {"screenshare", before.Screen, heard.Media.Screen}} {
		switch {
		case !isKnown || change.was == change.is:
		case change.is:
			e.did(heard.At, heard.Participant, change.what+"_on", nil)
		default:
			e.did(heard.At, heard.Participant, change.what+"_off", nil)
		}
	}
}

// did tells of what a participant did, if that is wanted.
func (e *Endpoint) did(at time.Time, who meeting.ParticipantRef, what string, data any) {
	if !e.wants[meeting.OutputParticipantEvents] {
		return
	}
	e.mu.Lock()
	place, began := e.place, e.began
	e.mu.Unlock()
	e.tell(at, place, eventParticipant+what, happening{speakerOf(who), momentOf(at, began), data})
}
