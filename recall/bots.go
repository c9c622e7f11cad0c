package recall

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/botmetadata"
	"github.com/breakoutrooms/breakout/meeting"
)

// createBot sends a bot to the meeting that its address names.
func (d *door) createBot(c *call) (answer, error) {
	ctx := c.Context()
	order, row, r, err := d.order(ctx, c)
	if err != nil {
		return answer{}, err
	}
	if row == nil && r.faults["meeting_url"] == nil {
		r.faults.add([]string{"meeting_url"}, "This is required: the address of a meeting.")
	}
	if err := r.faults.err(); err != nil {
		return answer{}, err
	}
	spec := fleet.BotSpec{Meeting: row.ID, Transcription: meeting.Transcription{Source: meeting.FromNowhere}, Request: requestOf(c)}
	order(&spec)
	id, err := d.Fleet.CreateBot(ctx, spec)
	if err != nil {
		return answer{}, err
	}
	return d.bot(ctx, id, http.StatusCreated, r.ignored)
}

// updateBot changes what was ordered of a scheduled bot.
func (d *door) updateBot(c *call) (answer, error) {
	ctx := c.Context()
	id := meeting.BotID(c.id())
	row, err := d.Client.Bot.Get(ctx, id)
	if err != nil {
		return answer{}, err
	}
	order, at, r, err := d.order(ctx, c)
	if err != nil {
		return answer{}, err
	}
	if at != nil && at.ID != row.MeetingID {
		r.faults.add([]string{"meeting_url"}, "A bot's meeting can't be changed; delete the bot and create another.")
	}
	if err := r.faults.err(); err != nil {
		return answer{}, err
	}
	if err := d.Fleet.UpdateBot(ctx, id, order); err != nil {
		return answer{}, err
	}
	return d.bot(ctx, id, http.StatusOK, r.ignored)
}

// retrieveBot shows one bot.
func (d *door) retrieveBot(c *call) (answer, error) {
	return d.bot(c.Context(), meeting.BotID(c.id()), http.StatusOK, nil)
}

// bot is an answer that shows a bot as it is now.
func (d *door) bot(ctx context.Context, id meeting.BotID, status int, ignored []string) (answer, error) {
	row, err := d.Client.Bot.Get(ctx, id)
	if err != nil {
		return answer{}, err
	}
	shown, err := d.showBots(ctx, []*ent.Bot{row})
	if err != nil {
		return answer{}, err
	}
	return answer{status: status, body: shown[0], ignored: ignored}, nil
}

// deleteBot takes a scheduled bot back. One that has left can't be deleted, only
// called back: there is no such method for it any more.
func (d *door) deleteBot(c *call) (answer, error) {
	err := d.Fleet.DeleteBot(c.Context(), meeting.BotID(c.id()))
	if refusedFor(err, fleet.CodeBotNotScheduled, fleet.CodeBotEnded) {
		return answer{}, failure{
			status: http.StatusMethodNotAllowed, code: "cannot_delete_started_bot", header: http.Header{"Allow": {"GET, PATCH"}},
			detail: "The bot has left for its meeting; it can be called back by leave_call.",
		}
	}
	return answer{status: http.StatusNoContent}, err
}

const (
	// metadataFilter begins the names of filters by metadata.
	metadataFilter = "metadata__"
	// maxStatuses bounds the statuses that bots are found by.
	maxStatuses = 50
)

// listBots lists the bots of the workspace, the newest first.
func (d *door) listBots(c *call) (answer, error) {
	ctx, query, f := c.Context(), c.URL.Query(), faults{}
	p := pageOf(query, f)
	bots := d.Client.Bot.Query()
	if after := timeIn(query.Get("join_at_after"), "join_at_after", f); after != 0 {
		bots.Where(entbot.JoinAtGTE(after))
	}
	if before := timeIn(query.Get("join_at_before"), "join_at_before", f); before != 0 {
		bots.Where(entbot.JoinAtLTE(before), entbot.JoinAtNEQ(0))
	}
	if status := query["status"]; len(status) > maxStatuses {
		f.add([]string{"status"}, "Bots are found by up to %d statuses; %d were given.", maxStatuses, len(status))
	} else if len(status) > 0 {
		bots.Where(entbot.StatusCodeIn(codesOf(status)...))
	}
	if address := query.Get("meeting_url"); address != "" {
		row, err := d.addressed(ctx, address)
		if err != nil {
			return answer{}, err
		}
		bots.Where(entbot.MeetingID(row.ID))
	}
	entries := 0
	for name, values := range query {
		if key, isMetadata := strings.CutPrefix(name, metadataFilter); isMetadata {
			entries++
			bots.Where(entbot.HasEntriesWith(botmetadata.Key(key), botmetadata.Value(values[0])))
		}
	}
	if entries > fleet.MaxMetadata {
		f.add([]string{"metadata"}, "Metadata has up to %d entries; %d were asked for.", fleet.MaxMetadata, entries)
	}
	if err := f.err(); err != nil {
		return answer{}, err
	}
	rows, err := bots.Where(p.by(entbot.FieldCreatedAt)).All(ctx)
	if err != nil {
		return answer{}, err
	}
	return listed(c, p, rows, func(b *ent.Bot) place { return place{int64(b.CreatedAt), string(b.ID)} },
		func(rows []*ent.Bot) ([]botView, error) { return d.showBots(ctx, rows) })
}

// codesOf are the codes by which bots are found that are in one of some states.
func codesOf(status []string) []string {
	if slices.Contains(status, meeting.StatusReady) {
		return append(status, meeting.StatusScheduled)
	}
	return status
}

// timeIn reads the time of a filter.
func timeIn(text, field string, faults faults) meeting.Instant {
	if text == "" {
		return 0
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		faults.add([]string{field}, "A time is expected here, such as 2026-01-31T09:00:00Z (RFC 3339).")
	}
	return meeting.InstantOf(at)
}
