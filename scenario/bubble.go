package scenario

import (
	"context"

	"github.com/breakoutrooms/breakout/bubble"
)

// InBubble plays in virtual time: see [bubble.Run].
func InBubble(ctx context.Context, run func(ctx context.Context) error) error {
	return bubble.Run(ctx, run)
}
