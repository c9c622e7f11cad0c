package meeting_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

var update = flag.Bool("update", false, "write the documents that are made of the code")

// script is what a host tries under every persona, in its order.
var script = []struct {
	what    string
	command func(r *run, host, ada, ben meeting.ParticipantID) meeting.Command
}{
	{"let participants choose rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.SetOptions{Actor: meeting.As(host), Change: func(o *meeting.Options) { o.ChooseRoom = true }}
	}},
	{"set a timer of 10 minutes", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.SetOptions{Actor: meeting.As(host), Change: func(o *meeting.Options) { o.RoundDuration = 10 * time.Minute }}
	}},
	{"bound rooms to 4 people", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.SetOptions{Actor: meeting.As(host), Change: func(o *meeting.Options) { o.RoomCapacity = 4 }}
	}},
	{"choose a countdown of 20 s", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.SetOptions{Actor: meeting.As(host), Change: func(o *meeting.Options) { o.ClosingCountdown = 20 * time.Second }}
	}},
	{"create 2 rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.CreateRooms{Actor: meeting.As(host), Names: []string{"Red", "Blue"}}
	}},
	{"create 60 rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.CreateRooms{Actor: meeting.As(host), Count: 60}
	}},
	{"assign automatically", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.AssignAutomatically{Actor: meeting.As(host), Seed: 1}
	}},
	{"open all rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.OpenRooms{Actor: meeting.As(host)}
	}},
	{"move somebody", func(r *run, host, ada, _ meeting.ParticipantID) meeting.Command {
		to := r.room("Red")
		if r.state.People[ada].Room == to || r.state.People[ada].Assigned == to {
			to = r.room("Blue")
		}
		return meeting.Move{Actor: meeting.As(host), Participant: ada, Room: to}
	}},
	{"spread people anew while rooms are open", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.AssignAutomatically{Actor: meeting.As(host), Seed: 2}
	}},
	{"rename an open room", func(r *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.RenameRoom{Actor: meeting.As(host), Room: r.room("Red"), Name: "Ruby"}
	}},
	{"add a room while rooms are open", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.CreateRooms{Actor: meeting.As(host), Names: []string{"Late"}}
	}},
	{"close one room", func(r *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.CloseRoom{Actor: meeting.As(host), Room: r.room("Blue")}
	}},
	{"send a message to all rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.Broadcast{Actor: meeting.As(host), Text: "Five minutes left."}
	}},
	{"send a voice to all rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastVoice}
	}},
	{"let somebody in an open room record", func(_ *run, host, ada, _ meeting.ParticipantID) meeting.Command {
		return meeting.AllowRecording{Actor: meeting.As(host), Participants: []meeting.ParticipantID{ada}, Allowed: true}
	}},
	{"join an open room directly", func(r *run, _, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.Join{Name: "Dan", FollowsMoves: true, Room: r.state.BreakoutRooms()[0].ID}
	}},
	{"open another room from a phone", func(r *run, _, _, _ meeting.ParticipantID) meeting.Command {
		phone := r.must(meeting.Join{Name: "Co-host", Role: meeting.RoleCohost, Device: meeting.DevicePhone})[0].Participant.ID
		return meeting.CreateRooms{Actor: meeting.As(phone), Count: 1}
	}},
	{"come back after a lost connection", func(r *run, _, ada, _ meeting.ParticipantID) meeting.Command {
		r.must(meeting.Leave{Actor: meeting.As(ada), Cause: meeting.LeftByLostLine})
		return meeting.Join{Name: "Ada", ExternalID: "ada", FollowsMoves: true}
	}},
	{"ask for help", func(_ *run, _, _, ben meeting.ParticipantID) meeting.Command {
		return meeting.AskForHelp{Actor: meeting.As(ben)}
	}},
	{"ask everybody back", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.InviteToReturn{Actor: meeting.As(host)}
	}},
	{"go back to main by oneself", func(_ *run, _, _, ben meeting.ParticipantID) meeting.Command {
		return meeting.ReturnToMain{Actor: meeting.As(ben)}
	}},
	{"close all rooms", func(_ *run, host, _, _ meeting.ParticipantID) meeting.Command {
		return meeting.CloseRooms{Actor: meeting.As(host)}
	}},
}

// outcome tells in a word or two what became of a command.
func outcome(r *run, command meeting.Command) string {
	events, err := r.apply(command)
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
		return "`" + string(refusals[0].Code) + "`"
	}
	invited, moved := 0, 0
	for _, event := range events {
		switch event.Type() {
		case "invitation_sent":
			invited++
		case "participant_entered_room":
			moved++
		case "round_closing":
			return "countdown"
		}
	}
	switch {
	case invited > 0:
		return fmt.Sprintf("%d invited", invited)
	case moved > 0:
		return fmt.Sprintf("%d moved", moved)
	}
	return "done"
}

// playScript plays the script under a persona. People who are invited come.
func playScript(name string) (outcomes []string) {
	r := newRunAs(name)
	host := r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost, FollowsMoves: true})[0].Participant.ID
	ada := r.must(meeting.Join{Name: "Ada", ExternalID: "ada", FollowsMoves: true})[0].Participant.ID
	ben := r.join("Ben", true)
	for _, step := range script {
		r.now = r.now.Add(time.Minute)
		outcomes = append(outcomes, outcome(r, step.command(r, host, ada, ben)))
		for _, person := range r.state.Roster() {
			if i := person.Invitation; i.State == meeting.InvitationPending && i.Kind != meeting.InvitedToReturn {
				r.must(meeting.Answer{Actor: meeting.As(person.ID), Invitation: i.ID, Accept: true})
			}
		}
	}
	return outcomes
}

// TestPersonasDocument holds docs/personas.md against what the rules do.
func TestPersonasDocument(t *testing.T) {
	var b strings.Builder
	fmt.Fprint(&b, "# Personas\n\nA simulated meeting takes on a persona: the limits, the offers and the defaults\nof a meeting platform (`createMeeting(input: {persona: ZOOM, …})`, or `persona`\nin a scenario). This page is made of the rules: `go test ./meeting -update`.\n\n")
	header := "|"
	for _, p := range meeting.Personas() {
		header += " " + p.Name + " |"
	}
	line := strings.Repeat("---|", len(meeting.Personas())+1)
	row := func(what string, cell func(meeting.Persona) string) {
		fmt.Fprintf(&b, "| %s |", what)
		for _, p := range meeting.Personas() {
			fmt.Fprintf(&b, " %s |", cell(p))
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "## Limits and defaults\n\n| %s\n|%s\n", header, line)
	limits(row)
	fmt.Fprintf(&b, "\n## Offers\n\n| %s\n|%s\n", header, line)
	for i, name := range meeting.OfferNames() {
		row(name, func(p meeting.Persona) string { return yes(p.Offers.Has(1 << i)) })
	}
	fmt.Fprintf(&b, "\n## One host, every persona\n\nThe same commands of a host with two people, one after the other.\n\n| %s\n|%s\n", header, line)
	played := make(map[string][]string)
	for _, p := range meeting.Personas() {
		played[p.Name] = playScript(p.Name)
	}
	for i, step := range script {
		row(step.what, func(p meeting.Persona) string { return played[p.Name][i] })
	}
	fmt.Fprintf(&b, "\n## Announcements\n\nHow each platform tells of an event of ours, to servers (webhook) and to clients\n(sdk); what stays empty, it does not tell.\n\n| %s\n|%s\n", header, line)
	for _, kind := range slices.Sorted(slices.Values(meeting.EventTypes())) {
		row(string(kind), func(p meeting.Persona) string { return announced(t, p, kind) })
	}
	path := filepath.Join("..", "docs", "personas.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	document, err := os.ReadFile(path)
	if err != nil || string(document) != b.String() {
		t.Errorf("docs/personas.md differs from what the rules do (%v); write it anew with go test ./meeting -run Personas -update, and look at it", err)
	}
}

// limits writes the limits and defaults of all personas.
func limits(row func(what string, cell func(meeting.Persona) string)) {
	row("rooms", func(p meeting.Persona) string { return fmt.Sprint(p.MaxRooms) })
	row("letters of a room's name", func(p meeting.Persona) string { return fmt.Sprint(p.MaxRoomName) })
	row("closing countdowns", func(p meeting.Persona) string {
		if len(p.Countdowns) == 0 {
			return "any"
		}
		return strings.Trim(fmt.Sprint(p.Countdowns), "[]")
	})
	row("people are moved without being asked", func(p meeting.Persona) string { return yes(p.Defaults.MoveInAutomatically) })
	row("people who come back while rooms are open go to", func(p meeting.Persona) string {
		if p.Defaults.Rejoin == meeting.RejoinMain {
			return "main"
		}
		return "their room"
	})
	row("clients that can't manage rooms", func(p meeting.Persona) string {
		if len(p.CannotManage) == 0 {
			return "–"
		}
		return strings.ToLower(strings.Trim(fmt.Sprint(p.CannotManage), "[]"))
	})
	row("people may go back by themselves", func(p meeting.Persona) string { return yes(p.Defaults.AllowReturn) })
}

// announced is how a platform tells of an event of a breakout room.
func announced(t *testing.T, p meeting.Persona, kind meeting.EventType) string {
	t.Helper()
	if p.Name == meeting.PersonaIdeal {
		return "under our name"
	}
	event, err := meeting.UnmarshalBody(kind, 1, time.Time{}, []byte(`{"room":{"kind":"BREAKOUT"},"fact":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, one := range p.Announcements(event) {
		said = append(said, one.Surface+" `"+one.Name+"`")
	}
	return strings.Join(said, ", ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "–"
}

func TestPersonasHoldTheirOwnDefaults(t *testing.T) {
	for _, p := range meeting.Personas() {
		r := newRunAs(p.Name)
		r.refused(t, meeting.CreateRooms{Count: p.MaxRooms + 1}, meeting.CodeTooManyRooms)
		r.must(meeting.CreateRooms{Count: p.MaxRooms})
		r.refused(t, meeting.CreateRooms{Count: 1}, meeting.CodeTooManyRooms)
	}
	_, err := meeting.Apply(meeting.New(), meeting.Create{Meeting: "mtg_1", Title: "x", Persona: "skype"}, time.Now())
	wantRefusal(t, err, meeting.CodeInvalid)
	zoom := newRunAs(meeting.PersonaZoom)
	zoom.refused(t, meeting.RecreateRooms{Names: []string{strings.Repeat("x", 33)}}, meeting.CodeInvalid)
}

// TestHostsOfZoomEditFromTheMainRoomOnly shows that capabilities follow people
// from room to room, and that a change is an event.
func TestHostsOfZoomEditFromTheMainRoomOnly(t *testing.T) {
	r := newRunAs(meeting.PersonaZoom)
	host := r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost})[0].Participant.ID
	r.must(meeting.CreateRooms{Count: 1})
	r.must(meeting.OpenRooms{})
	events := r.must(meeting.EnterRoom{Actor: meeting.As(host), Room: r.room("Room 1")})
	last := events[len(events)-1]
	if fact, ok := last.Fact.(meeting.CapabilitiesChanged); !ok || strings.Contains(strings.Join(fact.Capabilities, " "), "EDIT_ROOMS") {
		t.Errorf("the host's step into a room ended with %+v", last.Fact)
	}
	r.refused(t, meeting.CreateRooms{Actor: meeting.As(host), Count: 1}, meeting.CodeNotAllowed)
}
