// Package meeting holds the words of breakout rooms, the rules that every
// meeting keeps, and the contract between a bot and a meeting platform.
//
// The rules are a pure state machine: [Apply] looks at a [State] and a
// [Command] and answers with the [Event]s that follow or a [Refusals] error;
// [State.Fold] takes events back into the state. There is no clock, no network
// and no goroutine here, so that a simulator and every real platform run the
// same rules, and so that any run can be replayed from its events.
package meeting

import "time"

// ID names a meeting. It begins with "mtg_".
type ID string

// RoomID names a room for as long as its meeting lives. It begins with
// "room_" and is the project's own, never a platform's internal id.
type RoomID string

// ParticipantID is the small stable number of a person or bot within one
// meeting: 100, 200, 300 and so on, in the order of first joining. It survives
// room changes and reconnects.
type ParticipantID uint32

// BotID names a bot. It begins with "bot_".
type BotID string

// SegmentID names one recorded visit. It begins with "seg_".
type SegmentID string

// ConnectionID counts the joins of a meeting: a reconnect is a new connection
// of the same participant.
type ConnectionID uint32

// InvitationID counts the invitations of a meeting.
type InvitationID uint32

// VisitNumber counts the rooms that one participant has been in, from 1. Each
// change of room begins a new visit.
type VisitNumber uint32

// Role is what a participant is in the meeting. What it may do follows from
// [State.Capabilities].
type Role string

// The roles of a meeting.
const (
	RoleHost        Role = "HOST"
	RoleCohost      Role = "COHOST"
	RoleParticipant Role = "PARTICIPANT"
)

// RoomKind tells the main room from the breakout rooms.
type RoomKind string

// Every meeting has one main room; breakout rooms come and go.
const (
	RoomMain     RoomKind = "MAIN"
	RoomBreakout RoomKind = "BREAKOUT"
)

// RoomState is where a room is in its life.
type RoomState string

// A breakout room is prepared, then open, then closing, then closed; the next
// round opens it again. The main room is open for as long as the meeting is.
const (
	RoomStatePrepared RoomState = "PREPARED"
	RoomStateOpen     RoomState = "OPEN"
	RoomStateClosing  RoomState = "CLOSING"
	RoomStateClosed   RoomState = "CLOSED"
	// RoomStateDeleted is the state of a room that only history remembers.
	RoomStateDeleted RoomState = "DELETED"
)

// RoundState is where the present round of breakout rooms is.
type RoundState string

// A round is edited, then open, then closing while a countdown runs, then
// closed. The zero value says that no round was ever prepared.
const (
	RoundStateNone    RoundState = ""
	RoundStateEdit    RoundState = "EDIT"
	RoundStateOpen    RoundState = "OPEN"
	RoundStateClosing RoundState = "CLOSING"
	RoundStateClosed  RoundState = "CLOSED"
)

// CloseCause says why a round ended.
type CloseCause string

// The causes of a round's end.
const (
	ClosedByHost         CloseCause = "HOST"
	ClosedByTimer        CloseCause = "TIMER"
	ClosedByMeetingEnd   CloseCause = "MEETING_ENDED"
	ClosedByInterruption CloseCause = "PROVIDER_ERROR"
)

// LeaveCause says why a presence, or a whole participation, ended.
type LeaveCause string

// The causes of leaving a room or the meeting.
const (
	LeftByChoice       LeaveCause = "LEFT"
	LeftByMove         LeaveCause = "MOVED"
	LeftByReturn       LeaveCause = "RETURNED"
	LeftByRoundClose   LeaveCause = "ROUND_CLOSED"
	LeftByRoomClose    LeaveCause = "ROOM_CLOSED"
	LeftByRemoval      LeaveCause = "REMOVED"
	LeftByLostLine     LeaveCause = "CONNECTION_LOST"
	LeftByReplacement  LeaveCause = "CONNECTION_REPLACED"
	LeftByMeetingEnd   LeaveCause = "MEETING_ENDED"
	LeftByInterruption LeaveCause = "PROVIDER_ERROR"
	// LeftByDenial is for those whom nobody let in.
	LeftByDenial LeaveCause = "DENIED"
)

// AssignmentSource says who decided where somebody should be.
type AssignmentSource string

// The sources of an assignment.
const (
	AssignedManually      AssignmentSource = "MANUAL"
	AssignedByExchange    AssignmentSource = "EXCHANGE"
	AssignedByPlan        AssignmentSource = "PREASSIGNED"
	AssignedAutomatically AssignmentSource = "AUTO"
	AssignedByMove        AssignmentSource = "MOVE"
	AssignedBySelf        AssignmentSource = "SELF"
)

// InvitationKind says what an invitation asks for.
type InvitationKind string

// A participant is invited from main into a room, from one room into another,
// or back to main.
const (
	InvitedToJoin   InvitationKind = "JOIN"
	InvitedToSwitch InvitationKind = "SWITCH"
	InvitedToReturn InvitationKind = "RETURN"
)

// InvitationState is where an invitation is in its life.
type InvitationState string

// A declined invitation can still be taken up while its room is open; a
// superseded or cancelled one never can.
const (
	InvitationPending    InvitationState = "PENDING"
	InvitationAccepted   InvitationState = "ACCEPTED"
	InvitationDeclined   InvitationState = "DECLINED"
	InvitationSuperseded InvitationState = "SUPERSEDED"
	InvitationCancelled  InvitationState = "CANCELLED"
)

// MaxRooms is how many breakout rooms one meeting can hold.
const MaxRooms = 500

// MaxNameLength bounds the names of meetings, rooms and participants, in runes.
const MaxNameLength = 100

// Room is one room of a meeting, as the rules know it.
type Room struct {
	ID      RoomID
	Kind    RoomKind
	Name    string
	Ordinal int // 0 is main
	State   RoomState
	// ClosesAt is when the countdown of this one room ends; zero when none runs.
	ClosesAt time.Time
	// Recordable lets everybody in the room record.
	Recordable bool
}

// Ref is the room as an event remembers it.
func (r Room) Ref() *RoomRef {
	return &RoomRef{ID: r.ID, Kind: r.Kind, Name: r.Name}
}

// Round is one open-to-closed cycle of the breakout rooms.
type Round struct {
	Ordinal  int
	State    RoundState
	OpenedAt time.Time
	EndsAt   time.Time // when the timer runs out; zero when none runs
	ClosesAt time.Time // when a running countdown ends
	ClosedAt time.Time
	Cause    CloseCause
}

// Invitation asks one participant for consent to a change of room.
type Invitation struct {
	ID    InvitationID
	Kind  InvitationKind
	Room  RoomID
	State InvitationState
}

// Person is a participant, as the rules know it: who it is, where it is and
// where it should be.
type Person struct {
	ID    ParticipantID
	Name  string
	Role  Role
	IsBot bool
	Bot   BotID
	// Email and ExternalID are what the participant gave of itself; plans know
	// people by them.
	Email, ExternalID string
	// FollowsMoves says that the client goes where it is sent without being
	// asked, as people's meeting clients do and bots do not.
	FollowsMoves bool
	// Outside says that the client is in another process than the platform, which so
	// can't bring the participant back.
	Outside    bool
	Device     Device
	Preset     string // by which it may do things, instead of role and options
	Media      Media
	MayRecord  bool // was let record, wherever it is
	Asking     bool // to be let record, where it is
	Recording  RecordingState
	Broadcasts Broadcasts

	Connection ConnectionID // of the present stay; 0 when neither in the meeting nor waiting
	Waiting    Waiting
	Room       RoomID // where it is now; empty when not in the meeting
	Visit      VisitNumber
	EnteredAt  time.Time

	Assigned   RoomID // where it should be while rooms are open
	Invitation Invitation
	Help       Help
}

// Present says whether the participant is in the meeting now. Who waits to be let
// in is not.
func (p *Person) Present() bool { return p.Connection != 0 && !p.Waits() }

// Ref is the participant as an event remembers it.
func (p *Person) Ref() *ParticipantRef {
	return &ParticipantRef{ID: p.ID, Name: p.Name, Role: p.Role, IsBot: p.IsBot}
}
