package graph

import (
	"context"
	"errors"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// The codes of what clocks refuse.
const (
	codeWallTime     meeting.Code = "CLOCK_IS_WALL_TIME"
	codeClockHolds   meeting.Code = "CLOCK_HELD_BY_TOO_MANY"
	codeClockNotHeld meeting.Code = "CLOCK_NOT_HELD"
)

// What can be asked of a clock, in seconds of real time, but for maxAdvance.
const (
	maxSettle   = 60
	maxWait     = 300
	maxHold     = 600
	maxHoldName = 100
	// maxAdvance is how far a clock goes by one order, in its own seconds: a year.
	maxAdvance = 366 * 24 * 3600
)

// clockOf shows a reading.
func clockOf(r bubble.Reading) *gql.Clock {
	target := meeting.InstantOf(r.Target)
	shown := &gql.Clock{
		Speed: gql.ClockSpeedVirtual, Now: meeting.InstantOf(r.Now), Target: &target, State: r.State,
		SettleSeconds: r.Settle.Seconds(), Holds: make([]*gql.ClockHold, len(r.Holds)),
	}
	if r.Pace > 0 {
		shown.Speed, shown.Pace = gql.ClockSpeedPaced, &r.Pace
	}
	for i, h := range r.Holds {
		shown.Holds[i] = &gql.ClockHold{Name: h.Name, Kind: h.Kind, HeldSeconds: h.Held.Seconds(), ExpiresInSeconds: h.Left.Seconds()}
	}
	return shown
}

// clock shows the meeting clock.
func (r *Resolver) clock() *gql.Clock {
	if r.Clock != nil {
		return clockOf(r.Clock.Read())
	}
	pace := 1.0
	return &gql.Clock{Speed: gql.ClockSpeedWall, Pace: &pace, Now: meeting.InstantOf(time.Now()), State: bubble.Advancing, Holds: []*gql.ClockHold{}}
}

// ourClock refuses what can't be asked of the clock of the world.
func (r *Resolver) ourClock() error {
	if r.Clock != nil {
		return nil
	}
	return meeting.Refuse(codeWallTime, nil, "This server goes by the clock of the world, which nobody moves. Start one that has its own: breakout serve --time virtual.")
}

func (r *Resolver) advanceClock(ctx context.Context, input gql.AdvanceClockInput) (*gql.AdvanceClockPayload, error) {
	order, err := r.clockOrder(input)
	if err == nil {
		var reading bubble.Reading
		if reading, err = r.Clock.Advance(ctx, order); err == nil {
			return &gql.AdvanceClockPayload{State: &reading.State, Clock: clockOf(reading), UserErrors: []*gql.UserError{}}, nil
		}
	}
	refused, err := userErrors(err)
	return &gql.AdvanceClockPayload{Clock: r.clock(), UserErrors: refused}, err
}

// clockOrder reads how far the clock is to go.
func (r *Resolver) clockOrder(input gql.AdvanceClockInput) (bubble.Order, error) {
	if err := r.ourClock(); err != nil {
		return bubble.Order{}, err
	}
	var problems meeting.Refusals
	refuse := func(field, format string, args ...any) {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{field}, format, args...)...)
	}
	now := time.Now()
	order := bubble.Order{Wait: realSeconds(input.WaitSeconds)}
	switch {
	case (input.To == nil) == (input.BySeconds == nil):
		refuse("to", "Say how far the clock is to go: either to, a moment, or bySeconds.")
	case input.To != nil:
		order.To = input.To.Time()
		if order.To.Before(now) {
			refuse("to", "The clock shows %s and does not go back to %s.", now.UTC().Format(time.RFC3339), order.To.UTC().Format(time.RFC3339))
		}
	case *input.BySeconds < 0 || !(*input.BySeconds <= maxAdvance):
		refuse("bySeconds", "The clock can go on by 0 to %d seconds; %g were asked for.", maxAdvance, *input.BySeconds)
	default:
		order.To = now.Add(realSeconds(input.BySeconds))
	}
	if order.To.Sub(now) > maxAdvance*time.Second {
		refuse("to", "The clock can go on by up to %d seconds at once.", maxAdvance)
	}
	if wait := input.WaitSeconds; wait != nil && !(*wait >= 0 && *wait <= maxWait) {
		refuse("waitSeconds", "The clock can be waited for 0 to %d seconds; %g were asked for.", maxWait, *wait)
	}
	if input.SettleSeconds != nil {
		settle := realSeconds(input.SettleSeconds)
		order.Settle = &settle
		if !(*input.SettleSeconds >= 0 && *input.SettleSeconds <= maxSettle) {
			refuse("settleSeconds", "The clock can stand for 0 to %d seconds after an answer; %g were asked for.", maxSettle, *input.SettleSeconds)
		}
	}
	if len(problems) > 0 {
		return bubble.Order{}, problems
	}
	return order, nil
}

// realSeconds makes a duration of seconds, if they are given.
func realSeconds(n *float64) time.Duration { return time.Duration(orEmpty(n) * float64(time.Second)) }

func (r *Resolver) holdClock(input gql.HoldClockInput) (*gql.HoldClockPayload, error) {
	err := r.ourClock()
	if err == nil {
		err = holdable(input)
	}
	if err == nil {
		_, err = r.Clock.Hold(input.Name, realSeconds(input.ExpiresInSeconds))
	}
	if errors.Is(err, bubble.ErrTooMany) {
		err = meeting.RefuseForNow(codeClockHolds, []string{"name"}, "The clock is held by 100 names already. Release one of them.")
	}
	refused, err := userErrors(err)
	return &gql.HoldClockPayload{Clock: r.clock(), UserErrors: refused}, err
}

// holdable says what is wrong with a hold.
func holdable(input gql.HoldClockInput) error {
	var problems meeting.Refusals
	if n := len([]rune(input.Name)); n == 0 || n > maxHoldName {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "The name of a hold has 1 to %d characters; this one has %d.", maxHoldName, n)...)
	}
	if n := orEmpty(input.ExpiresInSeconds); !(n > 0 && n <= maxHold) {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"expiresInSeconds"}, "A hold lasts for up to %d seconds, and longer than none; %g were asked for.", maxHold, n)...)
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

func (r *Resolver) releaseClock(input gql.ReleaseClockInput) (*gql.ReleaseClockPayload, error) {
	err := r.ourClock()
	if err == nil {
		err = r.Clock.Release(input.Name)
	}
	if errors.Is(err, bubble.ErrNotHeld) {
		err = meeting.Refuse(codeClockNotHeld, []string{"name"}, "Nobody holds the clock by the name %q: it was released before, or has expired.", input.Name)
	}
	refused, err := userErrors(err)
	return &gql.ReleaseClockPayload{Clock: r.clock(), UserErrors: refused}, err
}
