package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/dispatch"
	"github.com/breakoutrooms/breakout/meeting"
)

// linkLife is for how long a target's bots can come by their links.
const linkLife = 24 * time.Hour

// errNoSeat ends a run whose target sent a bot that never came: the report says which.
var errNoSeat = errors.New("a bot of the target took no seat")

// away is a bot of a target.
type away struct {
	Bot
	order dispatch.Order
	// due is from when on its seat is waited for, and removed when it was called back,
	// which is zero unless it was.
	due, removed time.Time
	// told is what the target has told of it in the end.
	told dispatch.Answer
}

// aways are the bots of a target in a run.
type aways struct {
	run  string
	bots map[string]*away // by name
	// stood is for how long the scenario stood still while bots were coming, in all and
	// at the latest step.
	stood, stoodLast time.Duration
	// seated are bots that were in the main room before. The watcher alone knows them.
	seated map[string]bool
}

func newAways() aways {
	return aways{run: "run_" + strings.ToLower(rand.Text()[:16]), bots: make(map[string]*away), seated: make(map[string]bool)}
}

// callBots asks the target for bots, and waits for those that are to come at once: the
// scenario stands still meanwhile, as a browser takes longer to start than a bot in here.
func (p *player) callBots(ctx context.Context, names []string) error {
	began := time.Now()
	var expected []string
	for i, name := range names {
		if i > 0 {
			time.Sleep(arrivalGap)
		}
		b, err := p.callBot(ctx, name)
		if err != nil {
			return fmt.Errorf("send %s: %w", name, err)
		}
		if b.JoinAt == nil {
			expected = append(expected, name)
		}
	}
	err := p.awaitSeats(ctx, expected)
	p.away.stoodLast = time.Since(began)
	p.away.stood += p.away.stoodLast
	return err
}

// callBot asks the target for one bot.
func (p *player) callBot(ctx context.Context, name string) (*away, error) {
	spec, _ := p.scenario.bot(name)
	b := &away{Bot: spec, due: time.Now(), order: dispatch.Order{
		Run: p.away.run, Scenario: p.scenario.Name, MeetingID: p.meeting,
		Bot: dispatch.Bot{
			ID: p.away.run + "/" + name, Name: name, Email: spec.Email, Mode: string(spec.Mode), Room: spec.Room,
			AutomaticLeave: spec.Leaves, Metadata: spec.Metadata,
		},
	}}
	if spec.JoinAt != nil {
		b.due = p.began.Add(p.away.stood).Add(*spec.JoinAt).UTC()
		b.order.Bot.JoinAt = &b.due
	}
	order := b.order
	if err := p.openDoors(ctx, &order); err != nil {
		return nil, err
	}
	if err := p.Target.Join(ctx, order); err != nil {
		return nil, err
	}
	p.away.bots[name] = b
	return b, nil
}

const doorsMutation = `mutation($meeting: ID!, $name: String!, $life: Int!) {
  createSeatLink(input: {meetingId: $meeting, expiresInSeconds: $life}) { link { url expiresAt } userErrors { code message } }
  createGuestLink(input: {meetingId: $meeting, name: $name, expiresInSeconds: $life}) { link { url expiresAt } userErrors { code message } }
  createApiKey(input: {name: "a bot of a target", scopes: [READ, CONTROL], expiresInSeconds: $life}) { key userErrors { code message } }
}`

// openDoors makes the links and the key that a bot comes by.
func (p *player) openDoors(ctx context.Context, order *dispatch.Order) error {
	var made struct {
		CreateSeatLink, CreateGuestLink struct {
			Link       *dispatch.Link
			UserErrors refusals
		}
		CreateAPIKey struct {
			Key        string
			UserErrors refusals
		} `json:"createApiKey"`
	}
	err := p.Client.Do(ctx, doorsMutation, map[string]any{"meeting": p.meeting, "name": order.Bot.Name, "life": int(linkLife.Seconds())}, &made)
	err = errors.Join(err, made.CreateSeatLink.UserErrors.err(), made.CreateGuestLink.UserErrors.err(), made.CreateAPIKey.UserErrors.err())
	if err != nil {
		return fmt.Errorf("open the doors for a bot of the target: %w", err)
	}
	order.Seat, order.Guest = made.CreateSeatLink.Link, made.CreateGuestLink.Link
	at, err := url.Parse(order.Guest.URL)
	if err != nil {
		return fmt.Errorf("read a link of the server: %w", err)
	}
	order.API = &dispatch.API{URL: at.Scheme + "://" + at.Host + "/graphql", Key: made.CreateAPIKey.Key}
	return nil
}

// awaitSeats waits until bots are in the meeting, or in its waiting room.
func (p *player) awaitSeats(ctx context.Context, names []string) error {
	within, cancel := context.WithTimeoutCause(ctx, p.Target.JoinWithin, errNoSeat)
	defer cancel()
	return p.watcher.until(within, func(seen []Seen) bool {
		came := make(map[string]bool)
		for _, event := range seen {
			if event.Participant != nil && (event.Is("participant_joined") || event.Is("participant_waiting")) {
				came[event.Participant.Name] = true
			}
		}
		for _, name := range names {
			if !came[name] {
				return false
			}
		}
		return true
	})
}

// callBack tells the target that one of its bots is to leave.
func (p *player) callBack(ctx context.Context, b *away, reason string) (err error) {
	if reason == dispatch.ReasonRemoved {
		b.removed = time.Now()
	}
	order := b.order
	order.Reason = reason
	b.told, err = p.Target.Leave(ctx, order)
	return err
}

// dismiss tells the target of each bot that was not called back that the meeting is over.
func (p *player) dismiss(ctx context.Context) (failed error) {
	for _, spec := range p.scenario.Bots {
		if b := p.away.bots[spec.Name]; b != nil && b.removed.IsZero() {
			failed = errors.Join(failed, p.callBack(ctx, b, dispatch.ReasonOver))
		}
	}
	return failed
}

// recast has an event tell of a bot of the target what it would tell of a bot of this
// server, where the seat shows it.
func (p *player) recast(event *Seen) {
	if event.Participant == nil {
		return
	}
	name := event.Participant.Name
	if _, isBot := p.scenario.bot(name); !isBot {
		return
	}
	inMain := event.Room != nil && event.Room.Name == meeting.MainRoomName
	codes := map[string]string{
		"PARTICIPANT_WAITING": meeting.StatusInWaitingRoom, "PARTICIPANT_ENTERED_ROOM": meeting.StatusBreakoutRoomEntered,
		"PARTICIPANT_LEFT_ROOM": meeting.StatusBreakoutRoomLeft, "PARTICIPANT_LEFT": meeting.StatusCallEnded,
	}
	code := codes[event.Type]
	switch {
	case inMain && event.Type == "PARTICIPANT_ENTERED_ROOM" && !p.away.seated[name]:
		code, p.away.seated[name] = meeting.StatusInCallNotRecording, true
	case inMain:
		code = ""
	}
	if code != "" {
		event.Bot, event.Code = &Named{Name: name}, code
	}
}

// wants says whether the bot is to accept being sent to a room, and whether it may be
// there at all.
func (b *away) wants(room meeting.RoomRef, sent bool) (accepts, mayBe bool) {
	isRoom := string(room.ID) == b.Room || strings.EqualFold(room.Name, strings.TrimSpace(b.Room))
	switch {
	case b.Mode == bot.Manual || b.Mode == bot.FollowParticipant:
		return false, true // others decide
	case room.Kind == meeting.RoomMain:
		return true, true
	case b.Mode == bot.JoinMainRoom:
		return false, false
	case b.Mode == bot.JoinSpecificRoom:
		return isRoom, isRoom
	}
	return true, sent
}
