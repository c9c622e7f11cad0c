package meeting_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

func TestReconnectsKeepTheParticipant(t *testing.T) {
	r := withRooms()
	join := func(name, email, external string) meeting.Event {
		return r.must(meeting.Join{Name: name, Email: email, ExternalID: external, FollowsMoves: true})[0]
	}
	ada, ben := join("Ada", "ada@example.org", "").Participant.ID, join("Ada", "", "b-7").Participant.ID
	r.must(meeting.SetRole{Participant: ada, Role: meeting.RoleCohost})
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada, ben}})
	r.must(meeting.OpenRooms{})
	r.must(meeting.Leave{Actor: meeting.As(ada), Cause: meeting.LeftByLostLine})
	back := join("Ada L.", "ADA@example.org", "")
	person := r.state.People[ada]
	if back.Participant.ID != ada || person.Connection != 3 || person.Visit != 4 || person.Role != meeting.RoleCohost || person.Name != "Ada L." {
		t.Errorf("Ada came back as %+v", person)
	}
	want(t, "who comes back goes on in", r.where(ada), "Red")
	if stranger := join("Ada", "", "").Participant.ID; stranger == ada || stranger == ben {
		t.Error("a name alone made somebody another")
	}

	t.Run("while the old connection lingers", func(t *testing.T) {
		events := r.must(meeting.Join{Name: "Ada", ExternalID: "b-7", FollowsMoves: true})
		i := slices.IndexFunc(events, func(e meeting.Event) bool { return e.Type() == "participant_left" })
		if i < 0 || events[i].Fact.(meeting.ParticipantLeft).Cause != meeting.LeftByReplacement || len(r.state.People) != 3 {
			t.Errorf("joining again made %v, and there are %d people", types(events), len(r.state.People))
		}
		want(t, "who is replaced goes on in", r.where(ben), "Red")
	})

	t.Run("where the platform has the host assign them anew", func(t *testing.T) {
		r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Rejoin = meeting.RejoinMain }})
		r.must(meeting.Leave{Actor: meeting.As(ben)})
		join("Ben", "", "b-7")
		want(t, "who comes back is in", r.where(ben), meeting.MainRoomName)
	})
}

func TestHostsWhoComeBackAreHosts(t *testing.T) {
	r := newRun()
	host := r.must(meeting.Join{Name: "Host", Email: "host@example.org", Role: meeting.RoleHost})[0].Participant.ID
	r.must(meeting.Join{Name: "Co", Role: meeting.RoleCohost})
	r.must(meeting.Join{Name: "Host", Email: "host@example.org"}) // before the old connection is gone: no co-host takes over
	if role := r.state.People[host].Role; role != meeting.RoleHost {
		t.Errorf("the host came back as %s", role)
	}
	if role := r.state.People[200].Role; role != meeting.RoleCohost {
		t.Errorf("the co-host is %s", role)
	}
}

func TestDevices(t *testing.T) {
	r := withRooms()
	old := r.must(meeting.Join{Name: "Old client", Device: meeting.DeviceBasic, FollowsMoves: true})[0].Participant.ID
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{old}})
	r.must(meeting.OpenRooms{})
	want(t, "a client that knows no rooms stays in", r.where(old), meeting.MainRoomName)
	r.refused(t, meeting.Move{Participant: old, Room: r.room("Red")}, meeting.CodeNotAllowed)
	r.refused(t, meeting.Join{Name: "x", Device: "WATCH"}, meeting.CodeInvalid)

	zoom := newRunAs(meeting.PersonaZoom)
	mobile := zoom.must(meeting.Join{Name: "Host", Role: meeting.RoleHost, Device: meeting.DeviceMobile})[0].Participant.ID
	zoom.refused(t, meeting.CreateRooms{Actor: meeting.As(mobile), Count: 1}, meeting.CodeNotAllowed)
}

func TestRoomsCanBeJoinedDirectly(t *testing.T) {
	r := withRooms()
	r.refused(t, meeting.Join{Name: "Early", Room: r.room("Red")}, meeting.CodeRoomNotOpen)
	r.must(meeting.OpenRooms{})
	ada := r.must(meeting.Join{Name: "Ada", Room: r.room("Red")})[0].Participant.ID
	want(t, "who joins a room is in", r.where(ada), "Red")
	zoom := newRunAs(meeting.PersonaZoom)
	zoom.must(meeting.CreateRooms{Names: []string{"Red"}})
	zoom.must(meeting.OpenRooms{})
	zoom.refused(t, meeting.Join{Name: "Ada", Room: zoom.room("Red")}, meeting.CodeNotOffered)
}

func TestPeopleAreAskedBack(t *testing.T) {
	r, _, ada, ben := workshop(meeting.PersonaZoom)
	r.must(meeting.CloseRooms{})
	asked := r.state.People[ada].Invitation
	if asked.Kind != meeting.InvitedToReturn || asked.State != meeting.InvitationPending {
		t.Fatalf("when the countdown began, Ada was sent %+v", asked)
	}
	r.must(meeting.Answer{Actor: meeting.As(ada), Invitation: asked.ID, Accept: true})
	want(t, "who agrees is in", r.where(ada), meeting.MainRoomName)
	want(t, "who does not is in", r.where(ben), "Red")
	r.now = r.now.Add(time.Minute)
	r.must(meeting.Tick{})
	want(t, "after the countdown, everybody is in", r.where(ben), meeting.MainRoomName)
}

// TestRequestsStandOnEvents shows that events bear the order that they follow from.
func TestRequestsStandOnEvents(t *testing.T) {
	r := newRun()
	request := meeting.Request{Key: "k-1", Digest: "d"}
	events := r.must(meeting.Order{Request: request, Command: meeting.CreateRooms{Count: 2}})
	if events[0].Request != request || events[1].Request != (meeting.Request{Key: "k-1"}) {
		t.Errorf("the events bear %+v and %+v", events[0].Request, events[1].Request)
	}
	ada := r.join("Ada", true)
	_, err := r.apply(meeting.Order{By: meeting.As(ada), Command: meeting.OpenRooms{}})
	refusals, _ := errors.AsType[meeting.Refusals](err)
	if !refusals.Has(meeting.CodeNotAllowed) {
		t.Errorf("an order of a participant's was carried out as of the owner: %v", err)
	}
}

func TestPlatformsHaveWordsOfTheirOwn(t *testing.T) {
	for _, test := range []struct{ persona, want string }{
		{meeting.PersonaZoom, "sdk onBOStatusChanged(STARTED), webhook meeting.participant_joined_breakout_room, sdk onBOInfoUpdated"},
		{meeting.PersonaRealtimeKit, "webhook meeting.started, sdk stateUpdate, webhook meeting.participantJoined, sdk changingMeeting, sdk meetingChanged"},
		{meeting.PersonaLiveKit, "webhook room_started, webhook participant_joined, sdk participantConnected"},
		{meeting.PersonaIdeal, ""},
	} {
		r := newRunAs(test.persona)
		ada := r.join("Ada", true)
		r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.MoveInAutomatically = true }})
		r.must(meeting.CreateRooms{Count: 1})
		r.must(meeting.Assign{Room: r.room("Room 1"), Participants: []meeting.ParticipantID{ada}})
		var said []string
		for _, event := range r.must(meeting.OpenRooms{}) {
			if event.Type() == "participant_left_room" {
				continue
			}
			for _, one := range r.state.Persona.Announcements(event) {
				said = append(said, one.Surface+" "+one.Name)
			}
		}
		want(t, test.persona+" says", strings.Join(said, ", "), test.want)
	}
}

func TestRoomsHaveAliases(t *testing.T) {
	seen := make(map[string]bool)
	for _, persona := range meeting.Personas() {
		for _, room := range []meeting.RoomID{"room_a", "room_b"} {
			for _, alias := range persona.Aliases(room) {
				if alias.Value == "" || seen[persona.Name+alias.Value] {
					t.Errorf("%s calls %s %+v", persona.Name, room, alias)
				}
				seen[persona.Name+alias.Value] = true
			}
		}
	}
	if meeting.RoomOf(meeting.ConnectedMeeting("room_a")) != "room_a" {
		t.Error("a room is not found by its connected meeting")
	}
}
