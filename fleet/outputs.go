package fleet

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/realtimeendpoint"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/output"
	"github.com/breakoutrooms/breakout/recording"
)

const (
	// maxEndpoints is how many endpoints a bot can have, and maxAddress how long the
	// address of one can be, in bytes.
	maxEndpoints = 4
	maxAddress   = 2000
)

// checkEndpoints refuses endpoints that can't be sent to, with all that is wrong with
// them.
func (f *Fleet) checkEndpoints(endpoints []meeting.RealtimeEndpoint) (problems meeting.Refusals) {
	const field = "realtimeEndpoints"
	if n := len(endpoints); n > maxEndpoints {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{field}, "A bot can have %d endpoints; this one has %d.", maxEndpoints, n)...)
	}
	for i, endpoint := range endpoints {
		path := []string{field, strconv.Itoa(i)}
		problems = append(problems, f.checkAddress(endpoint.URL, append(path, "url"))...)
		outputs := slices.Compact(slices.Sorted(slices.Values(endpoint.Outputs)))
		if len(outputs) == 0 || len(outputs) != len(endpoint.Outputs) {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, append(path, "outputs"), "An endpoint is sent at least one of %v, each named once.", meeting.RealtimeOutputs())...)
		}
	}
	return problems
}

// checkAddress refuses what is no address of a WebSocket. Where a name leads is looked
// at when it is connected to.
func (f *Fleet) checkAddress(text string, path []string) meeting.Refusals {
	if len(text) > maxAddress {
		return meeting.Refuse(meeting.CodeInvalid, path, "An address can have %d bytes; this one has %d.", maxAddress, len(text))
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "ws" && address.Scheme != "wss" || address.Hostname() == "" || address.Fragment != "" || address.User != nil {
		return meeting.Refuse(meeting.CodeInvalid, path, "Give the address of a WebSocket, such as wss://example.org/audio, without a user and without a fragment.")
	}
	if literal, err := netip.ParseAddr(address.Hostname()); err == nil && !f.Outbound.Permits(literal) {
		return meeting.Refuse(CodeAddressNotAllowed, path, "%s is not a public address; whoever runs the server can allow it by --allow-private-addresses.", literal)
	}
	return nil
}

// nameEndpoints gives endpoints their ids.
func (f *Fleet) nameEndpoints(endpoints []meeting.RealtimeEndpoint) error {
	for i := range endpoints {
		name, err := f.newID("rte_")
		if err != nil {
			return err
		}
		endpoints[i].ID = meeting.RealtimeEndpointID(name)
	}
	return nil
}

// report writes events of a bot down.
type report func(ctx context.Context, events ...meeting.Event) error

// aides are those who work beside a bot on what it hears.
func (f *Fleet) aides(ref meeting.BotRef, spec BotSpec, recorder *recording.Recorder, write report) (list []bot.Aide) {
	if spec.Transcription.Source == meeting.FromServer && f.Transcription != nil {
		transcriber := f.Transcription.NewTranscriber(spec.Transcription.Language, recorder.WriteUtterance)
		recorder.OnSound(transcriber)
		list = append(list, transcriber)
	}
	for _, one := range spec.Endpoints {
		endpoint := output.New(output.Config{
			Endpoint: one, Bot: ref, Metadata: spec.Metadata, HTTP: f.outbound, Log: f.Log,
			Report: func(ctx context.Context, changed meeting.RealtimeEndpointChanged) error {
				return write(ctx, meeting.Event{At: time.Now(), Bot: &ref, Fact: changed})
			},
		})
		recorder.OnSound(endpoint)
		recorder.OnUtterance(endpoint.Said)
		list = append(list, endpoint)
	}
	return list
}

// recoverEndpoints says of a dead process's bot that nothing is sent any more. What
// was sent since the last event is not known.
func (f *Fleet) recoverEndpoints(ctx context.Context, row *ent.Bot) (events []meeting.Event, err error) {
	rows, err := row.QueryRealtimeEndpoints().Where(realtimeendpoint.StatusNotIn(meeting.RealtimeDone, meeting.RealtimeFailed)).
		Order(ent.Asc(realtimeendpoint.FieldOrdinal)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for endpoints: %w", err)
	}
	for _, endpoint := range rows {
		events = append(events, meeting.Event{At: time.Now(), Bot: &meeting.BotRef{ID: row.ID, Name: row.Name}, Fact: meeting.RealtimeEndpointChanged{
			Endpoint: endpoint.ID, Status: meeting.RealtimeFailed, Sent: endpoint.Sent, Dropped: endpoint.Dropped,
			Message: "The process that ran the bot ended without warning.",
		}})
	}
	return events, nil
}

// resumeEndpoints has the counts of a bot that comes back go on from the last that
// were written down.
func (f *Fleet) resumeEndpoints(ctx context.Context, row *ent.Bot, endpoints []meeting.RealtimeEndpoint) error {
	rows, err := row.QueryRealtimeEndpoints().All(ctx)
	if err != nil {
		return fmt.Errorf("look for endpoints: %w", err)
	}
	for _, known := range rows {
		for i := range endpoints {
			if endpoints[i].ID == known.ID {
				endpoints[i].Sent, endpoints[i].Dropped = known.Sent, known.Dropped
			}
		}
	}
	return nil
}
