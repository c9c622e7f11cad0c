package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/dispatch"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// Stage is where scenarios are played: a server, seen from outside by its API
// and from inside by its simulator.
type Stage struct {
	Simulator *simulator.Simulator
	Client    *client.Client
	// Recordings is the folder in which the server's recordings lie.
	Recordings string
	// Virtual says that time is virtual.
	Virtual bool
	// Relay stands before the receivers of webhooks; nil where there is none.
	Relay *Relay
	// Target sends the bots of scenarios; nil where the server's own do.
	Target *dispatch.Target
}

// Progress is told while a scenario is played; any of it can be nil.
type Progress struct {
	// Created is called when the meeting exists.
	Created func(id meeting.ID)
	// Begun is called when steps and faults begin, with what lays more faults over the run.
	Begun func(inject Inject)
	// Step is called before each step.
	Step func(at time.Duration, action Action)
	// Event is called with each event.
	Event func(Seen)
	// Delivery is called with each attempt to send a webhook, where the scenario has
	// a receiver.
	Delivery func(Delivery)
}

// settle bounds how long bots may take to be done when a meeting is over.
const settle = 30 * time.Second

// arrivalGap is the time between two bots that one step sends: what happens at
// the very same moment happens in no order, and a run could not be repeated.
const arrivalGap = 10 * time.Millisecond

// player plays one scenario.
type player struct {
	Stage
	scenario *Scenario
	progress Progress
	watcher  *Watcher
	meeting  meeting.ID
	began    time.Time
	// stepBegan is when the step before the present one began.
	stepBegan time.Time
	guests    map[string]*simulator.Guest
	bots      map[string]string // ids by name
	passedBy  []PassedBy
	faults    faults
	receiver  *receiver
	away      aways
}

// Play plays a scenario to its end and judges it. The error says that it could
// not be played; what is wrong with what was played stands in the report.
func Play(ctx context.Context, stage Stage, s *Scenario, progress Progress) (report *Report, err error) {
	s = s.Unrolled()
	p := &player{Stage: stage, scenario: s, progress: progress, guests: make(map[string]*simulator.Guest), bots: make(map[string]string), away: newAways()}
	if err := errors.Join(p.checkTarget(), canMake(s, stage)); err != nil {
		return nil, err
	}
	if err := p.subscribe(ctx); err != nil {
		return nil, err
	}
	if err := p.create(ctx); err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan error, 1)
	p.watcher = NewWatcher(p.Client, string(p.meeting), p.heard)
	if p.Target != nil {
		p.watcher.recast = p.recast
	}
	go func() { watched <- p.watcher.Run(watching) }()
	played := errors.Join(p.play(ctx), p.endFaults())
	left := errors.Join(p.sendHome(context.WithoutCancel(ctx)), p.dismiss(context.WithoutCancel(ctx)))
	if played == nil {
		played = p.collect(ctx)
	}
	stop()
	if err := errors.Join(played, left, <-watched); err != nil {
		return nil, fmt.Errorf("play %s: %w", s.Name, err)
	}
	return p.judge()
}

func (p *player) heard(event Seen) {
	if p.progress.Event != nil {
		p.progress.Event(event)
	}
}

// create opens the meeting through the API.
func (p *player) create(ctx context.Context) error {
	o := p.scenario.Options
	persona := strings.ToUpper(strings.ReplaceAll(cmp.Or(p.scenario.Persona, meeting.PersonaIdeal), "-", "_"))
	var created struct {
		CreateMeeting struct {
			Meeting    *struct{ ID meeting.ID }
			UserErrors refusals
		}
	}
	err := p.Client.Do(ctx, `mutation($input: CreateMeetingInput!) { createMeeting(input: $input) { meeting { id } userErrors { code message } } }`,
		map[string]any{"input": map[string]any{"title": p.scenario.Title, "persona": persona, "options": map[string]any{
			"breakoutRooms": o.BreakoutRooms, "moveInAutomatically": o.MoveInAutomatically, "allowReturn": o.AllowReturn, "chooseRoom": o.ChooseRoom,
			"closingCountdownSeconds": int(o.ClosingCountdown / time.Second), "roundDurationSeconds": int(o.RoundDuration / time.Second),
			"timerCloses": o.TimerCloses, "roomCapacity": o.RoomCapacity, "lateJoin": o.LateJoin, "participantsBroadcast": o.ParticipantsBroadcast,
			"moveBackAutomatically": o.MoveBackAutomatically, "rejoin": o.Rejoin, "chat": o.Chat, "polls": o.Polls, "screenShare": o.ScreenShare, "recording": o.Recording,
			"waitingRoom": o.WaitingRoom, "waitAgain": o.WaitAgain, "waitForRooms": o.WaitForRooms, "waitForHost": o.WaitForHost, "locked": o.Locked, "capacity": o.Capacity, "botsAskToRecord": o.BotsAskToRecord,
		}}}, &created)
	if err := errors.Join(err, created.CreateMeeting.UserErrors.err()); err != nil {
		return fmt.Errorf("create the meeting: %w", err)
	}
	p.meeting = created.CreateMeeting.Meeting.ID
	if p.progress.Created != nil {
		p.progress.Created(p.meeting)
	}
	return nil
}

// refusals are the userErrors of a payload.
type refusals []struct {
	Code    meeting.Code
	Message string
}

func (r refusals) err() error {
	var refused meeting.Refusals
	for _, refusal := range r {
		refused = append(refused, meeting.Refusal{Code: refusal.Code, Message: fmt.Sprintf("%s (%s)", refusal.Message, refusal.Code)})
	}
	if refused == nil {
		return nil
	}
	return refused
}

// play does the steps, and waits until all bots are done.
func (p *player) play(ctx context.Context) error {
	p.began = time.Now()
	p.stepBegan = p.began
	if err := p.makeFaults(ctx); err != nil {
		return err
	}
	for _, step := range p.scenario.Steps {
		if err := p.await(ctx, step); err != nil {
			if ctx.Err() == nil && p.isElsewhere() {
				p.note(step, neverCame)
				continue
			}
			return fmt.Errorf("line %d: %w", step.Line, err)
		}
		p.stepBegan, p.away.stoodLast = time.Now(), 0
		if p.progress.Step != nil {
			p.progress.Step(p.stepBegan.Sub(p.began), step.Action)
		}
		err := p.outcome(step, p.do(ctx, step.Action))
		if errors.Is(err, errNoSeat) {
			break
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", step.Line, step.Action, err)
		}
	}
	if err := p.end(ctx); err != nil {
		return err
	}
	return p.settle(ctx)
}

// await waits for a step's time or event.
func (p *player) await(ctx context.Context, step Step) error {
	if step.After != nil {
		return p.watcher.Wait(ctx, p.shownBy(*step.After), p.stepBegan)
	}
	var due time.Time
	switch {
	case step.At != nil:
		due = p.began.Add(p.away.stood).Add(*step.At)
	case step.Wait != nil:
		due = p.stepBegan.Add(p.away.stoodLast).Add(*step.Wait)
	default:
		return nil
	}
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// end ends the meeting, if no step did.
func (p *player) end(ctx context.Context) error {
	_, err := p.Simulator.Command(ctx, p.meeting, meeting.End{})
	if refused, ok := errors.AsType[meeting.Refusals](err); ok && refused.Has(meeting.CodeMeetingEnded) {
		return nil
	}
	return err
}

// settle waits until every bot is done and everything was seen.
func (p *player) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, settle, fmt.Errorf("not every bot was done %s after the end", settle))
	defer cancel()
	err := p.watcher.until(ctx, func(seen []Seen) bool {
		done, sent := make(map[string]bool), len(p.bots)
		for _, event := range seen {
			switch {
			case event.Bot == nil:
			case meeting.TerminalStatus(event.Code):
				done[event.Bot.ID] = true
			case event.Is("bot_created") && !p.sent(event.Bot.ID):
				sent++ // to cover rooms
			}
		}
		return len(done) == sent
	})
	if err != nil {
		return err
	}
	var head struct{ Meeting struct{ Cursor string } }
	if err := p.Client.Do(ctx, `query($id: ID!) { meeting(id: $id) { cursor } }`, map[string]any{"id": p.meeting}, &head); err != nil {
		return fmt.Errorf("look for the last event: %w", err)
	}
	return p.watcher.until(ctx, func(seen []Seen) bool { return seen[len(seen)-1].Cursor == head.Meeting.Cursor })
}

// sendHome ends every guest.
func (p *player) sendHome(ctx context.Context) error {
	var mu sync.Mutex
	var failed []error
	var leaving sync.WaitGroup
	for _, guest := range p.guests {
		leaving.Go(func() {
			if err := guest.Leave(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
			}
		})
	}
	leaving.Wait()
	return errors.Join(failed...)
}

// do carries out one action.
func (p *player) do(ctx context.Context, action Action) error {
	switch a := action.(type) {
	case Join:
		return p.join(ctx, a)
	case Leave:
		return p.leave(ctx, a.Who, (*simulator.Guest).Leave)
	case Disconnect:
		return p.leave(ctx, a.Who, (*simulator.Guest).Drop)
	case Cut:
		return p.onLines(a.Who, func(who meeting.ParticipantID) error { return p.Simulator.Cut(p.meeting, who, a.For) })
	case ChangeAddress:
		return p.onLines(a.Who, func(who meeting.ParticipantID) error { return p.Simulator.ChangeAddress(p.meeting, who) })
	case SendBots:
		return p.sendBots(ctx, a)
	case RemoveBot:
		return p.removeBot(ctx, a)
	case CreateRooms:
		return p.host(ctx, meeting.CreateRooms{Actor: p.hosting(), Names: a.Names})
	case OpenRooms:
		return p.host(ctx, meeting.OpenRooms{Actor: p.hosting()})
	case CloseRooms:
		return p.host(ctx, meeting.CloseRooms{Actor: p.hosting(), Countdown: a.Countdown})
	case EndMeeting:
		return p.host(ctx, meeting.End{Actor: p.hosting()})
	case Assign:
		return p.assign(ctx, a)
	case Move:
		return p.move(ctx, a)
	case ByAPI:
		return p.byAPI(ctx, a)
	case ByHost:
		return p.byHost(ctx, a)
	case AskForHelp:
		return p.askForHelp(ctx, a)
	}
	return fmt.Errorf("no player knows how to do %T", action)
}

func (p *player) join(ctx context.Context, a Join) error {
	var noWay error
	for _, name := range a.Who {
		err := p.joinOne(ctx, name)
		switch {
		case errors.Is(err, simulator.ErrNoWay):
			noWay = err // the others come
		case err != nil:
			return err
		}
	}
	return noWay
}

func (p *player) joinOne(ctx context.Context, name string) error {
	person, _ := p.scenario.person(name)
	spec := simulator.GuestSpec{
		Meeting: p.meeting, Name: name, Role: person.Role, Voice: p.voice(), Device: person.Device, Skew: p.scenario.skewOf(name),
		Email: person.Email, ExternalID: cmp.Or(person.ExternalID, name), MinPause: person.MinPause, MaxPause: person.MaxPause, DTX: person.DTX, SignalsOnly: person.SignalsOnly,
	}
	if before := p.guest(name); before != nil { // the same person comes back, with the same voice
		spec.Role, spec.Voice = "", before.VoiceNumber()
		if err := before.Leave(ctx); err != nil {
			return err
		}
	}
	guest, err := p.Simulator.JoinGuest(ctx, spec)
	if err != nil {
		return err
	}
	p.seat(name, guest)
	return nil
}

func (p *player) leave(ctx context.Context, who []string, leave func(*simulator.Guest, context.Context) error) error {
	for _, name := range who {
		guest := p.guest(name)
		if guest == nil {
			return absent(name)
		}
		if err := leave(guest, ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) removeBot(ctx context.Context, a RemoveBot) error {
	if b := p.away.bots[a.Name]; b != nil {
		return p.callBack(ctx, b, dispatch.ReasonRemoved)
	}
	var removed struct{ RemoveBot struct{ UserErrors refusals } }
	err := p.Client.Do(ctx, `mutation($id: ID!) { removeBot(input: {botId: $id}) { userErrors { code message } } }`,
		map[string]any{"id": p.bots[a.Name]}, &removed)
	return errors.Join(err, removed.RemoveBot.UserErrors.err())
}

func (p *player) assign(ctx context.Context, a Assign) error {
	command := meeting.AssignMany{Actor: p.hosting()}
	for _, assignment := range a.Rooms {
		room, err := p.room(assignment.Room)
		if err != nil {
			return err
		}
		placement := meeting.Placement{Room: room}
		for _, name := range assignment.Who {
			number, err := p.number(name)
			if err != nil {
				return err
			}
			placement.Participants = append(placement.Participants, number)
		}
		command.Placements = append(command.Placements, placement)
	}
	return p.host(ctx, command)
}

func (p *player) move(ctx context.Context, a Move) error {
	number, err := p.number(a.Who)
	if err != nil {
		return err
	}
	room, err := p.room(a.To)
	if err != nil {
		return err
	}
	return p.host(ctx, meeting.Move{Actor: p.hosting(), Participant: number, Room: room})
}
