package meeting

import (
	"context"
	"time"

	"github.com/pion/rtp"
)

// Platform is a place where meetings happen: the simulator, or a real one.
// Package meetingtest proves that an implementation keeps this contract.
type Platform interface {
	// Create opens a meeting.
	Create(ctx context.Context, create Create) error

	// Resume takes a meeting up again that a process before held, or was in, from all
	// of its events so far. A meeting that is over by now is refused with
	// [CodeMeetingEnded]. Whoever was in it is so still, until the platform misses
	// them or they join anew.
	Resume(ctx context.Context, events []Event) error

	// Command has a meeting carry out a command. It returns when what followed
	// is recorded. A command against the rules is refused with [Refusals] and
	// changes nothing.
	Command(ctx context.Context, id ID, command Command) ([]Event, error)

	// View lets somebody look at a meeting as it is at one moment. The state must
	// not be kept or changed.
	View(ctx context.Context, id ID, look func(*State)) error

	// Join takes a seat in a meeting. It returns when the seat is in the main
	// room, or in the waiting room, and media can flow.
	Join(ctx context.Context, request JoinRequest) (Session, error)
}

// JoinRequest says who wants a seat.
type JoinRequest struct {
	Meeting ID
	Name    string
	Bot     BotID
	// Email is the address by which plans know who takes the seat.
	Email string
	// FollowsMoves says that the seat goes where it is sent without being asked, where
	// the host has people moved so.
	FollowsMoves bool
	// Captions has the seat told what is said, as [Captioned].
	Captions bool
	// PartialCaptions has the seat told of sentences while they are being said too.
	PartialCaptions bool
	// RoomsOnly spares the seat what is said in the main room: it hears breakout
	// rooms alone.
	RoomsOnly bool
	// Video is what the seat wants to see of others: cameras, screens, or both. A
	// seat that wants nothing is sent nothing.
	Video []MediaKind
	// Receive is called with every media packet that arrives. Calls for
	// different participants may come at the same time; the packet is valid
	// only until Receive returns.
	Receive func(Packet)
}

// Session is one seat in a meeting, from the seat's own point of view: a change
// of room is everybody leaving and the new room's people being there.
type Session interface {
	// Participant is the seat's number in the meeting.
	Participant() ParticipantID

	// Signals is what the seat hears, in order. It is closed after [Removed],
	// or after Leave returned.
	Signals() <-chan Signal

	// EnterRoom walks into an open room, where that is allowed.
	EnterRoom(ctx context.Context, room RoomID) error

	// ReturnToMain walks back to the main room, where that is allowed.
	ReturnToMain(ctx context.Context) error

	// SendChat writes to the seat's room, or to one participant in it unless that
	// is 0.
	SendChat(ctx context.Context, to ParticipantID, text string) error

	// Speak says Opus packets of 20 ms, one after the other in real time, and turns
	// the seat's microphone on for as long. It returns when the last was said, or
	// when the context ends. What is said belongs to one visit of the seat: once the
	// seat is elsewhere, nobody hears the rest. Calls must not overlap. A seat that
	// never speaks costs its meeting no more than its ears.
	Speak(ctx context.Context, visit VisitNumber, packets [][]byte) error

	// Answer accepts or declines an invitation, the latest when it is 0.
	Answer(ctx context.Context, invitation InvitationID, accept bool) error

	// AskToRecord asks the hosts to let the seat record where it is, where it takes
	// that. [RecordingPermitted] answers.
	AskToRecord(ctx context.Context) error

	// Leave gives the seat up. It returns when nothing of the session runs any
	// more; Receive is not called after it.
	Leave(ctx context.Context) error
}

// Packet is one RTP packet and where it belongs. Signals and media travel on
// different ways, so that a packet of the new room can arrive before the signal
// that announces the room: file a packet by its Visit, never by the room that
// the last signal named.
type Packet struct {
	// Participant is who sent it. It travels as the packet's CSRC (RFC 3550, section 5.1).
	Participant ParticipantID
	// Visit is the receiver's visit during which the packet was forwarded to it.
	Visit VisitNumber
	// Kind is what the packet carries.
	Kind MediaKind
	// Speaking says that the sender was speaking, as it told by the voice activity
	// flag of its audio level (RFC 6464).
	Speaking bool
	RTP      *rtp.Packet
}

// MediaKind is what somebody sends.
type MediaKind string

// What participants send. The zero value is the voice.
const (
	KindAudio  MediaKind = ""
	KindCamera MediaKind = "camera"
	KindScreen MediaKind = "screen"
)

// Signal is something that a seat hears from its meeting.
type Signal interface{ signal() }

type (
	// EnteredRoom says that the seat is in a room now, and with whom.
	EnteredRoom struct {
		At     time.Time        `json:"at"`
		Visit  VisitNumber      `json:"visit"`
		Room   RoomRef          `json:"room"`
		Roster []ParticipantRef `json:"roster,omitempty"` // the others, in the order of joining
		Round  int              `json:"round,omitempty"`  // the latest round, from 1; 0 before the first
		// MayRecord says that the seat may record the room.
		MayRecord bool `json:"mayRecord,omitempty"`
	}
	// PutInWaitingRoom says that the seat waits to be let in: it is in no room, and
	// hears nothing until it enters one or is removed.
	PutInWaitingRoom struct {
		At time.Time `json:"at"`
	}
	// RecordingPermitted says that the seat may record where it is from now on, or
	// no longer, or that this was denied to it.
	RecordingPermitted struct {
		At      time.Time `json:"at"`
		Allowed bool      `json:"allowed"`
	}
	// RecordingWanted tells a seat that may allow it that somebody asks to record.
	RecordingWanted struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
		Room        RoomRef        `json:"room"`
	}
	// SomebodyEntered says that another participant is in the seat's room now.
	SomebodyEntered struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
	}
	// SomebodyChanged says that another participant of the seat's room has another
	// name or role.
	SomebodyChanged struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
	}
	// SomebodyLeft says that another participant is not in the seat's room any more.
	SomebodyLeft struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
	}
	// Invited asks the seat to go to a room.
	Invited struct {
		At         time.Time      `json:"at"`
		Invitation InvitationID   `json:"invitation"`
		Kind       InvitationKind `json:"kind"`
		Room       RoomRef        `json:"room"`
	}
	// InvitationEnded says that an invitation needs no answer any more.
	InvitationEnded struct {
		At         time.Time       `json:"at"`
		Invitation InvitationID    `json:"invitation"`
		Outcome    InvitationState `json:"outcome"`
	}
	// RoomListed tells a seat that may view rooms of a breakout room and its
	// state: once for every room when the seat joins, then at each change.
	RoomListed struct {
		At    time.Time `json:"at"`
		Room  RoomRef   `json:"room"`
		State RoomState `json:"state"`
	}
	// RoomsClosing says that a closing countdown runs.
	RoomsClosing struct {
		At       time.Time `json:"at"`
		ClosesAt time.Time `json:"closesAt"`
	}
	// MessageReceived is a message that was sent to the seat's room.
	MessageReceived struct {
		At   time.Time       `json:"at"`
		From *ParticipantRef `json:"from,omitempty"` // nil when it came from the meeting's owner
		Text string          `json:"text"`
	}
	// ChatReceived is a message that somebody wrote to the seat's room, or to the
	// seat alone.
	ChatReceived struct {
		At      time.Time       `json:"at"`
		From    *ParticipantRef `json:"from,omitempty"` // nil when it came from the meeting's owner
		Text    string          `json:"text"`
		Private bool            `json:"private,omitempty"`
	}
	// Captioned is what somebody said in the seat's room during one of the seat's
	// visits. It comes when the sentence is over, which the visit can be by then.
	Captioned struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
		Visit       VisitNumber    `json:"visit"` // the seat's own
		// Utterance names the sentence among all of the participant's.
		Utterance string `json:"utterance"`
		// Partial says that the sentence is still being said: its words come again,
		// under the same name, and can be others by then.
		Partial bool   `json:"partial,omitempty"`
		Words   []Word `json:"words"`
	}
	// MediaShown says what somebody in the seat's room, or the seat itself, sends
	// and shows from now on.
	MediaShown struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
		Media       Media          `json:"media"`
	}
	// PollAsked is a question to the people of the seat's room.
	PollAsked struct {
		At       time.Time `json:"at"`
		Poll     PollID    `json:"poll"`
		Question string    `json:"question"`
		Choices  []string  `json:"choices"`
	}
	// BroadcastHeard says that somebody who is not in the seat's room is heard
	// there, or seen, from now on, or no longer.
	BroadcastHeard struct {
		At    time.Time      `json:"at"`
		From  ParticipantRef `json:"from"`
		Kind  BroadcastKind  `json:"kind"`
		Ended bool           `json:"ended,omitempty"`
	}
	// ChangingMeeting says that the seat is about to be in another connected
	// meeting (RealtimeKit, changingMeeting).
	ChangingMeeting struct {
		At      time.Time `json:"at"`
		Meeting ID        `json:"meeting"`
	}
	// MeetingChanged says that it is (RealtimeKit, meetingChanged).
	MeetingChanged struct {
		At      time.Time `json:"at"`
		Meeting ID        `json:"meeting"`
	}
	// CapabilitiesGranted tells the seat what it may do from now on.
	CapabilitiesGranted struct {
		At  time.Time `json:"at"`
		May []string  `json:"may"` // names, as [Capabilities.Names] gives them
	}
	// HelpWanted tells a seat that may answer it that somebody asks for help.
	HelpWanted struct {
		At          time.Time      `json:"at"`
		Participant ParticipantRef `json:"participant"`
		Room        RoomRef        `json:"room"`
	}
	// ConnectionLost says that nothing has come from the meeting for some time. What
	// the meeting tells meanwhile comes when the connection is restored; otherwise
	// [Removed] follows, and the seat can be taken anew.
	ConnectionLost struct {
		At    time.Time `json:"at"`
		Since time.Time `json:"since"` // when something last came
	}
	// ConnectionRestored says that the connection works again. Media of the time in
	// between is lost.
	ConnectionRestored struct {
		At    time.Time `json:"at"`
		Since time.Time `json:"since"` // as it was told by ConnectionLost
	}
	// Removed is the last signal: the seat is no longer in the meeting.
	Removed struct {
		At    time.Time  `json:"at"`
		Cause LeaveCause `json:"cause"`
	}
)

func (EnteredRoom) signal()         {}
func (PutInWaitingRoom) signal()    {}
func (RecordingPermitted) signal()  {}
func (RecordingWanted) signal()     {}
func (SomebodyEntered) signal()     {}
func (SomebodyChanged) signal()     {}
func (SomebodyLeft) signal()        {}
func (Invited) signal()             {}
func (InvitationEnded) signal()     {}
func (RoomListed) signal()          {}
func (RoomsClosing) signal()        {}
func (MessageReceived) signal()     {}
func (ChatReceived) signal()        {}
func (Captioned) signal()           {}
func (MediaShown) signal()          {}
func (PollAsked) signal()           {}
func (BroadcastHeard) signal()      {}
func (ChangingMeeting) signal()     {}
func (MeetingChanged) signal()      {}
func (CapabilitiesGranted) signal() {}
func (HelpWanted) signal()          {}
func (ConnectionLost) signal()      {}
func (ConnectionRestored) signal()  {}
func (Removed) signal()             {}
