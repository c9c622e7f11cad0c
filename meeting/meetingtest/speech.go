package meetingtest

import (
	"context"
	"errors"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// clip are Opus packets of 20 ms of silence that last some time.
func clip(d time.Duration) (packets [][]byte) {
	for range d / (20 * time.Millisecond) {
		packets = append(packets, []byte{0xF8, 0xFF, 0xFE})
	}
	return packets
}

// shows waits until somebody's microphone is on, or off.
func (s *seat) shows(who meeting.ParticipantID, microphone bool) {
	s.t.Helper()
	for {
		if shown := until[meeting.MediaShown](s); shown.Participant.ID == who && shown.Media.Microphone == microphone {
			return
		}
	}
}

// speaks has a seat speak, move in the middle of it, and speak again: who shares a
// room with it hears what was begun there, and nothing else.
func speaks(b *table) {
	speaker, here, there := b.join("Speaker"), b.join("Here"), b.join("There")
	number := speaker.session.Participant()
	b.do(meeting.Assign{Room: b.rooms[0], Participants: []meeting.ParticipantID{number, there.session.Participant()}})
	if err := speaker.session.Speak(b.t.Context(), 1, clip(time.Second)); err != nil {
		b.t.Fatal(err)
	}
	here.untilHears(1, number)
	here.shows(number, true)
	here.shows(number, false)

	b.do(meeting.OpenRooms{})
	if err := there.session.Answer(b.t.Context(), until[meeting.Invited](there).Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	for entered := until[meeting.EnteredRoom](there); entered.Visit != 2; {
		entered = until[meeting.EnteredRoom](there)
	}
	errEnough := errors.New("enough")
	ctx, stop := context.WithCancelCause(b.t.Context())
	said := make(chan error, 1)
	go func() { said <- speaker.session.Speak(ctx, 1, clip(time.Minute)) }()
	here.shows(number, true)
	if err := speaker.session.Answer(b.t.Context(), until[meeting.Invited](speaker).Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	for entered := until[meeting.EnteredRoom](speaker); entered.Visit != 2; {
		entered = until[meeting.EnteredRoom](speaker)
	}
	time.Sleep(500 * time.Millisecond) // what was begun in main goes on and must not be heard
	stop(errEnough)
	if err := <-said; !errors.Is(err, errEnough) {
		b.t.Errorf("a speech that was stopped ended with %v", err)
	}
	if n := there.heard(2)[number]; n != 0 {
		b.t.Errorf("%d packets that were said on an earlier visit came to the new room", n)
	}
	if err := speaker.session.Speak(b.t.Context(), 2, clip(time.Second)); err != nil {
		b.t.Fatal(err)
	}
	there.untilHears(2, number)
	if n := speaker.heard(1)[number] + speaker.heard(2)[number]; n != 0 {
		b.t.Errorf("the seat hears %d packets of itself", n)
	}
}
