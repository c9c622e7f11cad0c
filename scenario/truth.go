package scenario

import (
	"cmp"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/spans"
)

// truth is what happened in a meeting, as the simulator knows it.
type truth struct {
	rooms     map[meeting.RoomID]meeting.RoomRef
	presences map[stay]presence
	people    map[meeting.ParticipantID]meeting.ParticipantRef
	bots      map[meeting.BotID]meeting.ParticipantID
	// sent is when each change of room was asked for: by an invitation, by the
	// opening of the room, or by the change itself.
	sent map[stay]time.Time
	// broadcasts are when somebody was heard where it was not.
	broadcasts map[meeting.ParticipantID][]heard
	// showings are when cameras and screens were to be seen.
	showings []showing
	rounds   int
	moves    int
	// openings are when breakout rooms were open.
	openings []opening
	// quiet are those who have no media.
	quiet map[meeting.ParticipantID]bool
	// muted are when the microphones of people were off.
	muted map[meeting.ParticipantID]spans.List
	// cuts are when the lines of participants were cut.
	cuts map[meeting.ParticipantID]spans.List
}

// stay names one presence of one participant.
type stay struct {
	who   meeting.ParticipantID
	visit meeting.VisitNumber
}

// heard is when somebody was heard in rooms where it was not.
type heard struct {
	rooms    []meeting.RoomID
	from, to time.Time // to is zero while it lasts
}

// presence is where somebody was, from then to then.
type presence struct {
	room meeting.RoomID
	from time.Time
	to   time.Time
	// silent is when nothing of the room could be heard any more.
	silent time.Time
}

// truthOf reads the truth out of a meeting's history.
func truthOf(history []simulator.Past) *truth {
	t := &truth{
		rooms: make(map[meeting.RoomID]meeting.RoomRef), presences: make(map[stay]presence),
		people: make(map[meeting.ParticipantID]meeting.ParticipantRef), bots: make(map[meeting.BotID]meeting.ParticipantID),
		sent: make(map[stay]time.Time), showings: showings(history), broadcasts: make(map[meeting.ParticipantID][]heard),
		muted: make(map[meeting.ParticipantID]spans.List), quiet: make(map[meeting.ParticipantID]bool),
	}
	asked := make(map[meeting.ParticipantID]meeting.Event)
	opened := make(map[meeting.RoomID]time.Time)
	for _, past := range history {
		e := past.Event
		switch fact := e.Fact.(type) {
		case meeting.RoomCreated:
			t.rooms[e.Room.ID] = *e.Room
		case meeting.RoomOpened:
			opened[e.Room.ID] = e.At
			t.openings = append(t.openings, opening{room: e.Room.ID, from: e.At})
		case meeting.RoomClosed:
			t.shut(e.Room.ID, e.At)
		case meeting.RoundOpened:
			t.rounds++
		case meeting.ParticipantJoined:
			t.people[e.Participant.ID] = *e.Participant
			if fact.Bot != "" {
				t.bots[fact.Bot] = e.Participant.ID
			}
		case meeting.MediaChanged:
			t.microphone(past, fact.Media.Microphone)
		case meeting.BroadcastStarted, meeting.BroadcastStopped:
			t.broadcast(past)
		case meeting.InvitationSent:
			asked[e.Participant.ID] = e
		case meeting.ParticipantEnteredRoom:
			s := stay{e.Participant.ID, fact.Visit}
			t.presences[s] = presence{room: e.Room.ID, from: e.At}
			t.sent[s] = askedFor(e, asked[e.Participant.ID], opened[e.Room.ID])
			if fact.Visit > 1 {
				t.moves++
			}
		case meeting.ParticipantLeftRoom:
			s := stay{e.Participant.ID, fact.Visit}
			p := t.presences[s]
			p.to, p.silent = e.At, past.Acted
			t.presences[s] = p
		}
	}
	return t
}

// shut ends the opening of a room.
func (t *truth) shut(room meeting.RoomID, at time.Time) {
	for i := range t.openings {
		if t.openings[i].room == room && t.openings[i].to.IsZero() {
			t.openings[i].to = at
		}
	}
}

// cut takes note of when lines were cut.
func (t *truth) cut(cuts []simulator.Cut) {
	t.cuts = make(map[meeting.ParticipantID]spans.List)
	for _, one := range cuts {
		// The frame on its way is lost too, and who is silent by the end sends nothing for a while.
		t.cuts[one.Participant] = append(t.cuts[one.Participant], spans.Span{From: one.From.Add(-frame), To: one.To.Add(dtxGap)})
	}
	for who := range t.cuts {
		t.cuts[who] = t.cuts[who].Joined()
	}
}

// reachable is how much of a stretch of time nobody's line was cut, of some.
func (t *truth) reachable(from, to time.Time, who ...meeting.ParticipantID) time.Duration {
	left := spans.List{{From: from, To: to}}
	for _, one := range who {
		left = left.Without(t.cuts[one])
	}
	return left.Total()
}

// broadcast takes note of where somebody was heard.
func (t *truth) broadcast(past simulator.Past) {
	who := past.Participant.ID
	switch fact := past.Fact.(type) {
	case meeting.BroadcastStarted:
		if fact.Kind == meeting.BroadcastVoice {
			// What was on its way when it began may be heard too.
			t.broadcasts[who] = append(t.broadcasts[who], heard{rooms: fact.Rooms, from: past.At.Add(-2 * frame)})
		}
	case meeting.BroadcastStopped:
		if n := len(t.broadcasts[who]); n > 0 && fact.Kind == meeting.BroadcastVoice {
			t.broadcasts[who][n-1].to = past.Acted
		}
	}
}

// belongs says whether what was said on a stay, at some time, was to be heard in a
// room, and since when it was: the zero time for those who were there.
func (t *truth) belongs(said stay, at time.Time, room meeting.RoomID) (since time.Time, ok bool) {
	if t.presences[said].room == room {
		return time.Time{}, true
	}
	return t.broadcastTo(said.who, room, at)
}

// broadcastTo says whether somebody was heard in a room without being there, and
// since when.
func (t *truth) broadcastTo(who meeting.ParticipantID, room meeting.RoomID, at time.Time) (since time.Time, ok bool) {
	for _, b := range t.broadcasts[who] {
		if slices.Contains(b.rooms, room) && !at.Before(b.from) && (b.to.IsZero() || !at.After(b.to)) {
			return b.from, true
		}
	}
	return time.Time{}, false
}

// askedFor is when a change of room was asked for. Somebody who was invited was
// asked then; somebody who walks into a room as it opens, when it opened.
func askedFor(entered, asked meeting.Event, opened time.Time) time.Time {
	const soon = time.Second
	switch {
	case asked.Room != nil && asked.Room.ID == entered.Room.ID && entered.At.Sub(asked.At) < soon:
		return asked.At
	case entered.At.Sub(opened) < soon:
		return opened
	}
	return entered.At
}

// breakoutRooms counts the rooms beside main.
func (t *truth) breakoutRooms() (n int) {
	for _, room := range t.rooms {
		if room.Kind == meeting.RoomBreakout {
			n++
		}
	}
	return n
}

// occupied tells when there was somebody to be heard, bots apart, in a room.
func (t *truth) occupied(room meeting.RoomID) spans.List {
	var s spans.List
	for stay, p := range t.presences {
		if p.room == room && !t.people[stay.who].IsBot && !t.quiet[stay.who] {
			s = append(s, spans.Span{From: p.from, To: p.to})
		}
	}
	return s.Joined()
}

// percentile is the smallest value that p percent of the values do not exceed.
func percentile[T cmp.Ordered](values []T, p int) (value T) {
	if len(values) == 0 {
		return value
	}
	slices.Sort(values)
	return values[max(0, (len(values)*p+99)/100-1)]
}
