package meeting

import "time"

// HelpID counts the requests for help of a meeting.
type HelpID uint32

// HelpState is where a request for help is.
type HelpState string

// A request waits until a host comes, puts it off, or lets it be; it is
// cancelled when whoever asked leaves the room.
const (
	HelpRequestedState HelpState = "REQUESTED"
	HelpComing         HelpState = "JOINED"
	HelpLater          HelpState = "LATER"
	HelpBusy           HelpState = "BUSY"
	HelpAlreadyThere   HelpState = "ALREADY_THERE"
	HelpCancelled      HelpState = "CANCELLED"
)

// Help is somebody's latest request for a host's help.
type Help struct {
	ID    HelpID
	State HelpState
	At    time.Time
}

// waits says whether an answer is due: a host who said later still owes one.
func (h Help) waits() bool { return h.State == HelpRequestedState || h.State == HelpLater }

// HelpCoolDown is how long somebody must wait before asking for help again
// (Webex, help.webex.com, breakout sessions).
const HelpCoolDown = 10 * time.Second

func (d *decision) askForHelp() error {
	if err := d.offered(OffersHelp); err != nil {
		return err
	}
	person, err := d.self()
	if err != nil {
		return err
	}
	room, _ := d.state.Room(person.Room)
	switch {
	case room.Kind != RoomBreakout:
		return Refuse(CodeNotInBreakoutRoom, nil, "%s is in the main room; help is asked for from breakout rooms.", person.Name)
	case person.Help.waits():
		return Refuse(CodeHelpPending, nil, "%s has asked for help already.", person.Name)
	case !person.Help.At.IsZero() && d.now.Before(person.Help.At.Add(HelpCoolDown)):
		return RefuseForNow(CodeHelpPending, nil, "%s asked for help less than %s ago.", person.Name, HelpCoolDown)
	}
	id := d.state.helps + 1
	d.emit(room.Ref(), person.Ref(), HelpRequested{Help: id})
	for _, other := range d.state.In(room.ID) {
		if d.state.capabilitiesOf(other).Has(MayAnswerHelp) {
			d.emit(room.Ref(), person.Ref(), HelpAnswered{Help: id, Outcome: HelpAlreadyThere})
			break
		}
	}
	return nil
}

func (d *decision) answerHelp(c AnswerHelp) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	room, _ := d.state.Room(person.Room)
	switch {
	case !person.Help.waits():
		return Refuse(CodeHelpNotPending, []string{"participantId"}, "%s waits for no help.", person.Name)
	case c.Outcome != HelpComing && c.Outcome != HelpLater && c.Outcome != HelpBusy:
		return Refuse(CodeInvalid, []string{"outcome"}, "There is no answer %q; choose JOINED, LATER or BUSY.", c.Outcome)
	}
	if c.Outcome == HelpComing {
		host, err := d.self()
		if err != nil {
			return Refuse(CodeInvalid, []string{"outcome"}, "Only somebody in the meeting can come to help; answer LATER or BUSY.")
		}
		if err := d.enterable(host, room); err != nil {
			return err
		}
		if host.Room != room.ID {
			d.supersedeOrAccept(host, room)
			d.relocate(host, room, LeftByMove)
		}
	}
	d.emit(room.Ref(), person.Ref(), HelpAnswered{Help: person.Help.ID, Outcome: c.Outcome})
	return nil
}

// dropHelp cancels the request of somebody who leaves the room.
func (d *decision) dropHelp(person *Person) {
	if room, ok := d.state.Room(person.Room); ok && person.Help.waits() {
		d.emit(room.Ref(), person.Ref(), HelpAnswered{Help: person.Help.ID, Outcome: HelpCancelled})
	}
}
