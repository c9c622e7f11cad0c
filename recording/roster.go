package recording

import (
	"cmp"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// Stretch is a time during which somebody spoke, or showed something, without a
// break.
type Stretch struct {
	Participant Participant
	From, To    time.Time
}

// Attendance is somebody's part in a segment.
type Attendance struct {
	Participant         Participant // as last known
	FirstSeen, LastSeen time.Time
	Spoke               time.Duration
}

// Speech is who spoke when, by the events of a segment, in the order of beginning.
// What was not over is taken to have lasted up to the end.
func Speech(events []ParticipantEvent, end time.Time) []Stretch {
	return stretches(events, ActionSpeechOn, ActionSpeechOff, end)
}

// stretches are the times from one action to another of the same participant.
func stretches(events []ParticipantEvent, on, off Action, end time.Time) (list []Stretch) {
	open := make(map[meeting.ParticipantID]int)
	for _, e := range events {
		if e.Participant == nil {
			continue
		}
		i, running := open[e.Participant.ID]
		switch {
		case e.Action == on && !running:
			open[e.Participant.ID] = len(list)
			list = append(list, Stretch{Participant: *e.Participant, From: e.Timestamp.Absolute, To: end})
		case running && (e.Action == off || e.Action == ActionLeave):
			list[i].To = e.Timestamp.Absolute
			delete(open, e.Participant.ID)
		}
	}
	return list
}

// Roster is who was in the room, or was heard there, by the events of a segment, in
// the order of their numbers.
func Roster(events []ParticipantEvent, end time.Time) (roster []Attendance) {
	known := make(map[meeting.ParticipantID]*Attendance)
	for _, e := range events {
		if e.Participant == nil {
			continue
		}
		one := known[e.Participant.ID]
		if one == nil {
			one = &Attendance{FirstSeen: e.Timestamp.Absolute}
			known[e.Participant.ID] = one
		}
		one.Participant, one.LastSeen = *e.Participant, end
		if e.Action == ActionLeave {
			one.LastSeen = e.Timestamp.Absolute
		}
	}
	for _, said := range Speech(events, end) {
		known[said.Participant.ID].Spoke += said.To.Sub(said.From)
	}
	for _, one := range known {
		roster = append(roster, *one)
	}
	slices.SortFunc(roster, func(a, b Attendance) int { return cmp.Compare(a.Participant.ID, b.Participant.ID) })
	return roster
}
