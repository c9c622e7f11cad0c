package journal

import (
	"context"
	"fmt"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	"github.com/breakoutrooms/breakout/meeting"
)

// Statuses reads the steps of the lives of bots, each bot's in their order: its
// [meeting.BotStatusChanged].
func (j *Journal) Statuses(ctx context.Context, bots ...meeting.BotID) (map[meeting.BotID][]meeting.Event, error) {
	rows, err := j.client.Event.Query().Where(event.BotIDIn(bots...), event.Type(meeting.BotStatusChanged{}.EventType())).
		Order(ent.Asc(event.FieldBotID, event.FieldSequence)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the statuses of %d bots: %w", len(bots), err)
	}
	steps := make(map[meeting.BotID][]meeting.Event, len(bots))
	for _, row := range rows {
		e, err := meeting.UnmarshalBody(row.Type, row.Sequence, row.At.Time(), row.Body)
		if err != nil {
			return nil, err
		}
		steps[row.BotID] = append(steps[row.BotID], e)
	}
	return steps, nil
}
