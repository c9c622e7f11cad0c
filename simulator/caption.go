package simulator

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/meeting"
)

// remembered is how long it is remembered where a seat was: captions come when a
// sentence is over.
const remembered = time.Minute

// stretch is a time during which a seat was in a room, or was heard there.
type stretch struct {
	room     meeting.RoomID
	visit    meeting.VisitNumber
	from, to time.Time // to is zero while it lasts
}

func (s stretch) covers(at time.Time) bool {
	return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to))
}

// remember takes note of where seats are and are heard. The live meeting's mutex
// guards it.
func (m *live) remember(events []meeting.Event) {
	for _, e := range events {
		if e.Participant == nil {
			continue
		}
		seat := m.seats[e.Participant.ID]
		if seat == nil {
			continue
		}
		switch fact := e.Fact.(type) {
		case meeting.ParticipantEnteredRoom:
			seat.stays = append(recent(seat.stays, e.At), stretch{room: e.Room.ID, visit: fact.Visit, from: e.At})
		case meeting.ParticipantLeftRoom:
			end(seat.stays, e.At)
		case meeting.BroadcastStarted:
			for _, room := range fact.Rooms {
				if fact.Kind == meeting.BroadcastVoice {
					seat.heard = append(recent(seat.heard, e.At), stretch{room: room, from: e.At})
				}
			}
		case meeting.BroadcastStopped:
			if fact.Kind == meeting.BroadcastVoice {
				end(seat.heard, e.At)
			}
		}
	}
}

// recent drops what ended long ago.
func recent(list []stretch, now time.Time) []stretch {
	return slices.DeleteFunc(list, func(s stretch) bool { return !s.to.IsZero() && now.Sub(s.to) > remembered })
}

func end(list []stretch, at time.Time) {
	for i := range list {
		if list[i].to.IsZero() {
			list[i].to = at
		}
	}
}

// sentence is a sentence, or as much of it as was said.
type sentence struct {
	name    string
	words   []meeting.Word
	partial bool
}

// caption tells every seat that hears captions what somebody said where the seat
// was when it was said; of a sentence that is not over, those that asked for it.
func (m *live) caption(speaker *seat, said sentence) {
	if said.partial && !m.partial.Load() {
		return // nobody asked
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	person := m.state.People[speaker.id]
	if m.seats[speaker.id] != speaker {
		return // the speaker has gone
	}
	for _, other := range m.state.Roster() {
		seat := m.seats[other.ID]
		if seat == nil || seat == speaker || !seat.captions || said.partial && !seat.partial {
			continue
		}
		for _, stay := range seat.stays {
			if heard := speaker.saidTo(stay, said.words); len(heard) > 0 && stay.room != seat.station.deaf {
				seat.tell(meeting.Captioned{
					At: time.Now(), Participant: *person.Ref(), Visit: stay.visit, Utterance: said.name, Partial: said.partial, Words: heard,
				})
			}
		}
	}
}

// saidTo are the words that were said in the room of a stay while it lasted.
func (s *seat) saidTo(stay stretch, words []meeting.Word) (heard []meeting.Word) {
	for _, word := range words {
		middle := word.From.Add(word.To.Sub(word.From) / 2)
		there := func(own stretch) bool { return own.room == stay.room && own.covers(middle) }
		if stay.covers(middle) && (slices.ContainsFunc(s.stays, there) || slices.ContainsFunc(s.heard, there)) {
			heard = append(heard, word)
		}
	}
	return heard
}

// span is a word of a line and its frames, counted from the line's first.
type span struct {
	text     string
	from, to int
}

// words are the words of a line. A word lasts as long as its letters are many.
func (l Line) words() (words []span) {
	frames, letters, at := l.To-l.From, utf8.RuneCountInString(l.Text), 0
	for text := range strings.FieldsSeq(l.Text) {
		length := utf8.RuneCountInString(text) + 1
		words = append(words, span{text, at * frames / (letters + 1), (at + length) * frames / (letters + 1)})
		at += length
	}
	return words
}

// part are the words of a line whose middle lies within some of its frames, the
// first of which was said at a time.
func (l Line) part(first, last int, since time.Time) (words []meeting.Word) {
	at := func(frames int) time.Time { return since.Add(time.Duration(frames-first) * frame) }
	for _, word := range l.words() {
		if middle := (word.from + word.to) / 2; middle >= first && middle < last {
			words = append(words, meeting.Word{Text: word.text, From: at(word.from), To: at(word.to)})
		}
	}
	return words
}
