package meeting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

var on, off = true, false

// workshop is a meeting whose host is in main and whose two people are in Red.
func workshop(persona string) (r *run, host, ada, ben meeting.ParticipantID) {
	r = newRunAs(persona)
	host = r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost, FollowsMoves: true})[0].Participant.ID
	ada, ben = r.join("Ada", true), r.join("Ben", true)
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.MoveInAutomatically = true }})
	r.must(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada, ben}})
	r.must(meeting.OpenRooms{})
	return r, host, ada, ben
}

func (r *run) media(id meeting.ParticipantID) meeting.Media { return r.state.People[id].Media }

func TestMediaSurvivesTheMoveBothWays(t *testing.T) {
	r, host, ada, ben := workshop(meeting.PersonaIdeal)
	r.must(meeting.SetMedia{Actor: meeting.As(ada), Participant: ada, Microphone: &off, Camera: &on, Screen: &on})
	r.refused(t, meeting.SetMedia{Actor: meeting.As(ben), Participant: ben, Screen: &on}, meeting.CodeScreenTaken)
	muted := meeting.Media{Camera: true}
	r.must(meeting.Move{Participant: ada, Room: r.room("Blue")})
	if r.media(ada) != muted {
		t.Errorf("after the move, Ada has %+v; want %+v: muted, seen, and sharing no screen any more", r.media(ada), muted)
	}
	r.must(meeting.CloseRooms{Countdown: new(time.Duration)})
	if r.where(ada) != meeting.MainRoomName || r.media(ada) != muted {
		t.Errorf("back in %s, Ada has %+v", r.where(ada), r.media(ada))
	}
	r.refused(t, meeting.SetMedia{Actor: meeting.As(ada), Participant: ben, Microphone: &off}, meeting.CodeNotAllowed)
	r.must(meeting.SetMedia{Actor: meeting.As(host), Participant: ben, Microphone: &off})
	r.refused(t, meeting.SetMedia{Actor: meeting.As(host), Participant: ben, Microphone: &on}, meeting.CodeNotAllowed)
	r.must(meeting.SetMedia{Actor: meeting.As(ben), Participant: ben, Microphone: &on, Hand: &on})
	r.must(meeting.MuteRoom{Room: r.state.Main().ID})
	if r.media(ben).Microphone || !r.media(ben).Hand || !r.media(host).Microphone {
		t.Errorf("after muting the room, Ben has %+v and the host %+v", r.media(ben), r.media(host))
	}
}

func TestChatStaysInTheRoom(t *testing.T) {
	r, host, ada, ben := workshop(meeting.PersonaIdeal)
	said := r.must(meeting.SendChat{Actor: meeting.As(ada), Text: "Hello"})[0]
	if said.Room.Name != "Red" || said.Participant.ID != ada {
		t.Errorf("Ada's words went to %+v as of %+v", said.Room, said.Participant)
	}
	r.must(meeting.SendChat{Actor: meeting.As(ada), To: ben, Text: "You alone"})
	r.refused(t, meeting.SendChat{Actor: meeting.As(ada), To: host, Text: "x"}, meeting.CodeInvalid)
	r.refused(t, meeting.SendChat{Actor: meeting.As(ada), Room: r.room("Blue"), Text: "x"}, meeting.CodeNotAllowed)
	r.refused(t, meeting.SendChat{Text: "x"}, meeting.CodeRoomNotFound)
	r.refused(t, meeting.SendChat{Room: r.room("Red"), Text: strings.Repeat("x", meeting.MaxMessageLength+1)}, meeting.CodeInvalid)
	r.must(meeting.SendChat{Room: r.room("Red"), Text: "Five minutes"})
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Chat = false }})
	r.refused(t, meeting.SendChat{Actor: meeting.As(ada), Text: "x"}, meeting.CodeNotAllowed)
	r.must(meeting.SendChat{Actor: meeting.As(host), Text: "Quiet, please"})
}

func TestPolls(t *testing.T) {
	r, host, ada, ben := workshop(meeting.PersonaIdeal)
	ask := meeting.StartPoll{Actor: meeting.As(ada), Question: "Lunch?", Choices: []string{"Now", "Later"}}
	r.refused(t, ask, meeting.CodeNotAllowed)
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Polls = true }})
	r.must(ask)
	r.refused(t, ask, meeting.CodePollRunning)
	r.must(meeting.AnswerPoll{Actor: meeting.As(ada), Poll: 1, Choice: 1})
	r.must(meeting.AnswerPoll{Actor: meeting.As(ben), Poll: 1, Choice: 1})
	r.must(meeting.AnswerPoll{Actor: meeting.As(ben), Poll: 1, Choice: 0})
	r.refused(t, meeting.AnswerPoll{Actor: meeting.As(host), Poll: 1}, meeting.CodeNotAllowed)
	r.refused(t, meeting.AnswerPoll{Actor: meeting.As(ben), Poll: 1, Choice: 2}, meeting.CodeInvalid)
	r.refused(t, meeting.EndPoll{Actor: meeting.As(ben), Poll: 1}, meeting.CodeNotAllowed)
	r.refused(t, meeting.EndPoll{Poll: 2}, meeting.CodePollNotFound)
	events := r.must(meeting.CloseRooms{Countdown: new(time.Duration)}) // which ends it
	i := slices.IndexFunc(events, func(e meeting.Event) bool { return e.Type() == "poll_ended" })
	if i < 0 || !slices.Equal(events[i].Fact.(meeting.PollEnded).Votes, []int{1, 1}) {
		t.Errorf("closing made %v", types(events))
	}
	r.refused(t, meeting.EndPoll{Poll: 1}, meeting.CodePollNotFound)
	r.refused(t, meeting.StartPoll{Room: r.state.Main().ID, Question: "?", Choices: []string{"a", "a"}}, meeting.CodeInvalid)
}

func TestRecordingTakesPermission(t *testing.T) {
	r, host, ada, ben := workshop(meeting.PersonaIdeal)
	start := func(who meeting.ParticipantID) meeting.Command {
		return meeting.Record{Actor: meeting.As(who), State: meeting.RecordingOn}
	}
	state := func(who meeting.ParticipantID) string { return string(r.state.People[who].Recording) }
	r.refused(t, start(ada), meeting.CodeNotAllowed)
	r.must(meeting.AllowRecording{Actor: meeting.As(host), Room: r.room("Red"), Allowed: true})
	r.must(start(ada))
	r.must(meeting.Record{Actor: meeting.As(ada), State: meeting.RecordingPaused})
	r.must(start(ada))
	r.must(meeting.Move{Participant: ada, Room: r.room("Blue")})
	want(t, "in a room where nobody may record, Ada's recording is", state(ada), "STOPPED")
	r.must(meeting.AllowRecording{Participants: []meeting.ParticipantID{ada}, Allowed: true})
	r.must(start(ada))
	r.must(meeting.Move{Participant: ada, Room: r.room("Red")})
	want(t, "wherever she goes, Ada's recording is", state(ada), "RECORDING")
	r.must(meeting.Leave{Actor: meeting.As(ada), Cause: meeting.LeftByLostLine})
	want(t, "cut off, Ada's recording is", state(ada), "LOST")
	r.must(start(ben))
	r.must(meeting.AllowRecording{Room: r.room("Red")})
	want(t, "with the permission gone, Ben's recording is", state(ben), "STOPPED")
	r.refused(t, meeting.AllowRecording{}, meeting.CodeInvalid)

	zoom, host, ada, _ := workshop(meeting.PersonaZoom)
	let := meeting.AllowRecording{Actor: meeting.As(host), Participants: []meeting.ParticipantID{ada}, Allowed: true}
	zoom.refused(t, let, meeting.CodeNotOffered) // the host has to come, or had to think of it before
	zoom.must(meeting.EnterRoom{Actor: meeting.As(host), Room: zoom.room("Red")})
	zoom.must(let)
}

func TestVoicesToRooms(t *testing.T) {
	r, host, ada, _ := workshop(meeting.PersonaIdeal)
	voice := meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastVoice}
	r.refused(t, meeting.StartBroadcast{Kind: meeting.BroadcastVoice}, meeting.CodeInvalid)
	r.refused(t, meeting.StartBroadcast{Actor: meeting.As(ada), Kind: meeting.BroadcastVoice}, meeting.CodeNotAllowed)
	r.refused(t, meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastScreen}, meeting.CodeMuted)
	r.must(voice)
	r.refused(t, voice, meeting.CodeBroadcastRunning)
	r.must(meeting.CloseRoom{Room: r.room("Blue"), Countdown: new(time.Duration)})
	if len(r.state.People[host].Broadcasts.Voice) == 0 {
		t.Error("the broadcast ended while a room can hear it")
	}
	r.must(meeting.EnterRoom{Actor: meeting.As(host), Room: r.room("Red")})
	if len(r.state.People[host].Broadcasts.Voice) != 0 {
		t.Error("the broadcast goes on from inside a room")
	}
	r.refused(t, voice, meeting.CodeNotInMainRoom)
	r.must(meeting.ReturnToMain{Actor: meeting.As(host)})
	r.must(meeting.SetMedia{Actor: meeting.As(host), Participant: host, Microphone: &off, Screen: &on})
	r.refused(t, voice, meeting.CodeMuted)
	r.must(meeting.StartBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastScreen, Rooms: []meeting.RoomID{r.room("Red")}})
	events := r.must(meeting.CloseRooms{Countdown: new(time.Duration)})
	if !slices.Contains(types(events), "broadcast_stopped") {
		t.Errorf("closing made %v", types(events))
	}
	r.refused(t, meeting.StopBroadcast{Actor: meeting.As(host), Kind: meeting.BroadcastScreen}, meeting.CodeNoBroadcast)
}

func TestPresets(t *testing.T) {
	r, host, ada, _ := workshop(meeting.PersonaRealtimeKit)
	r.refused(t, meeting.SavePreset{Preset: meeting.Preset{Name: "x", Capabilities: []string{"FLY"}}}, meeting.CodeInvalid)
	r.must(meeting.SavePreset{Preset: meeting.Preset{Name: "Group leader", Capabilities: []string{"canAlterConnectedMeetings", "CHAT"}}})
	r.must(meeting.SavePreset{Preset: meeting.Preset{Name: "Listener"}})
	r.refused(t, meeting.Move{Participant: ada, Room: r.room("Blue"), Preset: "Nobody"}, meeting.CodePresetNotFound)
	r.must(meeting.Move{Actor: meeting.As(host), Participant: ada, Room: r.room("Blue"), Preset: "Group leader"})
	may := r.state.Capabilities(meeting.As(ada))
	if got := strings.Join(may.Permissions(), " "); got != "canAlterConnectedMeetings canSwitchConnectedMeetings canSwitchToParentMeeting" {
		t.Errorf("as a group leader, Ada has the permissions %q", got)
	}
	r.must(meeting.CreateRooms{Actor: meeting.As(ada), Names: []string{"Green"}})
	r.refused(t, meeting.DeletePreset{Name: "Group leader"}, meeting.CodePresetInUse)
	r.must(meeting.GivePreset{Participant: ada, Preset: "Listener"})
	r.refused(t, meeting.SendChat{Actor: meeting.As(ada), Text: "x"}, meeting.CodeNotAllowed)
	r.refused(t, meeting.ReturnToMain{Actor: meeting.As(ada)}, meeting.CodeNotAllowed)
	r.must(meeting.SavePreset{Preset: meeting.Preset{Name: "Listener", Capabilities: []string{"canSwitchToParentMeeting"}}})
	r.must(meeting.ReturnToMain{Actor: meeting.As(ada)})
	r.must(meeting.DeletePreset{Name: "Group leader"})
	cohost := r.must(meeting.Join{Name: "Co", Role: meeting.RoleCohost})[0].Participant.ID
	r.refused(t, meeting.SavePreset{Actor: meeting.As(cohost), Preset: meeting.Preset{Name: "y"}}, meeting.CodeNotAllowed)
}

func TestEndingFromInsideARoom(t *testing.T) {
	r, host, ada, _ := workshop(meeting.PersonaZoom)
	r.must(meeting.EnterRoom{Actor: meeting.As(host), Room: r.room("Red")})
	r.refused(t, meeting.End{Actor: meeting.As(ada)}, meeting.CodeNotAllowed)
	events := r.must(meeting.End{Actor: meeting.As(host)})
	if !r.state.Ended() || r.state.Round.Cause != meeting.ClosedByMeetingEnd || events[len(events)-1].Type() != "meeting_ended" {
		t.Errorf("the end made %v, and the round closed for %s", types(events), r.state.Round.Cause)
	}
}
