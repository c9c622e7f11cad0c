package recall

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/track"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// downloads begins the paths of documents: what is told of a recording in the API's
// own shapes. Like recordings, they are given to whoever has their address.
const downloads = Prefix + "download/"

// The documents of a recording.
const (
	documentExtension    = ".json"
	transcriptDocument   = "transcript.json"
	participantsDocument = "participants.json"
	eventsDocument       = "participant_events.json"
	timelineDocument     = "speaker_timeline.json"
	audioDocument        = "audio_separate.json"
	videoDocument        = "video_separate.json"
)

// documents hands out the addresses of documents.
func (d *door) documents() recording.Links {
	links := d.Links
	links.Prefix = downloads
	return links
}

// download gives out a document.
func (d *door) download(w http.ResponseWriter, r *http.Request) {
	name, err := d.documents().Check(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	content, err := d.document(access.AsSystem(r.Context()), name)
	switch {
	case errors.Is(err, recording.ErrDeleted):
		http.Error(w, "The recording was deleted.", http.StatusGone)
	case errors.Is(err, fs.ErrNotExist), ent.IsNotFound(err):
		http.Error(w, "There is no such recording.", http.StatusNotFound)
	case err != nil:
		if r.Context().Err() == nil {
			d.Log.Error("a document can't be made", "document", name, "error", err)
		}
		http.Error(w, "The document can't be made; try again in a moment.", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(content); err != nil {
			d.Log.Debug("a document could not be sent", "error", err)
		}
	}
}

// document makes a document, by its name: the recording's id and the file's.
func (d *door) document(ctx context.Context, name string) (any, error) {
	id, file := path.Split(name)
	row, err := d.Client.Segment.Query().Where(segment.ID(meeting.SegmentID(path.Clean(id)))).Only(ctx)
	if err != nil {
		return nil, err
	}
	if row.DeletedAt != 0 {
		return nil, recording.ErrDeleted
	}
	known, err := d.peopleOf(ctx, row)
	if err != nil {
		return nil, err
	}
	switch file {
	case transcriptDocument:
		return d.transcriptOf(row, known)
	case participantsDocument:
		return d.participantsOf(ctx, row, known)
	case eventsDocument:
		return d.eventsOf(row, known)
	case timelineDocument:
		return d.timelineOf(row, known)
	case audioDocument:
		return d.tracksOf(ctx, row, known, meeting.KindAudio)
	case videoDocument:
		return d.tracksOf(ctx, row, known, meeting.KindCamera, meeting.KindScreen)
	}
	return nil, fs.ErrNotExist
}

// person is a participant as documents name it.
type person struct {
	ID       meeting.ParticipantID `json:"id"`
	Name     string                `json:"name"`
	IsHost   bool                  `json:"is_host"`
	Platform string                `json:"platform"`
	Extra    struct{}              `json:"extra_data"`
	Email    *string               `json:"email"`
}

// platforms are the API's words for devices.
var platforms = map[meeting.Device]string{meeting.DeviceDesktop: "desktop", meeting.DevicePhone: "dial-in"}

// people are those of a meeting, by their numbers.
type people map[meeting.ParticipantID]person

func (d *door) peopleOf(ctx context.Context, row *ent.Segment) (people, error) {
	rows, err := d.Client.Participant.Query().Where(participant.MeetingID(row.MeetingID)).All(ctx)
	known := make(people, len(rows))
	for _, one := range rows {
		platform := platforms[one.Device]
		if platform == "" {
			platform = "unknown"
		}
		id := meeting.ParticipantID(one.Number)
		known[id] = person{ID: id, Name: one.Name, IsHost: one.Role == meeting.RoleHost, Platform: platform, Email: filled(one.Email)}
	}
	return known, err
}

// moment is a time: by the calendar, and in seconds since the recording began.
type moment struct {
	Absolute string  `json:"absolute"`
	Relative float64 `json:"relative"`
}

func momentOf(at time.Time, row *ent.Segment) moment {
	return moment{stampOf(at), at.Sub(row.StartedAt.Time()).Round(time.Millisecond).Seconds()}
}

// utterance is what somebody said without a break.
type utterance struct {
	Participant person  `json:"participant"`
	Language    *string `json:"language_code"`
	Words       []word  `json:"words"`
}

type word struct {
	Text  string `json:"text"`
	Start moment `json:"start_timestamp"`
	End   moment `json:"end_timestamp"`
}

func (d *door) transcriptOf(row *ent.Segment, known people) ([]utterance, error) {
	said, err := d.Fleet.Transcript(row)
	list := []utterance{}
	for _, one := range said {
		shown := utterance{known[one.Participant], filled(one.Language), []word{}}
		for _, w := range one.Words {
			shown.Words = append(shown.Words, word{w.Text, momentOf(w.From, row), momentOf(w.To, row)})
		}
		list = append(list, shown)
	}
	return list, err
}

func (d *door) participantsOf(ctx context.Context, row *ent.Segment, known people) ([]person, error) {
	roster, err := d.Fleet.Roster(ctx, row)
	list := []person{}
	for _, one := range roster {
		list = append(list, known[one.Participant.ID])
	}
	return list, err
}

// eventView is something that somebody did.
type eventView struct {
	ID          string           `json:"id"`
	Action      recording.Action `json:"action"`
	Participant *person          `json:"participant"`
	Timestamp   moment           `json:"timestamp"`
	Data        *messageView     `json:"data"`
}

type messageView struct {
	Text string `json:"text"`
	To   string `json:"to"`
}

func (d *door) eventsOf(row *ent.Segment, known people) ([]eventView, error) {
	actions, err := d.Fleet.Actions(row)
	list := []eventView{}
	for _, one := range actions {
		shown := eventView{ID: strconv.Itoa(one.Line), Action: one.Action, Timestamp: momentOf(one.Timestamp.Absolute, row)}
		if one.Participant != nil {
			who := known[one.Participant.ID]
			who.Name = one.Participant.Name // as it was then
			shown.Participant = &who
		}
		if one.Data != nil {
			shown.Data = &messageView{one.Data.Text, one.Data.To}
		}
		list = append(list, shown)
	}
	return list, err
}

// stretch is a time during which somebody spoke.
type stretch struct {
	Participant person `json:"participant"`
	Start       moment `json:"start_timestamp"`
	End         moment `json:"end_timestamp"`
}

func (d *door) timelineOf(row *ent.Segment, known people) ([]stretch, error) {
	speech, err := d.Fleet.Speech(row)
	list := []stretch{}
	for _, one := range speech {
		list = append(list, stretch{known[one.Participant.ID], momentOf(one.From, row), momentOf(one.To, row)})
	}
	return list, err
}

// trackView is one person's voice, camera or screen.
type trackView struct {
	ID          string  `json:"id"`
	Participant person  `json:"participant"`
	Start       moment  `json:"start_timestamp"`
	Duration    float64 `json:"duration"`
	Type        *string `json:"type"`
	DownloadURL string  `json:"download_url"`
}

// videoTypes are the API's words for what a picture shows.
var videoTypes = map[meeting.MediaKind]string{meeting.KindCamera: "webcam", meeting.KindScreen: "screenshare"}

func (d *door) tracksOf(ctx context.Context, row *ent.Segment, known people, kinds ...meeting.MediaKind) ([]trackView, error) {
	rows, err := d.Client.Track.Query().Where(track.SegmentID(row.ID), track.KindIn(kinds...)).Order(ent.Asc(track.FieldNumber, track.FieldKind)).All(ctx)
	list := []trackView{}
	for _, one := range rows {
		list = append(list, trackView{
			one.ID, known[meeting.ParticipantID(one.Number)], momentOf(one.StartedAt.Time(), row), time.Duration(one.Duration).Seconds(),
			filled(videoTypes[one.Kind]), d.Links.To(path.Join(row.Folder, one.File)),
		})
	}
	return list, err
}
