package bubble_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
)

func TestHourPassesAtOnceInBubble(t *testing.T) {
	var passed time.Duration
	err := bubble.Run(t.Context(), func(context.Context) error {
		began := time.Now()
		time.Sleep(time.Hour)
		passed = time.Since(began)
		return nil
	})
	if err != nil || passed != time.Hour {
		t.Errorf("%s passed: %v", passed, err)
	}
}

func TestBubbleEndsWithTheContextOutside(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	err := bubble.Run(ctx, func(inside context.Context) error {
		cancel(enough)
		<-inside.Done()
		return context.Cause(inside)
	})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

func TestBubbleTellsWhatWentWrong(t *testing.T) {
	failure := errors.New("no room")
	if err := bubble.Run(t.Context(), func(context.Context) error { return failure }); !errors.Is(err, failure) {
		t.Error(err)
	}
	err := bubble.Run(t.Context(), func(context.Context) error {
		go func() { select {} }() // waits for nothing, for ever
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "deadlock") {
		t.Error(err)
	}
}
