package meeting

import "time"

// Command is something that somebody asks of a meeting. [Apply] decides.
type Command interface {
	// actor is who asks; the zero Actor is the meeting's owner.
	actor() Actor
}

// Actor is who gives a command. The zero value is the meeting's owner, who
// gives it through the API and may do everything that a host may.
type Actor struct {
	Participant ParticipantID
}

// Owner is the actor of commands that come through the API.
var Owner = Actor{}

// As is the actor for a participant of the meeting.
func As(id ParticipantID) Actor { return Actor{Participant: id} }

func (a Actor) actor() Actor { return a }

type (
	// Create brings a meeting into being. It is the first command of every
	// meeting and legal only once.
	Create struct {
		Actor
		Meeting  ID
		Title    string
		Platform string
		// Owner is who the meeting belongs to. The rules carry it and do not
		// look at it.
		Owner   string
		Options Options
	}

	// CreateRooms adds breakout rooms with these names, in this order.
	CreateRooms struct {
		Actor
		Names []string
	}

	// Assign says where participants should be while rooms are open. While they
	// are, an assignment takes effect at once.
	Assign struct {
		Actor
		Room         RoomID
		Participants []ParticipantID
		Source       AssignmentSource // AssignedManually when empty
	}

	// OpenRooms opens every breakout room and sends people to theirs.
	OpenRooms struct{ Actor }

	// CloseRooms begins the closing countdown, or closes at once when it is
	// zero or already running. A nil Countdown means the meeting's option.
	CloseRooms struct {
		Actor
		Countdown *time.Duration
	}

	// Move sends one participant to an open room, or back to main.
	Move struct {
		Actor
		Participant ParticipantID
		Room        RoomID
	}

	// Join takes a new participant into the main room.
	Join struct {
		Actor
		Name         string
		Role         Role
		IsBot        bool
		Bot          BotID
		FollowsMoves bool
	}

	// EnterRoom is a participant's own step into an open room.
	EnterRoom struct {
		Actor
		Room RoomID
	}

	// ReturnToMain is a participant's own step back to main.
	ReturnToMain struct{ Actor }

	// Answer accepts or declines an invitation.
	Answer struct {
		Actor
		Invitation InvitationID
		Accept     bool
	}

	// Leave takes the acting participant out of the meeting.
	Leave struct {
		Actor
		Cause LeaveCause // LeftByChoice when empty
	}

	// End ends the meeting for everybody.
	End struct {
		Actor
		Cause LeaveCause // LeftByMeetingEnd when empty
	}

	// Tick tells the rules that time has passed: what was due by now happens.
	// A platform sends it when [State.Deadline] is reached.
	Tick struct{ Actor }
)
