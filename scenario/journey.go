package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/spans"
)

// journey is the way of a target's bot through a meeting, as the simulator knows it.
type journey struct {
	*away
	who meeting.ParticipantID
	// seat is when it first came, and left when and why it went, which is zero while it
	// is there.
	seat, left time.Time
	cause      meeting.LeaveCause
	here       meeting.RoomID
	// sent is the room that it was last sent to, by somebody else.
	sent  meeting.RoomID
	calls []call
	wrong []strayed
}

// call is that a bot was sent to a room, and what came of it.
type call struct {
	room       meeting.RoomRef
	invitation meeting.InvitationID // 0 where it may walk in
	at         time.Time
	// entered is when it was there, and over when it could not go there any more.
	entered, over time.Time
	declined      bool
}

// strayed is that a bot was in a room to which nobody had sent it.
type strayed struct {
	room meeting.RoomRef
	at   time.Time
}

// journeys reads the ways of the target's bots out of a meeting's history.
func (p *player) journeys(history []simulator.Past) (list []*journey) {
	for _, spec := range p.scenario.Bots {
		if b := p.away.bots[spec.Name]; b != nil {
			list = append(list, &journey{away: b})
		}
	}
	for _, past := range history {
		for _, j := range list {
			j.follow(past.Event, p.scenario.Options.ChooseRoom)
		}
	}
	return list
}

// follow takes note of an event; mayWalk says that people choose rooms.
func (j *journey) follow(e meeting.Event, mayWalk bool) {
	switch fact := e.Fact.(type) {
	case meeting.ParticipantWaiting, meeting.ParticipantJoined:
		if e.Participant.Name == j.Name {
			j.come(e)
		}
	case meeting.RoomOpened:
		if j.Mode == bot.JoinSpecificRoom && mayWalk && !j.seat.IsZero() && j.left.IsZero() {
			j.send(*e.Room, 0, e.At)
		}
	case meeting.RoomClosed, meeting.RoomDeleted:
		if c := j.open(); c != nil && c.room.ID == e.Room.ID {
			c.over = e.At
		}
	case meeting.MeetingEnded:
		j.end(e.At)
	default:
		if e.Participant != nil && e.Participant.ID == j.who && j.who != 0 {
			j.own(e, fact)
		}
	}
}

// come takes note of a seat that was taken.
func (j *journey) come(e meeting.Event) {
	j.who, j.left = e.Participant.ID, time.Time{}
	if j.seat.IsZero() {
		j.seat = e.At
	}
}

// own takes note of an event of the bot's own.
func (j *journey) own(e meeting.Event, fact meeting.Fact) {
	switch fact := fact.(type) {
	case meeting.ParticipantLeft:
		j.left, j.cause, j.here = e.At, fact.Cause, ""
		j.end(e.At)
	case meeting.ParticipantAssigned:
		if fact.Source != meeting.AssignedBySelf && e.Room != nil {
			j.sent = e.Room.ID
		}
	case meeting.InvitationSent:
		j.sent = e.Room.ID
		j.end(e.At)
		j.send(*e.Room, fact.Invitation, e.At)
	case meeting.InvitationResolved:
		j.resolve(fact, e.At)
	case meeting.ParticipantEnteredRoom:
		j.enter(*e.Room, e.At)
	}
}

// send takes note of a room that the bot is to go to, if its mode has it go there.
func (j *journey) send(room meeting.RoomRef, invitation meeting.InvitationID, at time.Time) {
	if accepts, _ := j.wants(room, true); accepts && j.here != room.ID {
		j.end(at)
		j.calls = append(j.calls, call{room: room, invitation: invitation, at: at})
	}
}

// open is the room that it is on the way to; nil when there is none.
func (j *journey) open() *call {
	if n := len(j.calls); n > 0 && j.calls[n-1].entered.IsZero() && j.calls[n-1].over.IsZero() {
		return &j.calls[n-1]
	}
	return nil
}

// end says that it need not go any more where it was on the way to.
func (j *journey) end(at time.Time) {
	if c := j.open(); c != nil {
		c.over = at
	}
}

func (j *journey) resolve(fact meeting.InvitationResolved, at time.Time) {
	c := j.open()
	if c == nil || c.invitation != fact.Invitation {
		return
	}
	switch fact.Outcome {
	case meeting.InvitationDeclined:
		c.declined, c.over = true, at
	case meeting.InvitationSuperseded, meeting.InvitationCancelled:
		c.over = at
	}
}

func (j *journey) enter(room meeting.RoomRef, at time.Time) {
	j.here = room.ID
	if _, mayBe := j.wants(room, j.sent == room.ID); !mayBe {
		j.wrong = append(j.wrong, strayed{room, at})
	}
	if c := j.open(); c != nil && c.room.ID == room.ID {
		c.entered = at
	}
}

// missed says that the bot did not go to a room in time, while it could have.
func (c call) missed(within time.Duration) bool {
	switch {
	case c.declined:
		return true
	case !c.entered.IsZero():
		return c.entered.Sub(c.at) > within
	}
	return c.over.IsZero() || c.over.Sub(c.at) > within
}

// counts says that it was time enough for the bot to go there.
func (c call) counts(within time.Duration) bool { return !c.entered.IsZero() || c.missed(within) }

// verdicts are what is expected of every bot of a target.
func (j *journey) verdicts(c claims, target TargetReport) []Verdict {
	list := []Verdict{j.takesSeat(c, target.joinWithin)}
	if j.seat.IsZero() {
		return list
	}
	if j.number(target.moveWithin) > 0 {
		list = append(list, j.goes(c, target.moveWithin))
	}
	return append(list, j.strays(c), j.stays(c, target.moveWithin))
}

func (j *journey) takesSeat(c claims, within time.Duration) Verdict {
	v := Verdict{What: j.Name + " takes its seat", Want: "within " + within.String(), Got: "never"}
	v.Said = fmt.Sprintf("The target was asked for %s, which was to take its seat within %s of %s; it never came.", j.Name, within, short(c.at(j.due)))
	if !j.seat.IsZero() {
		took := j.seat.Sub(j.due)
		v.Got, v.OK = "after "+short(took), took <= within
		v.Said = fmt.Sprintf("The target was asked for %s, which was to take its seat within %s of %s; it came %s.", j.Name, within, short(c.at(j.due)), c.clock(j.seat))
		v.see(c.at(j.seat))
	}
	return v
}

// number is to how many rooms the bot was to go.
func (j *journey) number(within time.Duration) (n int) {
	for _, one := range j.calls {
		if one.counts(within) {
			n++
		}
	}
	return n
}

// missed are the rooms to which the bot was to go and did not, or too late.
func (j *journey) missed(within time.Duration) (list []call) {
	for _, one := range j.calls {
		if one.missed(within) {
			list = append(list, one)
		}
	}
	return list
}

func (j *journey) goes(c claims, within time.Duration) Verdict {
	all, missed := j.number(within), j.missed(within)
	v := Verdict{
		What: j.Name + " goes where it is sent", Want: fmt.Sprintf("%d of %d within %s", all, all, within),
		Got: fmt.Sprintf("%d of %d", all-len(missed), all), OK: len(missed) == 0,
		Said: fmt.Sprintf("%s was sent to a room %s, and was there within %s each time.", j.Name, times(all), within),
	}
	if v.OK {
		return v
	}
	first, came := missed[0], "it never came"
	switch {
	case first.declined:
		came = "it declined " + c.clock(first.over)
	case !first.entered.IsZero():
		came = "it came " + c.clock(first.entered)
	}
	v.Said = fmt.Sprintf("%s was sent to %s %s, and was to be there within %s; %s.", j.Name, first.room.Name, c.clock(first.at), within, came)
	v.see(c.at(first.at))
	return v
}

func (j *journey) strays(c claims) Verdict {
	v := Verdict{What: j.Name + " enters no wrong room", Want: "never", Got: times(len(j.wrong)), OK: len(j.wrong) == 0}
	v.Said = fmt.Sprintf("%s was in no room to which nobody had sent it.", j.Name)
	if !v.OK {
		v.Said = fmt.Sprintf("%s entered %s %s, where nobody had sent it.", j.Name, j.wrong[0].room.Name, c.clock(j.wrong[0].at))
		v.see(c.at(j.wrong[0].at))
	}
	return v
}

// stays judges whether it left when it was to, and not before.
func (j *journey) stays(c claims, within time.Duration) Verdict {
	early := !j.left.IsZero() && (j.cause == meeting.LeftByChoice || j.cause == meeting.LeftByLostLine) && j.Leaves == nil
	if j.removed.IsZero() || early && j.left.Before(j.removed) {
		v := Verdict{What: j.Name + " stays to the end", Want: "to the end", Got: "to the end", OK: !early}
		v.Said = fmt.Sprintf("%s was to stay until it is told to leave, and did.", j.Name)
		if early {
			v.Got = c.clock(j.left)
			v.Said = fmt.Sprintf("%s was to stay until it is told to leave; it left %s (%s).", j.Name, c.clock(j.left), j.cause)
			v.see(c.at(j.left))
		}
		return v
	}
	took := j.left.Sub(j.removed)
	v := Verdict{What: j.Name + " leaves when it is told", Want: "within " + within.String(), Got: "after " + short(took), OK: took <= within}
	v.Said = fmt.Sprintf("%s was told to leave %s, and was to go within %s; it went %s.", j.Name, c.clock(j.removed), within, c.clock(j.left))
	v.see(c.at(j.removed))
	return v
}

// apart is for how long what the target has told of its bot differs from where it was.
func (j *journey) apart(t *truth) time.Duration {
	told, actual := make(map[meeting.RoomID]spans.List), t.whereabouts(j.who)
	for _, visit := range j.told.Visits {
		told[visit.RoomID] = append(told[visit.RoomID], spans.Span{From: visit.EnteredAt, To: visit.LeftAt})
	}
	delete(actual, t.main())
	return difference(told, actual)
}

// tell says whether all bots of a target have told where they were.
func tell(list []*journey) bool {
	return !slices.ContainsFunc(list, func(j *journey) bool { return j.told.Visits == nil })
}
