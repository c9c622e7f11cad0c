package logs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/logs"
)

func TestSecretsAreHidden(t *testing.T) {
	for text, want := range map[string]string{
		"key bk_abcdefgh12345678abcd opens":                    "key bk_[hidden] opens",
		"Authorization: Bearer abc.def-123456, next":           "Authorization: Bearer [hidden], next",
		"map[Authorization:[Bearer bk_abcdefgh12345678]]":      "map[Authorization:[Bearer [hidden]]]",
		"postgres://me:pa55@db.example.org/x failed":           "postgres://me:[hidden]@db.example.org/x failed",
		"/recordings/a.ogg?expires=1&signature=AbC-_9 denied":  "/recordings/a.ogg?expires=1&signature=[hidden] denied",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw and whsk_abc=": "whsec_[hidden] and whsk_[hidden]",
		"a token is missing":                                   "a token is missing",
		"nothing of note in mtg_1234567890":                    "nothing of note in mtg_1234567890",
	} {
		if got := logs.Redact(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// held is a value that a log line has whole.
type held struct{ Key string }

func TestNoLineHasASecret(t *testing.T) {
	const key, named = "bk_abcdefgh12345678abcdefgh", "a key of somebody else's"
	var out bytes.Buffer
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	for _, next := range []slog.Handler{slog.NewTextHandler(&out, options), slog.NewJSONHandler(&out, options)} {
		log := slog.New(logs.NewHandler(next, named, ""))
		ctx := logs.With(logs.With(t.Context(), slog.String("request", "r1")), slog.String("meeting", "mtg_1"))
		log.InfoContext(ctx, "message with "+key, "text", key, "error", errors.New("failed with "+key), "struct", held{key}, "pointer", &held{key},
			slog.Group("group", slog.String("inner", named), slog.Any("list", []string{key})), "number", 7)
		log.With("always", key, "named", named).WithGroup("g").Warn("more", "text", named)
	}
	if text := out.String(); strings.Contains(text, key[len("bk_"):]) || strings.Contains(text, named) {
		t.Errorf("a secret is in the log:\n%s", text)
	}
	for _, want := range []string{"request=r1 meeting=mtg_1", "number=7", `"request":"r1"`, "g.text=[hidden]"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing in the log:\n%s", want, out.String())
		}
	}
}

func TestContextsDoNotShareAttributes(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(logs.NewHandler(slog.NewTextHandler(&out, nil)))
	parent := logs.With(context.Background(), slog.Int("a", 1))
	one, two := logs.With(parent, slog.Int("b", 2)), logs.With(parent, slog.Int("c", 3))
	log.InfoContext(one, "one")
	log.InfoContext(two, "two")
	if text := out.String(); !strings.Contains(text, "msg=one a=1 b=2\n") || !strings.Contains(text, "msg=two a=1 c=3\n") {
		t.Errorf("the log is\n%s", text)
	}
}
