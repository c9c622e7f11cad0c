package scenario

import (
	"context"
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/plan"
	"go.yaml.in/yaml/v3"
)

// ByHost is a command of the host, made when its step is due, and of whom and of
// which rooms the file names.
type ByHost struct {
	// What says in a few words what happens.
	What       string
	Who, Rooms []string
	Command    func(on target) meeting.Command
}

// target is what the names of a step stand for.
type target struct {
	host  meeting.Actor
	who   []meeting.ParticipantID
	rooms []meeting.RoomID
}

// AskForHelp has somebody in a breakout room ask the hosts to come.
type AskForHelp struct{ Who string }

func (a ByHost) String() string     { return a.What }
func (a AskForHelp) String() string { return a.Who + " asks for help" }

// hosting reads the steps of hosts that take no more than names and values.
func (r *reader) hosting(step *Step) map[string]func(*yaml.Node) {
	act := func(read func(*yaml.Node) ByHost) func(*yaml.Node) {
		return func(n *yaml.Node) { step.Action = read(n) }
	}
	return map[string]func(*yaml.Node){
		"import_plan":          act(r.importPlan),
		"apply_plan":           act(r.applyPlan),
		"open_room":            act(r.openRoom),
		"close_room":           act(r.closeRoom),
		"delete_room":          act(r.deleteRoom),
		"reset_rooms":          act(r.resetRooms),
		"rename_room":          act(r.renameRoom),
		"recreate_rooms":       act(r.recreateRooms),
		"assign_automatically": act(r.assignAutomatically),
		"unassign":             act(r.unassign),
		"exchange":             act(r.exchange),
		"invite_to_return":     act(r.inviteToReturn),
		"broadcast":            act(r.broadcast),
		"extend_round":         act(r.extendRound),
		"set_options":          act(r.setOptions),
		"set_role":             act(r.setRole),
		"remove":               act(r.remove),
		"answer_help":          act(r.answerHelp),
		"ask_for_help":         func(n *yaml.Node) { step.Action = AskForHelp{r.text(n, "ask_for_help")} },
	}
}

func (r *reader) importPlan(n *yaml.Node) ByHost {
	var name, file string
	r.fields(n, "import_plan", map[string]func(*yaml.Node){
		"name": func(n *yaml.Node) { name = r.text(n, "name") },
		"csv":  func(n *yaml.Node) { r.text(n, "csv"); file = n.Value },
	})
	read, err := plan.Read(name, file)
	if err != nil {
		r.fault(n, "The plan can't be read: %s", err)
	}
	for _, room := range read.Rooms {
		r.rooms[room.Name] = true
	}
	return ByHost{What: "plan " + name + " is imported", Command: func(on target) meeting.Command {
		return meeting.SavePlan{Actor: on.host, Plan: read}
	}}
}

func (r *reader) applyPlan(n *yaml.Node) ByHost {
	name := r.text(n, "apply_plan")
	return ByHost{What: "plan " + name + " is applied", Command: func(on target) meeting.Command {
		return meeting.ApplyPlan{Actor: on.host, Name: name}
	}}
}

func (r *reader) openRoom(n *yaml.Node) ByHost {
	name := r.text(n, "open_room")
	return ByHost{What: name + " opens", Rooms: []string{name}, Command: func(on target) meeting.Command {
		return meeting.OpenRoom{Actor: on.host, Room: on.rooms[0]}
	}}
}

func (r *reader) closeRoom(n *yaml.Node) ByHost {
	var name string
	var command meeting.CloseRoom
	r.fields(n, "close_room", map[string]func(*yaml.Node){
		"room":      func(n *yaml.Node) { name = r.text(n, "room") },
		"countdown": func(n *yaml.Node) { countdown := r.duration(n, "countdown"); command.Countdown = &countdown },
	})
	return ByHost{What: name + " closes", Rooms: []string{name}, Command: func(on target) meeting.Command {
		command.Actor, command.Room = on.host, on.rooms[0]
		return command
	}}
}

func (r *reader) deleteRoom(n *yaml.Node) ByHost {
	name := r.text(n, "delete_room")
	return ByHost{What: name + " is deleted", Rooms: []string{name}, Command: func(on target) meeting.Command {
		return meeting.DeleteRoom{Actor: on.host, Room: on.rooms[0]}
	}}
}

func (r *reader) resetRooms(n *yaml.Node) ByHost {
	r.nothing(n, "reset_rooms")
	return ByHost{What: "all rooms are deleted", Command: func(on target) meeting.Command {
		return meeting.ResetRooms{Actor: on.host}
	}}
}

func (r *reader) renameRoom(n *yaml.Node) ByHost {
	var name, to string
	r.fields(n, "rename_room", map[string]func(*yaml.Node){
		"room": func(n *yaml.Node) { name = r.text(n, "room") },
		"to":   func(n *yaml.Node) { to = r.text(n, "to") },
	})
	r.rooms[to] = true
	return ByHost{What: name + " is called " + to, Rooms: []string{name}, Command: func(on target) meeting.Command {
		return meeting.RenameRoom{Actor: on.host, Room: on.rooms[0], Name: to}
	}}
}

func (r *reader) recreateRooms(n *yaml.Node) ByHost {
	names := r.texts(n, "recreate_rooms")
	for _, name := range names {
		r.rooms[name] = true
	}
	return ByHost{What: fmt.Sprintf("%d rooms are made in place of all others", len(names)), Command: func(on target) meeting.Command {
		return meeting.RecreateRooms{Actor: on.host, Names: names}
	}}
}

func (r *reader) assignAutomatically(n *yaml.Node) ByHost {
	command := meeting.AssignAutomatically{Seed: 1}
	r.fields(n, "assign_automatically", map[string]func(*yaml.Node){
		"seed":            func(n *yaml.Node) { command.Seed = uint64(r.number(n, "seed", 0)) },
		"hosts":           func(n *yaml.Node) { command.Hosts = r.yes(n, "hosts") },
		"unassigned_only": func(n *yaml.Node) { command.UnassignedOnly = r.yes(n, "unassigned_only") },
	})
	return ByHost{What: "people are spread over the rooms", Command: func(on target) meeting.Command {
		command.Actor = on.host
		return command
	}}
}

func (r *reader) unassign(n *yaml.Node) ByHost {
	who := r.texts(n, "unassign")
	return ByHost{What: count(who, "is assigned to no room", "are assigned to no room"), Who: who, Command: func(on target) meeting.Command {
		return meeting.Unassign{Actor: on.host, Participants: on.who}
	}}
}

func (r *reader) exchange(n *yaml.Node) ByHost {
	who := r.texts(n, "exchange")
	if len(who) != 2 {
		r.fault(n, "exchange takes two names, such as [Ada, Ben].")
	}
	return ByHost{What: strings.Join(who, " and ") + " change places", Who: who, Command: func(on target) meeting.Command {
		return meeting.Exchange{Actor: on.host, A: on.who[0], B: on.who[1]}
	}}
}

func (r *reader) inviteToReturn(n *yaml.Node) ByHost {
	who := r.who(n, "invite_to_return", Everybody)
	if len(who) == 1 && who[0] == Everybody {
		who = nil // nobody named is everybody
	}
	return ByHost{What: "people are asked back to the main room", Who: who, Command: func(on target) meeting.Command {
		return meeting.InviteToReturn{Actor: on.host, Participants: on.who}
	}}
}

func (r *reader) broadcast(n *yaml.Node) ByHost {
	var text string
	var rooms []string
	r.fields(n, "broadcast", map[string]func(*yaml.Node){
		"text":  func(n *yaml.Node) { text = r.text(n, "text") },
		"rooms": func(n *yaml.Node) { rooms = r.texts(n, "rooms") },
	})
	return ByHost{What: fmt.Sprintf("a message goes out: %s", text), Rooms: rooms, Command: func(on target) meeting.Command {
		return meeting.Broadcast{Actor: on.host, Text: text, Rooms: on.rooms}
	}}
}

func (r *reader) extendRound(n *yaml.Node) ByHost {
	by := r.duration(n, "extend_round")
	return ByHost{What: fmt.Sprintf("the round is extended by %s", by), Command: func(on target) meeting.Command {
		return meeting.ExtendRound{Actor: on.host, By: by}
	}}
}

func (r *reader) setOptions(n *yaml.Node) ByHost {
	var changes []func(*meeting.Options)
	r.fields(n, "set_options", r.options(func(change func(*meeting.Options)) { changes = append(changes, change) }))
	var names []string
	for _, e := range r.entries(n, "set_options") {
		names = append(names, e.key.Value)
	}
	return ByHost{What: "options are changed: " + strings.Join(names, ", "), Command: func(on target) meeting.Command {
		return meeting.SetOptions{Actor: on.host, Change: func(o *meeting.Options) {
			for _, change := range changes {
				change(o)
			}
		}}
	}}
}

func (r *reader) setRole(n *yaml.Node) ByHost {
	var who string
	role := meeting.RoleParticipant
	r.fields(n, "set_role", map[string]func(*yaml.Node){
		"who":  func(n *yaml.Node) { who = r.text(n, "who") },
		"role": func(n *yaml.Node) { role = r.role(n) },
	})
	return ByHost{What: fmt.Sprintf("%s becomes %s", who, strings.ToLower(string(role))), Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.SetRole{Actor: on.host, Participant: on.who[0], Role: role}
	}}
}

func (r *reader) remove(n *yaml.Node) ByHost {
	who := r.text(n, "remove")
	return ByHost{What: who + " is removed", Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.Remove{Actor: on.host, Participant: on.who[0]}
	}}
}

// helpAnswers are the answers to a request for help.
var helpAnswers = map[string]meeting.HelpState{"join": meeting.HelpComing, "later": meeting.HelpLater, "busy": meeting.HelpBusy}

func (r *reader) answerHelp(n *yaml.Node) ByHost {
	var who, answer string
	r.fields(n, "answer_help", map[string]func(*yaml.Node){
		"who":    func(n *yaml.Node) { who = r.text(n, "who") },
		"answer": func(n *yaml.Node) { answer = r.text(n, "answer") },
	})
	outcome, known := helpAnswers[answer]
	if !known {
		r.fault(n, "answer_help takes an answer: join, later or busy.")
	}
	return ByHost{What: fmt.Sprintf("%s is answered: %s", who, answer), Who: []string{who}, Command: func(on target) meeting.Command {
		return meeting.AnswerHelp{Actor: on.host, Participant: on.who[0], Outcome: outcome}
	}}
}

// byHost does a step of the host.
func (p *player) byHost(ctx context.Context, a ByHost) error {
	on := target{host: p.hosting()}
	for _, name := range a.Who {
		number, err := p.number(name)
		if err != nil {
			return err
		}
		on.who = append(on.who, number)
	}
	for _, name := range a.Rooms {
		room, err := p.room(name)
		if err != nil {
			return err
		}
		on.rooms = append(on.rooms, room)
	}
	return p.host(ctx, a.Command(on))
}

func (p *player) askForHelp(ctx context.Context, a AskForHelp) error {
	number, err := p.number(a.Who)
	if err != nil {
		return err
	}
	return p.host(ctx, meeting.AskForHelp{Actor: meeting.As(number)})
}
