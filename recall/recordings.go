package recall

import (
	"context"
	"net/http"
	"slices"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// recordingView is a recording as the API shows it: what a bot recorded during one
// visit to a room. A bot that goes into rooms has several.
type recordingView struct {
	ID          meeting.SegmentID `json:"id"`
	CreatedAt   string            `json:"created_at"`
	StartedAt   string            `json:"started_at"`
	CompletedAt *string           `json:"completed_at"`
	ExpiresAt   *string           `json:"expires_at"`
	Status      mediaStatus       `json:"status"`
	Bot         reference         `json:"bot"`
	// Room is ours: the API does not say where a recording was made.
	Room   *webhook.RoomName       `json:"breakout_room"`
	Medias map[string]artifactView `json:"media_shortcuts"`
}

// reference names something, with the caller's own metadata of it.
type reference struct {
	ID       string            `json:"id"`
	Metadata map[string]string `json:"metadata"`
}

// mediaStatus is where a recording is in its life, or what is made of it.
type mediaStatus struct {
	Code      string  `json:"code"`
	SubCode   *string `json:"sub_code"`
	UpdatedAt string  `json:"updated_at"`
}

// The codes of recordings. Of failed ones there are none: what a bot recorded before
// it died is a recording.
const (
	mediaProcessing = "processing"
	mediaDone       = "done"
	mediaDeleted    = "deleted"
)

// subCodeInterrupted says that the recorder died, and that the recording holds what
// was on disk by then.
const subCodeInterrupted = "recorder_interrupted"

func mediaStatusOf(row *ent.Segment) mediaStatus {
	switch {
	case row.DeletedAt != 0:
		return mediaStatus{Code: mediaDeleted, UpdatedAt: stampOf(row.DeletedAt.Time())}
	case row.EndedAt == 0:
		return mediaStatus{Code: mediaProcessing, UpdatedAt: stampOf(row.StartedAt.Time())}
	}
	status := mediaStatus{Code: mediaDone, UpdatedAt: stampOf(row.EndedAt.Time())}
	if row.Interrupted {
		status.SubCode = filled(subCodeInterrupted)
	}
	return status
}

// viewOfRecording shows a segment, whose bot and room have been read, of a meeting.
func (d *door) viewOfRecording(row *ent.Segment, home *ent.Meeting) recordingView {
	began := stampOf(row.StartedAt.Time())
	shown := recordingView{
		ID: row.ID, CreatedAt: began, StartedAt: began, CompletedAt: stampOrNull(row.EndedAt), ExpiresAt: stampOrNull(row.ExpiresAt),
		Status: mediaStatusOf(row), Bot: botOf(row), Medias: make(map[string]artifactView),
	}
	if room := row.Edges.Room; room.Kind == meeting.RoomBreakout {
		shown.Room = &webhook.RoomName{ID: room.ID, Name: room.Name}
	}
	for _, kind := range artifacts() {
		if kind.isShortcut && kind.exists(row) {
			shown.Medias[kind.name] = d.viewOfArtifact(kind, row, home)
		}
	}
	return shown
}

func botOf(row *ent.Segment) reference {
	ref := reference{string(row.BotID), row.Edges.Bot.Metadata}
	if ref.Metadata == nil {
		ref.Metadata = map[string]string{}
	}
	return ref
}

// homes reads the meetings of segments.
func (d *door) homes(ctx context.Context, rows []*ent.Segment) (map[meeting.ID]*ent.Meeting, error) {
	var ids []meeting.ID
	for _, row := range rows {
		ids = append(ids, row.MeetingID)
	}
	slices.Sort(ids)
	meetings, err := d.Client.Meeting.Query().Where(entmeeting.IDIn(slices.Compact(ids)...)).All(ctx)
	homes := make(map[meeting.ID]*ent.Meeting, len(meetings))
	for _, row := range meetings {
		homes[row.ID] = row
	}
	return homes, err
}

func placeOfSegment(row *ent.Segment) place { return place{int64(row.StartedAt), string(row.ID)} }

// segmentsOf reads the segments that a list asks for.
func (d *door) segmentsOf(c *call, filter string, faults faults) (page, []*ent.Segment, error) {
	query := c.URL.Query()
	p := pageOf(query, faults)
	segments := d.Client.Segment.Query().WithBot().WithRoom()
	if id := query.Get("bot_id"); id != "" {
		segments.Where(segment.BotID(meeting.BotID(id)))
	}
	if id := query.Get("recording_id"); id != "" {
		segments.Where(segment.ID(meeting.SegmentID(id)))
	}
	switch code := query.Get(filter); code {
	case "":
	case mediaDeleted:
		segments.Where(segment.DeletedAtNEQ(0))
	case mediaDone:
		segments.Where(segment.DeletedAt(0), segment.EndedAtNEQ(0))
	case mediaProcessing:
		segments.Where(segment.DeletedAt(0), segment.EndedAt(0))
	default:
		segments.Where(segment.IDIn())
	}
	if err := faults.err(); err != nil {
		return p, nil, err
	}
	rows, err := segments.Where(p.by(segment.FieldStartedAt)).All(c.Context())
	return p, rows, err
}

// listRecordings lists the recordings of the workspace, the newest first.
func (d *door) listRecordings(c *call) (answer, error) {
	p, rows, err := d.segmentsOf(c, "status_code", faults{})
	if err != nil {
		return answer{}, err
	}
	return listed(c, p, rows, placeOfSegment, func(rows []*ent.Segment) ([]recordingView, error) {
		homes, err := d.homes(c.Context(), rows)
		shown := make([]recordingView, len(rows))
		for i, row := range rows {
			shown[i] = d.viewOfRecording(row, homes[row.MeetingID])
		}
		return shown, err
	})
}

// segment reads a segment of the workspace, with its bot and room, and its meeting.
func (d *door) segment(ctx context.Context, id meeting.SegmentID) (*ent.Segment, *ent.Meeting, error) {
	row, err := d.Client.Segment.Query().Where(segment.ID(id)).WithBot().WithRoom().Only(ctx)
	if err != nil {
		return nil, nil, err
	}
	home, err := d.Client.Meeting.Get(ctx, row.MeetingID)
	return row, home, err
}

func (d *door) retrieveRecording(c *call) (answer, error) {
	row, home, err := d.segment(c.Context(), meeting.SegmentID(c.id()))
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: d.viewOfRecording(row, home)}, nil
}

func (d *door) deleteRecording(c *call) (answer, error) {
	_, err := d.Fleet.DeleteRecording(c.Context(), fleet.Deletion{Segment: meeting.SegmentID(c.id())})
	return answer{status: http.StatusNoContent}, err
}
