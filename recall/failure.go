package recall

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/privacy"
	"github.com/breakoutrooms/breakout/meeting"
)

// failure is why a request was not done. It is shown as a code and a sentence, or,
// where fields of the request are at fault, as lists of sentences by field.
type failure struct {
	status int
	code   string
	detail string
	fields map[string]any
	header http.Header
}

func (f failure) Error() string { return f.detail }

func (f failure) shown() any {
	if f.fields != nil {
		return f.fields
	}
	return map[string]string{"code": f.code, "detail": f.detail}
}

var (
	errNoKey = failure{
		status: http.StatusUnauthorized, code: "authentication_failed", header: http.Header{"Www-Authenticate": {"Token"}},
		detail: "No API key was given, or it is not valid. Send one as the header Authorization: Token bk_….",
	}
	errNotFound = failure{status: http.StatusNotFound, code: "not_found", detail: "There is nothing here, or it belongs to another workspace."}
	errTooLarge = failure{status: http.StatusRequestEntityTooLarge, code: "too_large", detail: fmt.Sprintf("A request has up to %d bytes.", maxBody)}
	errNotJSON  = failure{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", detail: "A body is JSON; say so by the header Content-Type: application/json."}
	errStopping = failure{
		status: http.StatusServiceUnavailable, code: "unavailable", header: http.Header{"Retry-After": {"10"}},
		detail: "The server is stopping. Try again in a moment.",
	}
	errInternal = failure{status: http.StatusInternalServerError, code: "internal", detail: "The server failed to answer. The failure was logged; try again, and tell whoever runs the server."}
)

func methodNotAllowed(allowed []string) failure {
	list := strings.Join(allowed, ", ")
	return failure{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed", header: http.Header{"Allow": {list}},
		detail: fmt.Sprintf("Here one can %s.", list),
	}
}

// refusedAs says how a refusal is shown that is not about a field. Where the API has a
// code of its own, it is that.
var refusedAs = map[meeting.Code]failure{
	fleet.CodeBotNotFound:     errNotFound,
	fleet.CodeSegmentNotFound: errNotFound,
	fleet.CodeKeyInFlight:     {status: http.StatusConflict, code: "idempotency_key_in_flight", detail: "The request under this Idempotency-Key is being carried out; ask again in a moment."},
	fleet.CodeKeyReused:       {status: http.StatusConflict, code: "idempotency_key_reused", detail: "Another request was made under this Idempotency-Key; give every request a key of its own."},
	fleet.CodeBotEnded:        {status: http.StatusBadRequest, code: "cannot_command_completed_bot", detail: "The bot's call is over; create another bot."},
	fleet.CodeBotScheduled:    {status: http.StatusBadRequest, code: "cannot_command_unstarted_bot", detail: "The bot has not left for its meeting; until then it can be changed by PATCH and deleted."},
	fleet.CodeBotNotScheduled: {status: http.StatusBadRequest, code: "cannot_update_started_bot", detail: "The bot has left for its meeting; it can be called back by leave_call."},
}

// failureOf is how any error is shown: one table.
func failureOf(err error) failure {
	if f, ok := errors.AsType[failure](err); ok {
		return f
	}
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
		return refused(refusals)
	}
	switch {
	case ent.IsNotFound(err):
		return errNotFound
	case errors.Is(err, access.ErrNoViewer), errors.Is(err, privacy.Deny):
		return errNoKey
	case errors.Is(err, fleet.ErrStopping), errors.Is(err, meeting.ErrClosed):
		return errStopping
	}
	return errInternal
}

// refused shows refusals: by their fields, where they have such.
func refused(refusals meeting.Refusals) failure {
	faults := faults{}
	for _, refusal := range refusals {
		if f, known := refusedAs[refusal.Code]; known {
			return f
		}
		if path := fieldOf(refusal.Path); len(path) > 0 {
			faults.add(path, "%s", refusal.Message)
			continue
		}
		if len(refusals) == 1 {
			return failure{status: http.StatusBadRequest, code: strings.ToLower(string(refusal.Code)), detail: refusal.Message}
		}
		faults.add([]string{"non_field_errors"}, "%s", refusal.Message)
	}
	return faults.failure()
}

// faults are sentences by the fields that are at fault; fields of objects stand in
// objects.
type faults map[string]any

func (f faults) add(path []string, format string, args ...any) {
	in := map[string]any(f)
	for _, name := range path[:len(path)-1] {
		below, ok := in[name].(map[string]any)
		if !ok {
			below = make(map[string]any)
			in[name] = below
		}
		in = below
	}
	last := path[len(path)-1]
	if below, ok := in[last].(map[string]any); ok { // more is said of parts of it already
		in, last = below, "non_field_errors"
	}
	said, _ := in[last].([]string)
	in[last] = append(said, fmt.Sprintf(format, args...))
}

func (f faults) failure() failure {
	return failure{status: http.StatusBadRequest, detail: "Fields of the request are at fault.", fields: f}
}

// err is nothing when no field is at fault.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f.failure()
}

// fieldNames are the API's names of what the fleet's refusals name, where they are not
// the same words.
var fieldNames = []struct{ ours, theirs string }{
	{"meeting_id", "meeting_url"},
	{"name", "bot_name"},
	{"recording.retention_hours", "recording_config.retention"},
	{"recording.start", "recording_config.start_recording_on"},
	{"recording.video", "recording_config.video_mixed_mp4"},
	{"transcription", "recording_config.transcript"},
	{"realtime_endpoints", "recording_config.realtime_endpoints"},
	{"consent_notice", "chat.on_bot_join.message"},
	{"clip", "b64_data"},
	{"text", "message"},
	{"to_participant_id", "to"},
}

var upper = regexp.MustCompile("[A-Z]")

// fieldOf is the field of the API that the path of a refusal names; none where it
// names the bot itself.
func fieldOf(path []string) []string {
	if len(path) == 0 || path[0] == "botId" {
		return nil
	}
	name := upper.ReplaceAllStringFunc(strings.Join(path, "."), func(letter string) string { return "_" + strings.ToLower(letter) })
	name = strings.ReplaceAll(name, "_seconds", "")
	for _, known := range fieldNames {
		if rest, found := strings.CutPrefix(name, known.ours); found && (rest == "" || rest[0] == '.') {
			name = known.theirs + rest
			break
		}
	}
	return strings.Split(name, ".")
}
