package simulator

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLogs lets pion write to the project's log, at lower levels than pion's:
// what it calls an error can be a peer that has gone, and what is one comes back
// from its functions too.
type pionLogs struct{ log *slog.Logger }

// NewLogger makes the logger of one part of pion.
func (p pionLogs) NewLogger(scope string) logging.LeveledLogger {
	return pionLog{p.log.With("scope", scope)}
}

type pionLog struct{ log *slog.Logger }

const levelTrace = slog.LevelDebug - 4

func (l pionLog) write(level slog.Level, text string) {
	l.log.Log(context.Background(), level, text)
}

func (l pionLog) writef(level slog.Level, format string, args []any) {
	if l.log.Enabled(context.Background(), level) {
		l.write(level, fmt.Sprintf(format, args...))
	}
}

func (l pionLog) Trace(text string)                 { l.write(levelTrace, text) }
func (l pionLog) Tracef(format string, args ...any) { l.writef(levelTrace, format, args) }
func (l pionLog) Debug(text string)                 { l.write(levelTrace, text) }
func (l pionLog) Debugf(format string, args ...any) { l.writef(levelTrace, format, args) }
func (l pionLog) Info(text string)                  { l.write(slog.LevelDebug, text) }
func (l pionLog) Infof(format string, args ...any)  { l.writef(slog.LevelDebug, format, args) }
func (l pionLog) Warn(text string)                  { l.write(slog.LevelDebug, text) }
func (l pionLog) Warnf(format string, args ...any)  { l.writef(slog.LevelDebug, format, args) }
func (l pionLog) Error(text string)                 { l.write(slog.LevelInfo, text) }
func (l pionLog) Errorf(format string, args ...any) { l.writef(slog.LevelInfo, format, args) }
