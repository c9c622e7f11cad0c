// Package recall is the REST door: it speaks the API by which bots of Recall.ai are
// sent into Zoom's breakout rooms, so that an integration that was written for those
// is tried out on simulated meetings by another base URL and another token. It is a
// door as the GraphQL one is: orders go through the fleet, facts are read from rows
// and from the journal.
//
// Source: docs.recall.ai, API version 1.11. docs/rest.md tells what is there and what
// is not.
package recall

import (
	"cmp"
	"log/slog"
	"net/http"
	"strings"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/recording"
)

// Prefix begins the paths of the door.
const Prefix = "/api/v1/"

// DefaultPerMinute is how many requests a key can make in a minute unless it is
// configured: 100 a second, far more than the API that is spoken here allows.
const DefaultPerMinute = 6000

// Config says what the door works with.
type Config struct {
	Client  *ent.Client
	Fleet   *fleet.Fleet
	Journal *journal.Journal
	// Links hands out the addresses of recordings.
	Links recording.Links
	// Doorkeeper knows the keys.
	Doorkeeper access.Doorkeeper
	// PerMinute is how many requests each key can make in a minute, at once or spread
	// over it. Defaults to [DefaultPerMinute].
	PerMinute int
	Log       *slog.Logger
}

// door is what requests are served by.
type door struct {
	Config
	limits  limits
	answers answers
}

// route is one method of one path, without the slash that paths may end with.
type route struct {
	method, path string
	serve        func(*door, *call) (answer, error)
}

// routes are all that the door serves to those who show a key.
func routes() []route {
	list := []route{
		{http.MethodPost, "bot", (*door).createBot},
		{http.MethodGet, "bot", (*door).listBots},
		{http.MethodGet, "bot/{id}", (*door).retrieveBot},
		{http.MethodPatch, "bot/{id}", (*door).updateBot},
		{http.MethodDelete, "bot/{id}", (*door).deleteBot},
		{http.MethodPost, "bot/{id}/leave_call", (*door).leaveCall},
		{http.MethodPost, "bot/{id}/send_chat_message", (*door).sendChatMessage},
		{http.MethodPost, "bot/{id}/start_recording", (*door).resumeRecording},
		{http.MethodPost, "bot/{id}/pause_recording", (*door).pauseRecording},
		{http.MethodPost, "bot/{id}/resume_recording", (*door).resumeRecording},
		{http.MethodPost, "bot/{id}/request_recording_permission", (*door).requestRecordingPermission},
		{http.MethodPost, "bot/{id}/output_audio", (*door).outputAudio},
		{http.MethodDelete, "bot/{id}/output_audio", (*door).stopOutputAudio},
		{http.MethodPost, "bot/{id}/delete_media", (*door).deleteMedia},
		{http.MethodGet, "recording", (*door).listRecordings},
		{http.MethodGet, "recording/{id}", (*door).retrieveRecording},
		{http.MethodDelete, "recording/{id}", (*door).deleteRecording},
	}
	for _, kind := range artifacts() {
		list = append(list,
			route{http.MethodGet, kind.name, kind.list},
			route{http.MethodGet, kind.name + "/{id}", kind.retrieve})
	}
	return list
}

// NewHandler makes the handler of everything below [Prefix].
func NewHandler(config Config) http.Handler {
	config.PerMinute = cmp.Or(config.PerMinute, DefaultPerMinute)
	d := &door{Config: config, limits: newLimits(config.PerMinute)}
	methods := make(map[string]map[string]route)
	for _, r := range routes() {
		if methods[r.path] == nil {
			methods[r.path] = make(map[string]route)
		}
		methods[r.path][r.method] = r
	}
	mux := http.NewServeMux()
	for path, of := range methods {
		mux.Handle(Prefix+path, d.resource(of))
	}
	mux.HandleFunc("GET "+Prefix+"openapi.json", serveDescription)
	mux.HandleFunc("GET "+downloads+"{recording}/{document}", d.download)
	mux.Handle("/", d.resource(nil))
	return withoutSlash(mux)
}

// withoutSlash serves paths with and without a slash at the end alike: the API's own
// have one, and clients forget it.
func withoutSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, found := strings.CutSuffix(r.URL.Path, "/"); found {
			bare := *r.URL
			bare.Path, bare.RawPath = path, strings.TrimSuffix(r.URL.RawPath, "/")
			r = r.Clone(r.Context())
			r.URL = &bare
		}
		next.ServeHTTP(w, r)
	})
}
