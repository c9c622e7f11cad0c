package scenario

import (
	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// EverybodyWaiting stands for all people and bots that wait to be let in.
const EverybodyWaiting = "everybody"

// admission reads the steps of the host at the door.
func (r *reader) admission(step *Step) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"admit": func(n *yaml.Node) { step.Action = r.admit(n) },
		"deny":  func(n *yaml.Node) { step.Action = r.deny(n) },
	}
}

func (r *reader) admit(n *yaml.Node) ByHost {
	what, who := "everybody who waits is let in", []string(nil) // nobody named is everybody
	if n.Value != EverybodyWaiting {
		who = r.texts(n, "admit")
		what = count(who, "is let in", "are let in")
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
