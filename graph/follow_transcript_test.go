package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/testbed"
)

// heard is an utterance as a subscription tells of it.
type heard struct {
	utterance
	ID      string
	Cursor  *string
	Partial bool
	at      time.Time // when it came
}

// listening is somebody who follows the transcript of a bot.
type listening struct {
	mu   sync.Mutex
	all  []heard
	done chan error
	stop context.CancelFunc
}

// listen follows what a bot hears, after a cursor.
func listen(t *testing.T, house *testbed.House, bot string, after *string) *listening {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &listening{done: make(chan error, 1), stop: stop}
	t.Cleanup(stop)
	go func() {
		l.done <- house.Client.Subscribe(ctx, `subscription($id: ID!, $after: String) { transcript(botId: $id, after: $after) {
		  id cursor partial number name text startedAt endedAt words { text from to } room { name } segment { visit bot { name } } } }`,
			map[string]any{"id": bot, "after": after}, func(data json.RawMessage) error {
				var answer struct{ Transcript heard }
				if err := json.Unmarshal(data, &answer); err != nil {
					return err
				}
				l.mu.Lock()
				defer l.mu.Unlock()
				answer.Transcript.at = time.Now()
				l.all = append(l.all, answer.Transcript)
				return nil
			})
	}()
	return l
}

// heard is what came so far, whole utterances or partial ones.
func (l *listening) heard(partial bool) (list []heard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.all {
		if one.Partial == partial {
			list = append(list, one)
		}
	}
	return list
}

func texts(list []heard) (texts []string) {
	for _, one := range list {
		texts = append(texts, one.Name+" in "+one.Room.Name+": "+one.Text)
	}
	return texts
}

// TestTranscriptsAreFollowed has somebody follow what a bot hears through rooms,
// and others join from every cursor on: they hear the same, once, and hear that it
// is over.
func TestTranscriptsAreFollowed(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.do("createRooms", map[string]any{"names": []string{"Red"}})
		h.do("assign", map[string]any{"meetingId": h.ID, "roomId": h.room("Red"), "participantIds": []string{h.people["Ada"]}})
		bot := h.CreateBot("Bot", "JOIN_SPECIFIC_ROOM", "Red")
		live := listen(t, house, bot, nil)
		h.WaitFor("in_call_recording")
		time.Sleep(20 * time.Second)
		h.do("openRooms", map[string]any{})
		time.Sleep(20 * time.Second)
		h.do("closeRooms", map[string]any{"countdownSeconds": 0})
		time.Sleep(20 * time.Second)

		written := live.heard(false)
		atOnce := 0
		for _, one := range written {
			if one.at.Sub(one.EndedAt) < 100*time.Millisecond {
				atOnce++
			}
			if one.Cursor == nil || one.ID == "" || len(one.Words) == 0 {
				t.Errorf("%+v", one)
			}
		}
		// Those that a change of rooms cut come when the sentence is over.
		if atOnce < len(written)-4 {
			t.Errorf("%d of %d utterances came when they were over", atOnce, len(written))
		}
		middle := written[len(written)/2]
		late := listen(t, house, bot, middle.Cursor)
		time.Sleep(10 * time.Second)
		house.Do(`mutation($id: ID!) { removeBot(input: {botId: $id}) { userErrors { code } } }`, map[string]any{"id": bot}, nil)
		for name, l := range map[string]*listening{"the first": live, "the latecomer": late} {
			if err := <-l.done; !errors.Is(err, client.ErrEnded) {
				t.Errorf("%s was told at the end: %v", name, err)
			}
		}
		all := texts(live.heard(false))
		rooms := strings.Join(all, "\n")
		if len(all) < 10 || !strings.Contains(rooms, " in Red") || !strings.Contains(rooms, " in Main room") {
			t.Errorf("the bot heard\n%s", rooms)
		}
		if got := texts(late.heard(false)); !slices.Equal(got, all[len(written)/2+1:]) {
			t.Errorf("the latecomer heard\n%s", strings.Join(got, "\n"))
		}
		for i, one := range live.heard(false) {
			again := listen(t, house, bot, one.Cursor)
			if err := <-again.done; !errors.Is(err, client.ErrEnded) {
				t.Errorf("after utterance %d the end is: %v", i, err)
			}
			if got := texts(again.heard(false)); !slices.Equal(got, all[i+1:]) {
				t.Errorf("after utterance %d come\n%s", i, strings.Join(got, "\n"))
			}
		}
		if n := len(live.heard(true)); n != 0 {
			t.Errorf("%d partial utterances came to a bot that was not asked for them", n)
		}
	})
}

// TestPartialUtterancesBecomeWhole follows sentences while they are being said.
func TestPartialUtterancesBecomeWhole(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		var created struct {
			CreateBot struct{ Bot struct{ ID string } }
		}
		house.Do(`mutation($id: ID!) { createBot(input: {meetingId: $id, transcription: {partialResults: true}}) { bot { id } } }`,
			map[string]any{"id": h.ID}, &created)
		live := listen(t, house, created.CreateBot.Bot.ID, nil)
		time.Sleep(60 * time.Second)
		synctest.Wait()
		whole, last := make(map[string]heard), make(map[string]time.Time)
		for _, one := range live.heard(false) {
			whole[one.ID] = one
		}
		parts := live.heard(true)
		for _, part := range parts {
			one, isOver := whole[part.ID]
			fits := strings.HasPrefix(one.Text, part.Text) && one.StartedAt.Equal(part.StartedAt) && part.at.Before(one.at)
			if isOver && !fits || part.Cursor != nil {
				t.Errorf("%q became %q", part.Text, one.Text)
			}
			if since := part.at.Sub(last[part.Name]); since < time.Second {
				t.Errorf("%q came %s after the one before", part.Text, since)
			}
			last[part.Name] = part.at
		}
		if len(parts) < 20 || len(whole) < 10 {
			t.Errorf("%d partial and %d whole utterances came", len(parts), len(whole))
		}
		if n := len(h.transcript()); n != len(whole) {
			t.Errorf("%d utterances are written down, and %d came", n, len(whole))
		}
	})
}

// TestTranscriptionSettingsAreChecked lists everything that is wrong.
func TestTranscriptionSettingsAreChecked(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Test")
		for name, test := range map[string]struct {
			how  map[string]any
			want []string
		}{
			"a language of captions":         {map[string]any{"languageCode": "en"}, []string{"INVALID_INPUT"}},
			"no language, and partial":       {map[string]any{"source": "NONE", "languageCode": "en", "partialResults": true}, []string{"INVALID_INPUT", "INVALID_INPUT"}},
			"a server that there is not":     {map[string]any{"source": "SERVER"}, []string{"TRANSCRIPTION_NOT_CONFIGURED"}},
			"a language that there can't be": {map[string]any{"source": "SERVER", "languageCode": "English!"}, []string{"TRANSCRIPTION_NOT_CONFIGURED", "INVALID_INPUT"}},
			"captions":                       {map[string]any{"partialResults": true}, nil},
			"no transcript":                  {map[string]any{"source": "NONE"}, nil},
		} {
			got := mutate(t, house, "createBot", "CreateBotInput", map[string]any{"meetingId": m.ID, "transcription": test.how})
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
		}
	})
}
