package bot

import (
	"context"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// aidesFinishWithin bounds how long a bot whose call is over waits for its aides.
	aidesFinishWithin = 30 * time.Second
	// aidesHurryWithin is the same when the process ends.
	aidesHurryWithin = time.Second
)

// Aide works beside a bot on what that hears, as long as it lives: it has voices
// transcribed, or sends them on.
type Aide interface {
	// Run works until Finish ends that, and returns when nothing of it runs any more.
	Run(ctx context.Context)
	// Hear takes every signal of the bot's session. It must not wait.
	Hear(meeting.Signal)
	// Finish ends the work: what is begun is finished as long as the context lasts.
	// It returns when Run has.
	Finish(ctx context.Context)
}

// aides are those of one bot, at work.
type aides struct {
	all     []Aide
	running sync.WaitGroup
	over    sync.Once
}

// employ sets the bot's aides to work.
func (b *bot) employ(ctx context.Context) {
	b.aides = &aides{all: b.Aides}
	for _, aide := range b.Aides {
		b.aides.running.Go(func() { aide.Run(ctx) })
	}
}

// hear tells the aides what the bot hears.
func (a *aides) hear(signal meeting.Signal) {
	for _, aide := range a.all {
		aide.Hear(signal)
	}
}

// finish ends the aides' work and returns when it has ended. It can be repeated.
func (a *aides) finish(ctx context.Context, stopping <-chan struct{}) {
	a.over.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, aidesFinishWithin)
		defer cancel()
		var ending sync.WaitGroup
		ended := make(chan struct{})
		for _, aide := range a.all {
			ending.Go(func() { aide.Finish(ctx) })
		}
		go func() {
			defer close(ended)
			ending.Wait()
			a.running.Wait()
		}()
		select {
		case <-ended:
			return
		case <-stopping:
		}
		timer := time.AfterFunc(aidesHurryWithin, cancel)
		defer timer.Stop()
		<-ended
	})
}
