package bot_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestEveryEndHasItsSubCode ends a bot's life in its room in every way there is.
func TestEveryEndHasItsSubCode(t *testing.T) {
	dismiss := func(cause meeting.LeaveCause) func(*stage, *life) {
		return func(s *stage, _ *life) { s.do(meeting.Leave{Actor: meeting.As(200), Cause: cause}) }
	}
	for subCode, end := range map[string]func(*stage, *life){
		bot.SubCodeLeaveCall:   func(_ *stage, l *life) { l.stop(bot.ErrRemoved) },
		bot.SubCodeTerminated:  func(_ *stage, l *life) { l.stop(bot.ErrStopping) },
		bot.SubCodeEndedByHost: func(s *stage, _ *life) { s.do(meeting.End{}) },
		bot.SubCodeKicked:      dismiss(meeting.LeftByRemoval),
	} {
		t.Run(subCode, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				ada := s.guest("Ada")
				l := s.send(bot.AutoAcceptAllInvites, "")
				l.until("segment_started: Main room", 1)
				s.talk()
				s.assign("Red", ada.Participant(), 200)
				s.do(meeting.OpenRooms{})
				l.until("segment_completed: Main room", 1)
				s.talk()
				ended := time.Now()
				end(s, l)
				l.end(story(
					"breakout_room_entered: Red",
					"segment_started: Red",
					"segment_completed: Main room [100 Ada]",
					"breakout_room_left: Red",
					"call_ended/"+subCode,
					"segment_completed: Red [100 Ada]",
					"done")...)
				for _, event := range l.events() {
					if step(event) == "call_ended/"+subCode && !event.At.Equal(ended) {
						t.Errorf("the call ended at %s, the bot says %s", ended, event.At)
					}
				}
			})
		})
	}
}

// TestWhatKeepsABotFromJoining tells each reason.
func TestWhatKeepsABotFromJoining(t *testing.T) {
	for name, test := range map[string]struct {
		id   meeting.ID
		lay  func(*stage)
		told string
	}{
		"there is no such meeting": {"mtg_none", func(*stage) {}, "fatal/meeting_not_found"},
		"the meeting is over":      {"mtg_1", func(s *stage) { s.do(meeting.End{}) }, "fatal/meeting_ended"},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				test.lay(s)
				l := s.sendTo(test.id, func(*life) {}, bot.JoinMainRoom, "")
				l.end("joining_call", test.told)
				last := l.events()[1].Fact.(meeting.BotStatusChanged)
				if last.Message == "" {
					t.Error("the bot gives no reason")
				}
			})
		})
	}
}

// TestAPlatformThatFailsIsTold closes the platform before the bot comes.
func TestAPlatformThatFailsIsTold(t *testing.T) {
	onStage(t, false, func(s *stage) {
		if err := s.simulator.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		l := s.send(bot.JoinMainRoom, "")
		err := l.over()
		if got, want := l.story(), []string{"joining_call", "fatal/bot_errored"}; !slices.Equal(got, want) || err != nil {
			t.Errorf("the bot told %v and ended with %v, want %v", got, err, want)
		}
	})
}

// TestABotCanBeCalledBackBeforeItHasJoined leaves no seat behind.
func TestABotCanBeCalledBackBeforeItHasJoined(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := s.sendTo(s.id, func(l *life) { l.stop(bot.ErrRemoved) }, bot.AutoAcceptAllInvites, "")
		l.end("joining_call", "call_ended/bot_received_leave_call", "done")
	})
}

// TestWhatCannotBeToldEndsTheBot fails one report, at each of the bot's steps: it
// must give its seat up and tell what it still can. Only before it has a seat is
// telling left to whoever runs it.
func TestWhatCannotBeToldEndsTheBot(t *testing.T) {
	broken := errors.New("the disk is full")
	for _, at := range []string{"joining_call", "segment_started: Main room", "breakout_room_entered: Red", "segment_completed: Main room"} {
		t.Run(at, func(t *testing.T) {
			onStage(t, true, func(s *stage) {
				s.do(meeting.OpenRooms{})
				failed := false
				l := s.sendTo(s.id, func(l *life) {
					l.refuse = func(event meeting.Event) error {
						if failed || !strings.HasPrefix(step(event), at) {
							return nil
						}
						failed = true
						return broken
					}
				}, bot.JoinSpecificRoom, "Red")
				err, told := l.over(), l.story()
				seated := at != "joining_call"
				if seated != (err == nil) || !seated && !errors.Is(err, broken) {
					t.Errorf("the bot ended with %v", err)
				}
				if seated && told[len(told)-1] != "fatal/bot_errored" {
					t.Errorf("the bot told %v", told)
				}
				l.gone()
			})
		})
	}
}

// TestEveryVisitIsOneSegment hops between rooms faster than segments are
// finished: each visit has one segment of its own, whose times join on to the
// next.
func TestEveryVisitIsOneSegment(t *testing.T) {
	const hops = 7
	onStage(t, false, func(s *stage) {
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		s.do(meeting.OpenRooms{})
		for hop := range hops {
			s.do(meeting.Move{Participant: 100, Room: s.rooms[[]string{"Red", "Blue"}[hop%2]]})
			l.until("breakout_room_entered", hop+1)
		}
		s.do(meeting.End{})
		if err := l.over(); err != nil {
			t.Fatal(err)
		}
		var started []meeting.Event
		var completed []meeting.SegmentCompleted
		for _, event := range l.events() {
			switch fact := event.Fact.(type) {
			case meeting.SegmentStarted:
				started = append(started, event)
			case meeting.SegmentCompleted:
				completed = append(completed, fact)
			}
		}
		if len(started) != hops+1 || len(completed) != len(started) {
			t.Fatalf("%d segments began and %d were finished, want %d", len(started), len(completed), hops+1)
		}
		seen := make(map[meeting.SegmentID]bool)
		for i, event := range started {
			fact := event.Fact.(meeting.SegmentStarted)
			if int(fact.Visit) != i+1 || completed[i].Visit != fact.Visit || completed[i].Segment != fact.Segment || seen[fact.Segment] {
				t.Errorf("segment %d is %+v, and was finished as %+v", i, fact, completed[i])
			}
			seen[fact.Segment] = true
			if i > 0 && !completed[i-1].EndedAt.Equal(event.At) {
				t.Errorf("visit %d ended at %s and the next began at %s", i, completed[i-1].EndedAt, event.At)
			}
		}
	})
}

// TestThoseWhoComeLaterAreNamed has people come into the bot's room after it.
func TestThoseWhoComeLaterAreNamed(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := s.send(bot.JoinMainRoom, "")
		l.until("segment_started: Main room", 1)
		s.guest("Zoe")
		s.talk()
		l.stop(bot.ErrRemoved)
		l.end(story("call_ended/bot_received_leave_call", "segment_completed: Main room [200 Zoe]", "done")...)
	})
}

// TestEveryEventNamesTheBot looks at whom the events are about.
func TestEveryEventNamesTheBot(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.assign("Red", s.guest("Ada").Participant())
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		s.assign("Red", 200)
		s.do(meeting.OpenRooms{})
		l.until("segment_started: Red", 1)
		l.stop(bot.ErrRemoved)
		if err := l.over(); err != nil {
			t.Fatal(err)
		}
		for i, event := range l.events() {
			if event.Bot == nil || event.Bot.ID != "bot_1" || event.Bot.Name != "Bot" {
				t.Errorf("%s is of bot %+v", step(event), event.Bot)
			}
			if joined := i > 0; joined != (event.Participant != nil) {
				t.Errorf("%s is of participant %+v", step(event), event.Participant)
			} else if joined && (event.Participant.ID != 200 || !event.Participant.IsBot) {
				t.Errorf("%s is of participant %+v", step(event), event.Participant)
			}
			if event.At.IsZero() {
				t.Errorf("%s has no time", step(event))
			}
		}
	})
}

// TestWhatWasSaidIsOnDiskSoonAfter reads the recording while it is being made, of
// somebody who has left: it must not wait for more to come.
func TestWhatWasSaidIsOnDiskSoonAfter(t *testing.T) {
	onStage(t, false, func(s *stage) {
		ada := s.guest("Ada")
		l := s.send(bot.JoinMainRoom, "")
		l.until("segment_started: Main room", 1)
		const spoken = 3500 * time.Millisecond
		time.Sleep(spoken)
		if err := ada.Leave(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		folder := l.events()[3].Fact.(meeting.SegmentStarted).Folder
		tracks, err := s.store.Scan(folder)
		if err != nil || len(tracks) != 1 {
			t.Fatalf("the folder holds %+v, %v", tracks, err)
		}
		if missing := spoken - tracks[0].Duration; missing > 200*time.Millisecond {
			t.Errorf("the last %s of what was said are not on disk", missing)
		}
	})
}

// TestARecordingThatCannotBeMadeEndsTheBot puts a file where the meeting's folder
// would be.
func TestARecordingThatCannotBeMadeEndsTheBot(t *testing.T) {
	onStage(t, false, func(s *stage) {
		if err := os.WriteFile(filepath.Join(s.store.Folder(), string(s.id)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.end("joining_call", "call_ended/bot_errored", "fatal/bot_errored")
		l.gone()
	})
}
