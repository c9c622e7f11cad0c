package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// The sub codes of recording_permission_denied. Those of Recall.ai say the same of
// Zoom, and begin with zoom_.
const (
	SubCodeRequestDenied  = "local_recording_request_denied_by_host"
	SubCodeRecordingTaken = "local_recording_denied"
	SubCodeNobodyToAsk    = "host_not_present"
)

// permission is what the bot may do on a visit.
type permission struct {
	// allowed says that it may record, and wanted that it is to.
	allowed, wanted bool
	// asked says that somebody was there whom it has asked.
	asked bool
	// revoked is since when it may record no longer, while it may not.
	revoked time.Time
}

// AskToRecord has the bot ask the hosts once more to let it record.
type AskToRecord struct{}

func (AskToRecord) order() {}

// record begins the segment of the present visit.
func (b *bot) record(at time.Time) (meeting.Event, error) {
	started, err := b.Recorder.Begin(meeting.EnteredRoom{At: at, Visit: b.now.number, Room: b.now.room, Roster: b.now.roster})
	if err != nil {
		return meeting.Event{}, fmt.Errorf("begin to record %q: %w", b.now.room.Name, err)
	}
	b.now.recorded = true
	return b.event(at, &b.now.room, started), nil
}

// ask asks to be let record where the bot is, if it is to record and may not.
func (b *bot) ask(ctx, reporting context.Context) error {
	if b.now == nil || b.now.allowed || !b.now.wanted || b.held {
		return nil
	}
	err := b.session.AskToRecord(ctx)
	refusals, refused := errors.AsType[meeting.Refusals](err)
	if refused && refusals.Has(meeting.CodeNobodyToAsk) {
		return b.Report(reporting, b.denied(time.Now(), SubCodeNobodyToAsk, refusals.Error()))
	}
	b.now.asked = !refused
	return b.try(ctx, "ask to record", err)
}

// denied tells that the bot may not record.
func (b *bot) denied(at time.Time, subCode, message string) meeting.Event {
	return b.event(at, nil, meeting.BotStatusChanged{Code: meeting.StatusRecordingDenied, SubCode: subCode, Message: message})
}

// permitted acts on what the bot may record from now on.
func (b *bot) permitted(reporting context.Context, heard meeting.RecordingPermitted) error {
	if b.now == nil {
		return nil
	}
	was := b.now.allowed
	b.now.allowed = heard.Allowed
	switch {
	case !b.now.wanted || was && heard.Allowed:
		return nil
	case heard.Allowed:
		return b.allowed(reporting, heard)
	}
	subCode := SubCodeRequestDenied
	var events []meeting.Event
	if was {
		subCode = SubCodeRecordingTaken
	}
	if was && b.now.recorded {
		b.now.revoked = heard.At
		b.Recorder.Permit(b.now.number, false, heard.At)
		events = append(events, b.event(heard.At, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallNotRecording}))
	}
	return b.Report(reporting, append(events, b.denied(heard.At, subCode, ""))...)
}

// allowed records from now on: the visit has a segment since, or has it again.
func (b *bot) allowed(reporting context.Context, heard meeting.RecordingPermitted) error {
	events := []meeting.Event{b.event(heard.At, nil, meeting.BotStatusChanged{Code: meeting.StatusRecordingAllowed})}
	if b.held {
		return b.Report(reporting, events...) // its start has not come
	}
	events = append(events, b.event(heard.At, nil, b.recording()))
	events = append(events, b.unheard(b.now, heard.At)...)
	b.now.revoked = time.Time{}
	b.Recorder.Permit(b.now.number, true, heard.At)
	if !b.now.recorded {
		started, err := b.record(heard.At)
		if err != nil {
			return err
		}
		events = append(events, started)
	}
	return b.Report(reporting, events...)
}

// unheard tells what of a visit the bot might not record any more, until a time.
func (b *bot) unheard(v *visit, until time.Time) []meeting.Event {
	if v.revoked.IsZero() {
		return nil
	}
	return []meeting.Event{b.event(until, &v.room, meeting.RecordingGap{From: v.revoked, To: until, Cause: meeting.GapByRevocation})}
}
