package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// sendBots sends bots by createBot, or has the target send its own.
func (p *player) sendBots(ctx context.Context, a SendBots) error {
	if p.Target != nil {
		return p.callBots(ctx, a.Names)
	}
	for i, name := range a.Names {
		if i > 0 {
			time.Sleep(arrivalGap)
		}
		b, _ := p.scenario.bot(name)
		var created struct {
			CreateBot struct {
				Bot        *struct{ ID string }
				UserErrors refusals
			}
		}
		err := p.Client.Do(ctx, `mutation($input: CreateBotInput!) { createBot(input: $input) { bot { id } userErrors { code message } } }`,
			map[string]any{"input": p.orderOf(b)}, &created)
		if err := errors.Join(err, created.CreateBot.UserErrors.err()); err != nil {
			return fmt.Errorf("send %s: %w", name, err)
		}
		p.bots[name] = created.CreateBot.Bot.ID
	}
	return nil
}

// orderOf is the input of createBot for a bot.
func (p *player) orderOf(b Bot) map[string]any {
	input := map[string]any{"meetingId": p.meeting, "name": b.Name, "email": b.Email, "breakoutRoom": breakoutRoom(string(b.Mode), b.Room)}
	if b.JoinAt != nil {
		input["joinAt"] = p.began.Add(*b.JoinAt).UTC()
	}
	recording := make(map[string]any)
	if b.RecordingStart != "" {
		recording["start"] = strings.ToUpper(string(b.RecordingStart))
	}
	if b.Video != "" {
		recording["video"] = b.Video
	}
	input["recording"] = recording
	if b.ConsentNotice != "" {
		input["consentNotice"] = b.ConsentNotice
	}
	if b.Leaves != nil {
		input["automaticLeave"] = b.Leaves
	}
	var metadata []map[string]any
	for _, key := range keys(b.Metadata) {
		metadata = append(metadata, map[string]any{"key": key, "value": b.Metadata[key]})
	}
	input["metadata"] = metadata
	return input
}

func (r *reader) recordingStart(n *yaml.Node) bot.RecordingStart {
	start := bot.RecordingStart(r.text(n, "recording_start"))
	r.choices(n, small(bot.RecordingStarts()...)...)
	if !start.Valid() {
		r.fault(n, "There is no start %q; there are %v.", start, bot.RecordingStarts())
	}
	return start
}

// video reads what bots record beside voices.
func (r *reader) video(n *yaml.Node) meeting.VideoChoice {
	choice := meeting.VideoChoice(strings.ToUpper(r.text(n, "video")))
	r.choices(n, small(meeting.VideoChoices()...)...)
	if !slices.Contains(meeting.VideoChoices(), choice) {
		r.fault(n, "Bots can't record %q of people's video; choose none, cameras, screens or all.", n.Value)
	}
	return choice
}

func breakoutRoom(mode, room string) map[string]any {
	input := map[string]any{"mode": strings.ToUpper(mode)}
	if room != "" {
		input["roomId"] = room
	}
	return input
}

// updateBot reads what is changed of a scheduled bot.
func (r *reader) updateBot(n *yaml.Node) ByAPI {
	a := ByAPI{Mutation: "updateBot", Input: make(map[string]any)}
	var mode, room string
	r.fields(n, "update_bot", map[string]func(*yaml.Node){
		"who":  func(n *yaml.Node) { a.Bot = r.text(n, "who") },
		"mode": func(n *yaml.Node) { mode = string(r.mode(n)) },
		"room": func(n *yaml.Node) { room = r.text(n, "room") },
		"join_at": func(n *yaml.Node) {
			at := r.duration(n, "join_at")
			a.JoinAt = &at
		},
	})
	if mode != "" {
		a.Input["breakoutRoom"] = breakoutRoom(mode, room)
	}
	a.What = a.Bot + " is ordered otherwise"
	return a
}
