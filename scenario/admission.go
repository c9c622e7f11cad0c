package scenario

import (
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// EverybodyWaiting stands for all people and bots that wait to be let in.
const EverybodyWaiting = "everybody"

// doorOptions reads the host's settings of who comes in, and of what bots may do there.
func (r *reader) doorOptions(apply func(func(*meeting.Options))) map[string]func(*yaml.Node) {
	yes := func(name string, field func(*meeting.Options) *bool) func(*yaml.Node) {
		return func(n *yaml.Node) {
			value := r.yes(n, name)
			apply(func(o *meeting.Options) { *field(o) = value })
		}
	}
	return map[string]func(*yaml.Node){
		"wait_again":         yes("wait_again", func(o *meeting.Options) *bool { return &o.WaitAgain }),
		"wait_for_rooms":     yes("wait_for_rooms", func(o *meeting.Options) *bool { return &o.WaitForRooms }),
		"wait_for_host":      yes("wait_for_host", func(o *meeting.Options) *bool { return &o.WaitForHost }),
		"locked":             yes("locked", func(o *meeting.Options) *bool { return &o.Locked }),
		"bots_ask_to_record": yes("bots_ask_to_record", func(o *meeting.Options) *bool { return &o.BotsAskToRecord }),
		"waiting_room": func(n *yaml.Node) {
			who := meeting.WaitingRoom(strings.ToUpper(r.text(n, "waiting_room")))
			if who != meeting.WaitingRoomOff && who != meeting.WaitingRoomBots && who != meeting.WaitingRoomEverybody {
				r.fault(n, "There is no waiting room for %q; choose off, bots or everybody.", n.Value)
			}
			apply(func(o *meeting.Options) { o.WaitingRoom = who })
		},
		"capacity": func(n *yaml.Node) {
			most := r.number(n, "capacity", 0)
			apply(func(o *meeting.Options) { o.Capacity = most })
		},
	}
}

// admission reads the steps of the host at the door.
func (r *reader) admission(step *Step) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"admit": func(n *yaml.Node) { step.Action = r.admit(n) },
		"deny":  func(n *yaml.Node) { step.Action = r.deny(n) },
	}
}

func (r *reader) admit(n *yaml.Node) ByHost {
	who := r.who(n, "admit", EverybodyWaiting)
	what := count(who, "is let in", "are let in")
	if len(who) == 1 && who[0] == EverybodyWaiting {
		what, who = "everybody who waits is let in", nil // nobody named is everybody
	}
	return ByHost{What: what, Who: who, Command: func(on target) meeting.Command {
		return meeting.Admit{Actor: on.host, Participants: on.who}
	}}
}

func (r *reader) deny(n *yaml.Node) ByHost {
	who := r.texts(n, "deny")
	return ByHost{What: count(who, "is turned away", "are turned away"), Who: who, Command: func(on target) meeting.Command {
		return meeting.Deny{Actor: on.host, Participants: on.who}
	}}
}
