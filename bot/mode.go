package bot

import "slices"

// Mode is how a bot behaves towards breakout rooms.
type Mode string

// The modes, under the names that the field knows them by.
const (
	// AutoAcceptAllInvites goes wherever the bot is sent.
	AutoAcceptAllInvites Mode = "auto_accept_all_invites"
	// JoinMainRoom stays in the main room as the coordinator and refuses every
	// invitation.
	JoinMainRoom Mode = "join_main_room"
	// JoinSpecificRoom goes to one given room whenever that is open.
	JoinSpecificRoom Mode = "join_specific_room"
	// Manual leaves every invitation to whoever sent the bot.
	Manual Mode = "manual"
	// FollowParticipant goes where one given participant goes.
	FollowParticipant Mode = "follow_participant"
)

// Modes lists the modes.
func Modes() []Mode {
	return []Mode{AutoAcceptAllInvites, JoinMainRoom, JoinSpecificRoom, Manual, FollowParticipant}
}

// Valid says whether the mode is one of those above.
func (m Mode) Valid() bool { return slices.Contains(Modes(), m) }
