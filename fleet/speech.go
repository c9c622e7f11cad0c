package fleet

import (
	"context"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// Speak has a running bot say an Ogg/Opus clip to the room that it is in. It returns
// when the bot has taken it; what becomes of it is told by events.
func (f *Fleet) Speak(ctx context.Context, id meeting.BotID, file []byte) error {
	clip, err := bot.ReadClip(file)
	if err != nil {
		return err
	}
	return f.Tell(ctx, id, bot.Speak{Clip: clip})
}

// Say has a running bot write to the room that it is in, or to one person there. It
// returns when the bot has taken it.
func (f *Fleet) Say(ctx context.Context, id meeting.BotID, message bot.Say) error {
	if err := meeting.CheckText(message.Text); err != nil {
		return err
	}
	return f.Tell(ctx, id, message)
}
