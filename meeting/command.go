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

// Placement is who should be in a room.
type Placement struct {
	Room         RoomID
	Participants []ParticipantID
}

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
		// Persona is the name of the [Persona] that the meeting takes on. Defaults
		// to the ideal one.
		Persona string
		// JoinURL is an address by which the meeting is known elsewhere, if any.
		JoinURL string
		Request Request
	}

	// SetOptions changes the host's settings.
	SetOptions struct {
		Actor
		// Change changes some of the options that are set now.
		Change func(*Options)
	}

	// CreateRooms adds breakout rooms with these names, in this order, or as many
	// as Count says, which are called Room 1 and so on.
	CreateRooms struct {
		Actor
		Names []string
		Count int
	}

	// RecreateRooms deletes all breakout rooms and makes new ones.
	RecreateRooms struct {
		Actor
		Names []string
		Count int
	}

	// ResetRooms deletes all breakout rooms.
	ResetRooms struct{ Actor }

	// RenameRoom gives a breakout room another name.
	RenameRoom struct {
		Actor
		Room RoomID
		Name string
	}

	// DeleteRoom deletes a breakout room. Where that is possible while rooms are
	// open, whoever is in it goes back to main.
	DeleteRoom struct {
		Actor
		Room RoomID
	}

	// Assign says where participants should be while rooms are open. While they
	// are, an assignment takes effect at once.
	Assign struct {
		Actor
		Room         RoomID
		Participants []ParticipantID
		Source       AssignmentSource // AssignedManually when empty
	}

	// AssignMany is [Assign] for several rooms, all or none.
	AssignMany struct {
		Actor
		Placements []Placement
		Source     AssignmentSource // AssignedManually when empty
	}

	// SavePlan keeps a plan, in the place of one with the same name.
	SavePlan struct {
		Actor
		Plan Plan
	}

	// DeletePlan forgets a plan.
	DeletePlan struct {
		Actor
		Name string
	}

	// ApplyPlan makes the rooms of a plan that are missing and assigns its people:
	// those who are here now, the others when they come. Applied again, it assigns
	// those who have come under another name since.
	ApplyPlan struct {
		Actor
		Name string
	}

	// AssignAutomatically spreads the people who are here evenly over the rooms,
	// at random. The same seed spreads the same people in the same way.
	AssignAutomatically struct {
		Actor
		Seed           uint64
		Hosts          bool // assign hosts and co-hosts too
		UnassignedOnly bool // leave those where they are who are assigned already
	}

	// Unassign says that people should be in no room.
	Unassign struct {
		Actor
		Participants []ParticipantID
	}

	// Exchange lets two people change places.
	Exchange struct {
		Actor
		A, B ParticipantID
	}

	// OpenRooms opens every breakout room that is not open and sends people to
	// theirs.
	OpenRooms struct{ Actor }

	// OpenRoom opens one breakout room and sends people there.
	OpenRoom struct {
		Actor
		Room RoomID
	}

	// CloseRoom is [CloseRooms] for one room.
	CloseRoom struct {
		Actor
		Room      RoomID
		Countdown *time.Duration
	}

	// ExtendRound lets the timer run out later, or earlier when By is negative.
	// Without a timer it starts one.
	ExtendRound struct {
		Actor
		By time.Duration
	}

	// InviteToReturn asks people in breakout rooms to come back to main;
	// everybody, when it names nobody.
	InviteToReturn struct {
		Actor
		Participants []ParticipantID
	}

	// AskForHelp asks the hosts to come to the actor's breakout room.
	AskForHelp struct{ Actor }

	// AnswerHelp answers a participant's request for help: with [HelpComing], by
	// which the actor enters the room, with [HelpLater] or with [HelpBusy].
	AnswerHelp struct {
		Actor
		Participant ParticipantID
		Outcome     HelpState
	}

	// SetRole makes somebody host, co-host or participant.
	SetRole struct {
		Actor
		Participant ParticipantID
		Role        Role
	}

	// Rename gives a participant another name.
	Rename struct {
		Actor
		Participant ParticipantID
		Name        string
	}

	// Remove takes somebody else out of the meeting.
	Remove struct {
		Actor
		Participant ParticipantID
	}

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
		// Preset is given to the participant along with the move, unless empty.
		Preset string
	}

	// Join takes a participant into the meeting: into the main room, or into Room.
	// Somebody who has been there before, by the external id, the e-mail address or
	// the bot, is the same participant by a new connection.
	Join struct {
		Actor
		Name         string
		Role         Role // RoleParticipant, or as before, when empty
		IsBot        bool
		Bot          BotID
		FollowsMoves bool
		// Email and ExternalID tell who it is.
		Email, ExternalID string
		// Returning is who it is, where the platform knows by itself; 0 otherwise.
		Returning ParticipantID
		Device    Device // DeviceDesktop when empty
		Preset    string
		Media     *Media // DefaultMedia when nil
		// Outside says that the client is in another process than the platform.
		Outside bool
		Room    RoomID // the main room when empty
	}

	// EnterRoom is a participant's own step into an open room.
	EnterRoom struct {
		Actor
		Room RoomID
	}

	// ReturnToMain is a participant's own step back to main.
	ReturnToMain struct{ Actor }

	// Answer accepts or declines an invitation, the latest when it names none.
	Answer struct {
		Actor
		Invitation InvitationID
		Accept     bool
	}

	// Leave takes the acting participant out of the meeting.
	Leave struct {
		Actor
		Cause LeaveCause // LeftByChoice when empty
		// Connection is the one that is given up, whichever it is when 0.
		Connection ConnectionID
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
