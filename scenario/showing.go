package scenario

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// showing is when somebody's camera or screen was to be seen in a room.
type showing struct {
	who      meeting.ParticipantID
	kind     meeting.MediaKind
	room     meeting.RoomID
	from, to time.Time
	// sent says that it was a screen that was sent to the room from elsewhere.
	sent bool
}

// showings reads from a meeting's history what was to be seen, and where.
func showings(history []simulator.Past) []showing {
	w := &watching{media: make(map[meeting.ParticipantID]meeting.Media), rooms: make(map[meeting.ParticipantID]meeting.RoomID), sent: make(map[meeting.ParticipantID][]meeting.RoomID)}
	for _, past := range history {
		if past.Participant == nil {
			continue
		}
		who := past.Participant.ID
		switch fact := past.Fact.(type) {
		case meeting.ParticipantJoined:
			w.media[who] = fact.Media
		case meeting.MediaChanged:
			w.media[who] = fact.Media
		case meeting.ParticipantEnteredRoom:
			w.rooms[who] = past.Room.ID
		case meeting.ParticipantLeftRoom:
			w.rooms[who] = ""
		case meeting.BroadcastStarted:
			if fact.Kind == meeting.BroadcastScreen {
				w.sent[who] = fact.Rooms
			}
		case meeting.BroadcastStopped:
			if fact.Kind == meeting.BroadcastScreen {
				w.sent[who] = nil
			}
		default:
			continue
		}
		w.look(who, past)
	}
	return append(w.over, w.open...)
}

// watching follows who shows what, and where.
type watching struct {
	media      map[meeting.ParticipantID]meeting.Media
	rooms      map[meeting.ParticipantID]meeting.RoomID
	sent       map[meeting.ParticipantID][]meeting.RoomID
	open, over []showing
}

// look ends what somebody shows no longer, and begins what is new.
func (w *watching) look(who meeting.ParticipantID, past simulator.Past) {
	now := w.now(who)
	same := func(a, b showing) bool { return a.kind == b.kind && a.room == b.room && a.sent == b.sent }
	w.open = slices.DeleteFunc(w.open, func(one showing) bool {
		if one.who != who || slices.ContainsFunc(now, func(n showing) bool { return same(n, one) }) {
			return false
		}
		one.to = past.Acted
		w.over = append(w.over, one)
		return true
	})
	for _, one := range now {
		if !slices.ContainsFunc(w.open, func(o showing) bool { return o.who == who && same(o, one) }) {
			// What is shown when somebody comes is shown when it has come.
			one.from = past.At
			w.open = append(w.open, one)
		}
	}
}

// now is what somebody shows.
func (w *watching) now(who meeting.ParticipantID) (now []showing) {
	if w.rooms[who] == "" {
		return nil
	}
	if w.media[who].Camera {
		now = append(now, showing{who: who, kind: meeting.KindCamera, room: w.rooms[who]})
	}
	if w.media[who].Screen {
		now = append(now, showing{who: who, kind: meeting.KindScreen, room: w.rooms[who]})
		for _, room := range w.sent[who] {
			now = append(now, showing{who: who, kind: meeting.KindScreen, room: room, sent: true})
		}
	}
	return now
}

// showing finds what somebody showed in a room at a time.
func (t *truth) showing(who meeting.ParticipantID, kind meeting.MediaKind, room meeting.RoomID, at time.Time) (showing, bool) {
	i := slices.IndexFunc(t.showings, func(s showing) bool {
		return s.who == who && s.kind == kind && s.room == room && !at.Before(s.from) && (s.to.IsZero() || !at.After(s.to))
	})
	if i < 0 {
		return showing{}, false
	}
	return t.showings[i], true
}

// screenTo says whether somebody's screen was sent to a room at a time.
func (t *truth) screenTo(who meeting.ParticipantID, room meeting.RoomID, at time.Time) bool {
	one, shown := t.showing(who, meeting.KindScreen, room, at)
	return shown && one.sent
}
