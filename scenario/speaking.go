package scenario

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
	"go.yaml.in/yaml/v3"
)

// defaultSpeech is how long a bot speaks where no time is said.
const defaultSpeech = 5 * time.Second

// voiceOfBots is the bundled voice in which bots speak.
const voiceOfBots = 24

// HeardExpectation is how much a bot must have recorded of somebody.
type HeardExpectation struct {
	Who, By string
	// Room is where; empty for all rooms.
	Room string
	// Least and Most bound it.
	Least time.Duration
	Most  *time.Duration
	Line  int
}

// String says what is expected.
func (h HeardExpectation) String() string {
	text := fmt.Sprintf("%s heard by %s", h.Who, h.By)
	if h.Room != "" {
		text += fmt.Sprintf(" in %q", h.Room)
	}
	return text
}

// heard reads what bots must have heard.
func (r *reader) heard(node *yaml.Node) (list []HeardExpectation) {
	for _, item := range r.items(node, "heard") {
		h := HeardExpectation{Line: item.Line}
		r.fields(item, "what is heard", map[string]func(*yaml.Node){
			"who":   func(n *yaml.Node) { h.Who = r.text(n, "who") },
			"by":    func(n *yaml.Node) { h.By = r.text(n, "by") },
			"room":  func(n *yaml.Node) { h.Room = r.text(n, "room") },
			"least": func(n *yaml.Node) { h.Least = r.duration(n, "least") },
			"most": func(n *yaml.Node) {
				most := r.duration(n, "most")
				h.Most = &most
			},
		})
		if h.Who == "" || h.By == "" || h.Least == 0 && h.Most == nil {
			r.fault(item, "What is heard says who, by which bot, and how long at least or at most: {who: Ada, by: Ears, least: 5s}.")
		}
		list = append(list, h)
	}
	return list
}

// hears holds what a bot recorded of somebody against what is expected.
func (p *player) hears(want HeardExpectation, t *truth, j *judgement) Verdict {
	var got time.Duration
	for _, v := range j.visits {
		if p.bots[want.By] != string(v.bot) || want.Room != "" && !strings.EqualFold(t.rooms[v.room].Name, want.roomName()) {
			continue
		}
		for who, said := range v.said {
			if t.people[who].Name == want.Who {
				got += said
			}
		}
	}
	text, ok := fmt.Sprintf("at least %s", want.Least), got >= want.Least
	if want.Most != nil {
		text, ok = fmt.Sprintf("%s to %s", want.Least, want.Most), ok && got <= *want.Most
	}
	return Verdict{What: want.String(), Want: text, Got: got.Round(time.Millisecond).String(), OK: ok, Line: want.Line}
}

func (h HeardExpectation) roomName() string {
	if h.Room == MainRoom {
		return meeting.MainRoomName
	}
	return h.Room
}

// speak reads which bot says something, and for how long.
func (r *reader) speak(n *yaml.Node) ByAPI {
	a, length := ByAPI{Mutation: "speak"}, defaultSpeech
	r.fields(n, "speak", map[string]func(*yaml.Node){
		"who": func(n *yaml.Node) { a.Bot = r.text(n, "who") },
		"for": func(n *yaml.Node) { length = r.duration(n, "for") },
	})
	clip, err := clipFor(length)
	if err != nil {
		r.fault(n, "Nothing can be said: %s.", err)
	}
	a.What = fmt.Sprintf("%s speaks for %s", a.Bot, length)
	a.Input = map[string]any{"clip": base64.StdEncoding.EncodeToString(clip)}
	return a
}

// clipFor makes an Ogg/Opus file that lasts some time.
func clipFor(length time.Duration) ([]byte, error) {
	frames, err := framesOfBots()
	if err != nil {
		return nil, err
	}
	const pageful = 50
	var file bytes.Buffer
	writer := opusfile.NewWriter(&file, opusfile.Header{Serial: 1, Channels: 1})
	for rest, at := int(length/frame), 0; rest > 0; {
		var page [][]byte
		for ; rest > 0 && len(page) < pageful; rest-- {
			page = append(page, frames[at%len(frames)])
			at++
		}
		if err := writer.WritePage(page, rest == 0); err != nil {
			return nil, fmt.Errorf("write a clip: %w", err)
		}
	}
	return file.Bytes(), nil
}

func framesOfBots() ([][]byte, error) {
	voices, err := simulator.LoadVoices()
	if err != nil {
		return nil, err
	}
	return voices[voiceOfBots%len(voices)].Frames, nil
}

// botVoices are the frames that each bot can have spoken.
func (p *player) botVoices(t *truth, voices map[meeting.ParticipantID]map[string]bool) error {
	frames, err := framesOfBots()
	if err != nil {
		return err
	}
	known := make(map[string]bool)
	for _, frame := range frames {
		known[string(frame)] = true
	}
	for _, number := range t.bots {
		voices[number] = known
	}
	return nil
}
