package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
)

// Write runs a transaction for rows that follow from no event. It waits its turn
// among those that write events: SQLite has one writer, and waiters are served at
// once here.
func (j *Journal) Write(ctx context.Context, write func(context.Context, *ent.Tx) error) error {
	ctx = access.AsSystem(context.WithoutCancel(ctx))
	j.writing.Lock()
	defer j.writing.Unlock()
	tx, err := j.client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := write(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
