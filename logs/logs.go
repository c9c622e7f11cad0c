// Package logs makes log lines tell which request they belong to, and keeps secrets
// out of them.
package logs

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
)

type contextKey struct{}

// With returns a context whose log lines have these attributes, beside those that
// they had before.
func With(ctx context.Context, attributes ...slog.Attr) context.Context {
	return context.WithValue(ctx, contextKey{}, append(slices.Clip(of(ctx)), attributes...))
}

func of(ctx context.Context) []slog.Attr {
	attributes, _ := ctx.Value(contextKey{}).([]slog.Attr)
	return attributes
}

// handler adds what the context knows, and hides secrets.
type handler struct {
	slog.Handler
	secrets []string
}

// NewHandler makes a handler that adds the attributes of [With] to what it is given,
// and puts a hint in the place of every secret: of what looks like one, and of those
// that are named.
func NewHandler(next slog.Handler, secrets ...string) slog.Handler {
	return handler{next, slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return s == "" })}
}

// Handle passes a line on (slog).
func (h handler) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, h.hide(record.Message), record.PC)
	clean.AddAttrs(of(ctx)...)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.clean(a))
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs adds attributes to every line (slog).
func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	var clean []slog.Attr
	for _, a := range attributes {
		clean = append(clean, h.clean(a))
	}
	return handler{h.Handler.WithAttrs(clean), h.secrets}
}

// WithGroup begins a group (slog).
func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name), h.secrets}
}

// clean hides the secrets of an attribute, whatever kind of value it has.
func (h handler) clean(a slog.Attr) slog.Attr {
	switch value := a.Value.Resolve(); value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, h.hide(value.String()))
	case slog.KindGroup:
		var group []any
		for _, member := range value.Group() {
			group = append(group, h.clean(member))
		}
		return slog.Group(a.Key, group...)
	case slog.KindAny:
		if text := fmt.Sprint(value.Any()); h.hide(text) != text {
			return slog.String(a.Key, h.hide(text))
		}
		return slog.Attr{Key: a.Key, Value: value}
	default:
		return a
	}
}

func (h handler) hide(text string) string {
	for _, secret := range h.secrets {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return Redact(text)
}

// hidden stands where a secret was.
const hidden = "[hidden]"

// secret is what looks like one: API keys, signing keys of webhooks, what an
// Authorization header carries, the signature of a recording's address, and the
// password of a URL. What its groups match is left to be seen.
var secret = regexp.MustCompile(`\b(bk_)[a-z0-9]{8,}` + // of access.NewKey
	`|\b(wh(?:sec|sk)_)[A-Za-z0-9+/=_-]+` +
	`|(?i:\b(bearer |basic |token ))[^\s",;\]}]{12,}` +
	`|([?&](?:signature|key|token)=)[^&\s"]+` +
	`|(://[^\s/:@"]*:)[^\s/@"]+(@)`)

// Redact hides what looks like a secret in a text.
func Redact(text string) string {
	return secret.ReplaceAllString(text, "$1$2$3$4$5"+hidden+"$6")
}
