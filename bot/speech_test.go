package bot_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
)

// clip is something to say that lasts some time, in a voice of the simulator.
func clip(t *testing.T, d time.Duration) bot.Clip {
	t.Helper()
	voices, err := simulator.LoadVoices()
	if err != nil {
		t.Fatal(err)
	}
	var c bot.Clip
	for c.Duration() < d {
		c = append(c, voices[0].Frames...)
	}
	return c[:d/(20*time.Millisecond)]
}

// listener sends a bot that listens.
func (s *stage) listener(id meeting.BotID) *life {
	return s.sendTo(s.id, func(l *life) { l.id = id }, bot.AutoAcceptAllInvites, "")
}

// spoke are the ends of what a bot said, with their rooms.
func (l *life) spoke() (ends []string) {
	for _, step := range l.story() {
		if end, ok := strings.CutPrefix(step, "bot_speech_ended/"); ok {
			ends = append(ends, end)
		}
	}
	return ends
}

// TestWhatABotSaysIsHeardInItsRoomAlone has a bot go to a room while it speaks, where
// another bot listens: the rest is heard nowhere.
func TestWhatABotSaysIsHeardInItsRoomAlone(t *testing.T) {
	onStage(t, true, func(s *stage) {
		speaker := s.listener("bot_speaker")
		speaker.until("in_call_recording", 1)
		ears := s.listener("bot_main")
		ears.until("in_call_recording", 1)
		there := s.listener("bot_red")
		there.until("in_call_recording", 1)
		s.do(meeting.OpenRooms{})
		there.tell("Red")
		there.until("breakout_room_entered: Red", 1)
		speaker.orders <- bot.Speak{Clip: clip(t, 10*time.Second)}
		time.Sleep(4 * time.Second)
		speaker.tell("Red")
		speaker.until("bot_move_ended/MOVED", 1)
		time.Sleep(10 * time.Second)
		there.tell("main")
		there.until("segment_completed: Red", 1)
		ears.stop(bot.ErrRemoved)
		if err := ears.over(); err != nil {
			t.Fatal(err)
		}
		if got := speaker.spoke(); !slices.Equal(got, []string{"INTERRUPTED: Main room"}) {
			t.Errorf("what the bot said ended %v", got)
		}
		if story := there.story(); !slices.Contains(story, "segment_completed: Red []") {
			t.Errorf("the bot in Red told\n\t%s", strings.Join(story, "\n\t"))
		}
		heard := ears.heard(100)
		if heard.Duration < 3900*time.Millisecond || heard.Duration > 4200*time.Millisecond || heard.Lost != 0 || heard.Name != "Bot" {
			t.Errorf("the bot in main recorded %+v", heard)
		}
	})
}

// heard is what a bot has recorded of somebody, in its first segment with it.
func (l *life) heard(who meeting.ParticipantID) meeting.Track {
	for _, event := range l.events() {
		if fact, ok := event.Fact.(meeting.SegmentCompleted); ok {
			for _, track := range fact.Tracks {
				if track.Participant == who {
					return track
				}
			}
		}
	}
	return meeting.Track{}
}

// microphones is how the bot's microphone was shown, in order.
func (s *stage) microphones() (on []bool) {
	for _, past := range s.history() {
		if fact, ok := past.Fact.(meeting.MediaChanged); ok && past.Participant.IsBot {
			on = append(on, fact.Media.Microphone)
		}
	}
	return on
}

func TestEverySpeechHasOneEnd(t *testing.T) {
	off := false
	for name, test := range map[string]struct {
		then func(s *stage, l *life)
		want []string
	}{
		"it is said":         {func(*stage, *life) {}, []string{"FINISHED: Main room"}},
		"something else":     {func(s *stage, l *life) { l.orders <- bot.Speak{Clip: clip(s.t, time.Second)} }, []string{"SUPERSEDED: Main room", "FINISHED: Main room"}},
		"silence is ordered": {func(_ *stage, l *life) { l.orders <- bot.Hush{} }, []string{"INTERRUPTED: Main room"}},
		"the host mutes": {func(s *stage, _ *life) { s.do(meeting.SetMedia{Participant: 100, Microphone: &off}) },
			[]string{"INTERRUPTED: Main room"}},
		"the bot is called back": {func(_ *stage, l *life) { l.stop(bot.ErrRemoved) }, []string{"INTERRUPTED: Main room"}},
		"the meeting ends":       {func(s *stage, _ *life) { s.do(meeting.End{}) }, []string{"INTERRUPTED: Main room"}},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				l := s.send(bot.AutoAcceptAllInvites, "")
				l.until("in_call_recording", 1)
				l.orders <- bot.Hush{} // nothing to end
				l.orders <- bot.Speak{Clip: clip(t, 5*time.Second)}
				time.Sleep(2 * time.Second)
				test.then(s, l)
				time.Sleep(6 * time.Second)
				if got := l.spoke(); !slices.Equal(got, test.want) {
					t.Errorf("what the bot said ended %v, want %v", got, test.want)
				}
				shown := s.microphones()
				for i, on := range shown {
					if on != (i%2 == 0) {
						t.Errorf("its microphone was shown as %v", shown)
						break
					}
				}
				if len(shown) == 0 || s.state().People[100].Present() && shown[len(shown)-1] {
					t.Errorf("when it was silent, its microphone had been shown as %v", shown)
				}
			})
		})
	}
}

// ogg writes packets into a file, several on a page.
func ogg(t *testing.T, packets ...[]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	writer := opusfile.NewWriter(&file, opusfile.Header{Serial: 1, Channels: 1})
	for len(packets) > 0 {
		n := min(50, len(packets))
		if err := writer.WritePage(packets[:n], n == len(packets)); err != nil {
			t.Fatal(err)
		}
		packets = packets[n:]
	}
	return file.Bytes()
}

func TestClipsAreReadOrRefused(t *testing.T) {
	whole := clip(t, 3*time.Second)
	read, err := bot.ReadClip(ogg(t, whole...))
	if err != nil || !slices.EqualFunc(read, whole, bytes.Equal) {
		t.Errorf("%d packets were read of %d (%v)", len(read), len(whole), err)
	}
	long := slices.Repeat([][]byte{opusfile.Silence}, int(bot.MaxClip/(20*time.Millisecond))+1)
	damaged := ogg(t, whole...)
	damaged[len(damaged)/2] ^= 1
	sixty := append([]byte{0x18}, make([]byte, 20)...) // SILK, 60 ms
	for name, file := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "no audio": ogg(t, [][]byte{}...)[:0], "too long": ogg(t, long...),
		"too large": make([]byte, bot.MaxClipBytes+1), "damaged": damaged, "other packets": ogg(t, opusfile.Silence, sixty),
	} {
		_, err := bot.ReadClip(file)
		if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || !refusals.Has(meeting.CodeClipInvalid) || !strings.HasSuffix(refusals[0].Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if longest, err := bot.ReadClip(ogg(t, long[1:]...)); err != nil || longest.Duration() != bot.MaxClip {
		t.Errorf("a clip of %s: %v", bot.MaxClip, err)
	}
}
