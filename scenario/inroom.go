package scenario

import (
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// inRoom reads the steps of what people do in rooms. The first name of a step is
// who does it.
func (r *reader) inRoom(step *Step) map[string]func(*yaml.Node) {
	act := func(read func(*yaml.Node) ByHost) func(*yaml.Node) {
		return func(n *yaml.Node) { step.Action = read(n) }
	}
	return map[string]func(*yaml.Node){
		"set_media":       act(r.setMedia),
		"mute":            act(r.mute),
		"mute_room":       act(r.muteRoom),
		"chat":            act(r.chat),
		"start_poll":      act(r.startPoll),
		"answer_poll":     act(r.answerPoll),
		"end_poll":        act(r.endPoll),
		"allow_recording": act(r.allowRecording),
		"record":          act(r.record),
		"start_broadcast": act(r.startBroadcast),
		"stop_broadcast":  act(r.stopBroadcast),
		"save_preset":     act(r.savePreset),
		"give_preset":     act(r.givePreset),
		"enter_room":      act(r.enterRoom),
		"return_to_main":  act(r.returnToMain),
		"answer":          act(r.answer),
		"cut":             func(n *yaml.Node) { step.Action = r.cut(n) },
		"change_address":  func(n *yaml.Node) { step.Action = ChangeAddress{r.who(n, "change_address", "")} },
		"disconnect":      func(n *yaml.Node) { step.Action = Disconnect{r.who(n, "disconnect", Everybody)} },
	}
}

func (r *reader) cut(n *yaml.Node) (c Cut) {
	r.fields(n, "cut", map[string]func(*yaml.Node){
		"who": func(n *yaml.Node) { c.Who = r.who(n, "who", Everybody) },
		"for": func(n *yaml.Node) { c.For = r.duration(n, "for") },
	})
	if len(c.Who) == 0 || c.For <= 0 {
		r.fault(n, "A cut says whose line and for how long: {who: Ada, for: 5s}.")
	}
	if len(c.Who) == 1 && c.Who[0] == Everybody {
		c.Who = nil
		for _, p := range r.scenario.People {
			c.Who = append(c.Who, p.Name)
		}
	}
	return c
}

// self is the actor of a step whose first name does it.
func (on target) self() meeting.Actor { return meeting.As(on.who[0]) }

func (r *reader) setMedia(n *yaml.Node) ByHost {
	var who string
	var command meeting.SetMedia
	turn := func(name string, field **bool) func(*yaml.Node) {
		return func(n *yaml.Node) { on := r.yes(n, name); *field = &on }
	}
	r.fields(n, "set_media", map[string]func(*yaml.Node){
		"who":        func(n *yaml.Node) { who = r.text(n, "who") },
		"microphone": turn("microphone", &command.Microphone),
		"camera":     turn("camera", &command.Camera),
		"screen":     turn("screen", &command.Screen),
		"hand":       turn("hand", &command.Hand),
	})
	return ByHost{What: who + " turns something on or off", Who: []string{who}, Command: func(on target) meeting.Command {
		command.Actor, command.Participant = on.self(), on.who[0]
		return command
	}}
}

func (r *reader) mute(n *yaml.Node) ByHost {
	who, off := r.text(n, "mute"), false
	return ByHost{What: who + " is muted", Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.SetMedia{Actor: on.host, Participant: on.who[0], Microphone: &off}
	}}
}

func (r *reader) muteRoom(n *yaml.Node) ByHost {
	room := r.text(n, "mute_room")
	return ByHost{What: room + " is muted", Rooms: []string{room}, Command: func(on target) meeting.Command {
		return meeting.MuteRoom{Actor: on.host, Room: on.rooms[0]}
	}}
}

func (r *reader) chat(n *yaml.Node) ByHost {
	var text, writer, to string
	r.fields(n, "chat", map[string]func(*yaml.Node){
		"who":  func(n *yaml.Node) { writer = r.text(n, "who") },
		"text": func(n *yaml.Node) { text = r.text(n, "text") },
		"to":   func(n *yaml.Node) { to = r.text(n, "to") },
	})
	who := []string{writer}
	if to != "" {
		who = append(who, to)
	}
	return ByHost{What: fmt.Sprintf("%s writes: %s", writer, text), Who: who, Command: func(on target) meeting.Command {
		command := meeting.SendChat{Actor: on.self(), Text: text}
		if len(on.who) > 1 {
			command.To = on.who[1]
		}
		return command
	}}
}

func (r *reader) startPoll(n *yaml.Node) ByHost {
	var who, question string
	var choices []string
	r.fields(n, "start_poll", map[string]func(*yaml.Node){
		"who":      func(n *yaml.Node) { who = r.text(n, "who") },
		"question": func(n *yaml.Node) { question = r.text(n, "question") },
		"choices":  func(n *yaml.Node) { choices = r.texts(n, "choices") },
	})
	return ByHost{What: who + " asks: " + question, Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.StartPoll{Actor: on.self(), Question: question, Choices: choices}
	}}
}

func (r *reader) answerPoll(n *yaml.Node) ByHost {
	var who string
	poll, choice := 1, 0
	r.fields(n, "answer_poll", map[string]func(*yaml.Node){
		"who":    func(n *yaml.Node) { who = r.text(n, "who") },
		"poll":   func(n *yaml.Node) { poll = r.number(n, "poll", 1) },
		"choice": func(n *yaml.Node) { choice = r.number(n, "choice", 0) },
	})
	return ByHost{What: who + " votes", Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.AnswerPoll{Actor: on.self(), Poll: meeting.PollID(poll), Choice: choice}
	}}
}

func (r *reader) endPoll(n *yaml.Node) ByHost {
	poll := r.number(n, "end_poll", 1)
	return ByHost{What: "a poll ends", Command: func(on target) meeting.Command {
		return meeting.EndPoll{Actor: on.host, Poll: meeting.PollID(poll)}
	}}
}

func (r *reader) allowRecording(n *yaml.Node) ByHost {
	var who, rooms []string
	allowed := true
	r.fields(n, "allow_recording", map[string]func(*yaml.Node){
		"who":     func(n *yaml.Node) { who = r.texts(n, "who") },
		"room":    func(n *yaml.Node) { rooms = []string{r.text(n, "room")} },
		"allowed": func(n *yaml.Node) { allowed = r.yes(n, "allowed") },
	})
	return ByHost{What: "recording is allowed or not", Who: who, Rooms: rooms, Command: func(on target) meeting.Command {
		command := meeting.AllowRecording{Actor: on.host, Participants: on.who, Allowed: allowed}
		if len(on.rooms) > 0 {
			command.Room = on.rooms[0]
		}
		return command
	}}
}

// recordingStates are what a recording can be told.
var recordingStates = map[string]meeting.RecordingState{"start": meeting.RecordingOn, "pause": meeting.RecordingPaused, "stop": meeting.RecordingEnded}

func (r *reader) record(n *yaml.Node) ByHost {
	var who, what string
	r.fields(n, "record", map[string]func(*yaml.Node){
		"who":  func(n *yaml.Node) { who = r.text(n, "who") },
		"what": func(n *yaml.Node) { what = r.text(n, "what") },
	})
	state, known := recordingStates[what]
	if !known {
		r.fault(n, "record takes what to do: start, pause or stop.")
	}
	return ByHost{What: fmt.Sprintf("%s: %s recording", who, what), Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.Record{Actor: on.self(), State: state}
	}}
}

func (r *reader) startBroadcast(n *yaml.Node) ByHost {
	var rooms []string
	who, kind := r.broadcastOf(n, "start_broadcast", &rooms)
	return ByHost{What: fmt.Sprintf("%s sends the %s to rooms", who, strings.ToLower(string(kind))), Who: []string{who}, Rooms: rooms, Command: func(on target) meeting.Command {
		return meeting.StartBroadcast{Actor: on.self(), Kind: kind, Rooms: on.rooms}
	}}
}

func (r *reader) stopBroadcast(n *yaml.Node) ByHost {
	who, kind := r.broadcastOf(n, "stop_broadcast", nil)
	return ByHost{What: fmt.Sprintf("%s ends that", who), Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.StopBroadcast{Actor: on.self(), Kind: kind}
	}}
}

// broadcastOf reads who sends what, and to which rooms, where that is asked.
func (r *reader) broadcastOf(n *yaml.Node, what string, rooms *[]string) (who string, kind meeting.BroadcastKind) {
	kind = meeting.BroadcastVoice
	known := map[string]func(*yaml.Node){
		"who": func(n *yaml.Node) { who = r.text(n, "who") },
		"kind": func(n *yaml.Node) {
			if kind = meeting.BroadcastKind(strings.ToUpper(r.text(n, "kind"))); kind != meeting.BroadcastVoice && kind != meeting.BroadcastScreen {
				r.fault(n, "%s takes a kind: voice or screen.", what)
			}
		},
	}
	if rooms != nil {
		known["rooms"] = func(n *yaml.Node) { *rooms = r.texts(n, "rooms") }
	}
	r.fields(n, what, known)
	return who, kind
}

func (r *reader) savePreset(n *yaml.Node) ByHost {
	var preset meeting.Preset
	r.fields(n, "save_preset", map[string]func(*yaml.Node){
		"name":         func(n *yaml.Node) { preset.Name = r.text(n, "name") },
		"capabilities": func(n *yaml.Node) { preset.Capabilities = r.texts(n, "capabilities") },
	})
	if _, problems := meeting.ParseCapabilities(preset.Capabilities); len(problems) > 0 {
		r.fault(n, "%s", problems)
	}
	return ByHost{What: "preset " + preset.Name + " is saved", Command: func(on target) meeting.Command {
		return meeting.SavePreset{Actor: on.host, Preset: preset}
	}}
}

func (r *reader) givePreset(n *yaml.Node) ByHost {
	var who, preset string
	r.fields(n, "give_preset", map[string]func(*yaml.Node){
		"who":    func(n *yaml.Node) { who = r.text(n, "who") },
		"preset": func(n *yaml.Node) { preset = r.text(n, "preset") },
	})
	return ByHost{What: fmt.Sprintf("%s is given the preset %s", who, preset), Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.GivePreset{Actor: on.host, Participant: on.who[0], Preset: preset}
	}}
}

func (r *reader) enterRoom(n *yaml.Node) ByHost {
	var who, room string
	r.fields(n, "enter_room", map[string]func(*yaml.Node){
		"who":  func(n *yaml.Node) { who = r.text(n, "who") },
		"room": func(n *yaml.Node) { room = r.text(n, "room") },
	})
	return ByHost{What: fmt.Sprintf("%s walks into %s", who, room), Who: []string{who}, Rooms: []string{room}, Command: func(on target) meeting.Command {
		return meeting.EnterRoom{Actor: on.self(), Room: on.rooms[0]}
	}}
}

func (r *reader) returnToMain(n *yaml.Node) ByHost {
	who := r.text(n, "return_to_main")
	return ByHost{What: who + " walks back", Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.ReturnToMain{Actor: on.self()}
	}}
}

func (r *reader) answer(n *yaml.Node) ByHost {
	var who string
	accept := true
	r.fields(n, "answer", map[string]func(*yaml.Node){
		"who":    func(n *yaml.Node) { who = r.text(n, "who") },
		"accept": func(n *yaml.Node) { accept = r.yes(n, "accept") },
	})
	return ByHost{What: who + " answers an invitation", Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.Answer{Actor: on.self(), Accept: accept}
	}}
}
