package graph_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/testbed"
)

// TestBotsSpeak has a bot speak to another, which records when it is told to.
func TestBotsSpeak(t *testing.T) {
	files, err := filepath.Glob("../simulator/voices/*.ogg")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d voices (%v)", len(files), err)
	}
	voice, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	clip := base64.StdEncoding.EncodeToString(voice)
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house)
		speaker := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "name": "Voice"})
		h.WaitForCount("segment_started", 1)
		scheduled := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "name": "Later", "joinAt": time.Now().Add(time.Hour).UTC()})
		ears := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "name": "Ears", "recording": map[string]any{"start": "MANUAL"}, "consentNotice": "I record."})
		h.WaitForCount("chat_sent", 1)
		for name, test := range map[string]struct {
			bot, clip string
			want      []string
		}{
			"no base64":            {speaker, "?", []string{"CLIP_INVALID"}},
			"no audio":             {speaker, base64.StdEncoding.EncodeToString([]byte("hello")), []string{"CLIP_INVALID"}},
			"the largest, of junk": {speaker, base64.StdEncoding.EncodeToString(make([]byte, bot.MaxClipBytes)), []string{"CLIP_INVALID"}},
			"one byte more":        {speaker, base64.StdEncoding.EncodeToString(make([]byte, bot.MaxClipBytes+1)), []string{"CLIP_INVALID"}},
			"a bot that waits":     {scheduled, clip, []string{"BOT_SCHEDULED"}},
			"nobody":               {"bot_x", clip, []string{"BOT_NOT_FOUND"}},
		} {
			if got := mutate(t, house, "speak", "SpeakInput", map[string]any{"botId": test.bot, "clip": test.clip}); !slices.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
		}
		h.do("resumeRecording", map[string]any{"botId": ears})
		h.WaitForCount("segment_started", 2)
		h.do("speak", map[string]any{"botId": speaker, "clip": clip})
		h.WaitForCount("bot_speech_started", 1)
		time.Sleep(3 * time.Second)
		h.do("stopSpeaking", map[string]any{"botId": speaker})
		h.WaitForCount("bot_speech_ended", 1)
		h.do("removeBot", map[string]any{"botId": ears})
		h.WaitForCount("segment_completed", 1)

		var answer struct {
			Bot struct {
				Segments struct {
					Nodes []struct {
						Tracks struct{ Nodes []struct{ Name string } }
					}
				}
			}
		}
		house.Do(`query($id: ID!) { bot(id: $id) { segments { nodes { tracks { nodes { name } } } } } }`, map[string]any{"id": ears}, &answer)
		if n := answer.Bot.Segments.Nodes; len(n) != 1 || len(n[0].Tracks.Nodes) != 1 || n[0].Tracks.Nodes[0].Name != "Voice" {
			t.Errorf("the bot that listened recorded %+v", n)
		}
	})
}
