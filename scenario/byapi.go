package scenario

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// ByAPI is a step that the application takes that the bots belong to: a mutation
// of the public API.
type ByAPI struct {
	// What says in a few words what happens.
	What string
	// Mutation is its name, and Input what it is given. Bot and Room are names that
	// go in as ids; the meeting's own id goes in where no bot does.
	Mutation  string
	Input     map[string]any
	Bot, Room string
	// JoinAt is when the bot joins, since the beginning, where that is said.
	JoinAt *time.Duration
}

func (a ByAPI) String() string { return a.What }

// ordering reads the steps of the application.
func (r *reader) ordering(step *Step) map[string]func(*yaml.Node) {
	toBot := func(mutation, what string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			name := r.text(n, mutation)
			step.Action = ByAPI{What: name + " " + what, Mutation: mutation, Bot: name}
		}
	}
	return map[string]func(*yaml.Node){
		"cover_rooms": func(n *yaml.Node) { step.Action = r.coverRooms(n) },
		"stop_covering": func(n *yaml.Node) {
			r.nothing(n, "stop_covering")
			step.Action = ByAPI{What: "bots cover rooms no longer", Mutation: "stopCovering"}
		},
		"update_bot":                   func(n *yaml.Node) { step.Action = r.updateBot(n) },
		"speak":                        func(n *yaml.Node) { step.Action = r.speak(n) },
		"stop_speaking":                toBot("stopSpeaking", "is told to be silent"),
		"delete_bot":                   toBot("deleteBot", "is taken back"),
		"move_bot":                     func(n *yaml.Node) { step.Action = r.moveBot(n) },
		"pause_recording":              toBot("pauseRecording", "pauses"),
		"resume_recording":             toBot("resumeRecording", "goes on"),
		"request_recording_permission": toBot("requestRecordingPermission", "asks to be let record"),
		"accept_invitation":            toBot("acceptInvitation", "accepts an invitation"),
		"decline_invitation":           toBot("declineInvitation", "declines an invitation"),
	}
}

func (r *reader) coverRooms(n *yaml.Node) ByAPI {
	input := make(map[string]any)
	r.fields(n, "cover_rooms", map[string]func(*yaml.Node){
		"max_bots": func(n *yaml.Node) { input["maxBots"] = r.number(n, "max_bots", 1) },
		"name":     func(n *yaml.Node) { input["name"] = r.text(n, "name") },
		"priority": func(n *yaml.Node) { input["priority"] = r.texts(n, "priority") },
		"video":    func(n *yaml.Node) { input["video"] = r.video(n) },
		"dwell":    func(n *yaml.Node) { input["dwellSeconds"] = int(r.duration(n, "dwell") / time.Second) },
	})
	return ByAPI{What: "bots are to cover the rooms", Mutation: "coverRooms", Input: input}
}

func (r *reader) moveBot(n *yaml.Node) ByAPI {
	a := ByAPI{Mutation: "moveBot"}
	r.fields(n, "move_bot", map[string]func(*yaml.Node){
		"who": func(n *yaml.Node) { a.Bot = r.text(n, "who") },
		"to":  func(n *yaml.Node) { a.Room = r.text(n, "to") },
	})
	a.What = fmt.Sprintf("%s is told to go to %s", a.Bot, a.Room)
	return a
}

// byAPI does a step of the application.
func (p *player) byAPI(ctx context.Context, a ByAPI) error {
	input := map[string]any{"meetingId": p.meeting}
	if a.Bot != "" {
		input = map[string]any{"botId": p.bots[a.Bot]}
	}
	maps.Copy(input, a.Input)
	if a.JoinAt != nil {
		input["joinAt"] = p.began.Add(*a.JoinAt).UTC()
	}
	if a.Room != "" {
		room, err := p.room(a.Room)
		if err != nil {
			return err
		}
		input["roomId"] = room
	}
	inputType := strings.ToUpper(a.Mutation[:1]) + a.Mutation[1:] + "Input"
	var answer map[string]struct{ UserErrors refusals }
	err := p.Client.Do(ctx, fmt.Sprintf("mutation($input: %s!) { %s(input: $input) { userErrors { code message } } }", inputType, a.Mutation),
		map[string]any{"input": input}, &answer)
	return errors.Join(err, answer[a.Mutation].UserErrors.err())
}

// sent says whether a step sent the bot.
func (p *player) sent(id string) bool {
	for _, own := range p.bots {
		if own == id {
			return true
		}
	}
	return false
}
