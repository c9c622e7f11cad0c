package recording

import (
	"maps"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

// speechHold is how long somebody must have said nothing to have stopped speaking:
// longer than the pauses between words, shorter than those between people.
const speechHold = 700 * time.Millisecond

// voice is whether somebody speaks, as far as it has been heard.
type voice struct {
	speaking bool
	until    time.Time // the end of the latest packet with speech in it
	activity opusfile.Activity
}

// listen tells when somebody begins to speak, which is at once, and when they have
// stopped, as of their last word.
func (s *segment) listen(p meeting.Packet, at time.Time) error {
	who := s.people[p.Participant]
	if who == nil {
		who = s.know(meeting.ParticipantRef{ID: p.Participant, Name: s.nameOf(p.Participant), Role: meeting.RoleParticipant})
	}
	v := &who.voice
	if v.speaking && at.Sub(v.until) > speechHold {
		if err := s.silence(who); err != nil {
			return err
		}
	}
	if !v.activity.Speech(p.Speaking, p.RTP.Payload) {
		return nil
	}
	v.until = at.Add(opusfile.Duration(int64(opusfile.Samples(p.RTP.Payload))))
	if v.speaking {
		return nil
	}
	v.speaking = true
	return s.tell(ActionSpeechOn, who, at)
}

// hush tells of those who have stopped speaking: who said nothing since a time, or
// everybody.
func (s *segment) hush(since time.Time) error {
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		who := s.people[id]
		if !since.IsZero() && who.voice.until.After(since) {
			continue
		}
		if err := s.silence(who); err != nil {
			return err
		}
	}
	return nil
}

// silence tells that somebody has stopped speaking.
func (s *segment) silence(who *person) error {
	if !who.voice.speaking {
		return nil
	}
	who.voice.speaking = false
	return s.tell(ActionSpeechOff, who, who.voice.until)
}
