package recall

import (
	"net/http"
	"path"
	"strings"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// artifact is a kind of thing that there is of a recording. Its id is the recording's
// with another prefix.
type artifact struct {
	name string
	// isShortcut says that recordings show it themselves.
	isShortcut bool
	// format is that of its file, if it has one.
	format string
	// data says where it can be had; files are the names of its files.
	files []artifactFile
}

// artifactFile is a file of an artifact, and the field that shows where it can be had.
type artifactFile struct{ field, name string }

// artifacts are all kinds.
func artifacts() []artifact {
	return []artifact{
		{"video_mixed", true, "webm", []artifactFile{{"download_url", recording.ComposedFile}}},
		{"audio_mixed", true, "ogg", []artifactFile{{"download_url", recording.MixedFile}}},
		{"transcript", true, "", []artifactFile{{"download_url", transcriptDocument}, {"provider_data_download_url", ""}}},
		{"participant_events", true, "", []artifactFile{
			{"participants_download_url", participantsDocument},
			{"participant_events_download_url", eventsDocument},
			{"speaker_timeline_download_url", timelineDocument},
		}},
		{"meeting_metadata", true, "", nil},
		{"audio_separate", false, "ogg", []artifactFile{{"download_url", audioDocument}}},
		{"video_separate", false, "webm", []artifactFile{{"download_url", videoDocument}}},
	}
}

// artifactView is an artifact as the API shows it.
type artifactView struct {
	ID        string            `json:"id"`
	CreatedAt string            `json:"created_at"`
	Status    mediaStatus       `json:"status"`
	Metadata  map[string]string `json:"metadata"`
	Recording reference         `json:"recording"`
	Bot       reference         `json:"bot"`
	Data      map[string]any    `json:"data"`
	Format    *string           `json:"format"`
}

// segmentPrefix begins the ids of segments.
const segmentPrefix = "seg_"

func (a artifact) idOf(row *ent.Segment) string {
	return a.name + "_" + strings.TrimPrefix(string(row.ID), segmentPrefix)
}

// exists says whether there is such a thing of a recording. Of a bot that was to make
// no transcript there is none.
func (a artifact) exists(row *ent.Segment) bool {
	return a.name != "transcript" || row.Edges.Bot.Transcription.Source != meeting.FromNowhere
}

// viewOfArtifact shows an artifact of a segment, whose bot has been read.
func (d *door) viewOfArtifact(kind artifact, row *ent.Segment, home *ent.Meeting) artifactView {
	shown := artifactView{
		ID: kind.idOf(row), CreatedAt: stampOf(row.StartedAt.Time()), Status: mediaStatusOf(row), Metadata: map[string]string{},
		Recording: reference{string(row.ID), map[string]string{}}, Bot: botOf(row), Data: make(map[string]any), Format: filled(kind.format),
	}
	for _, file := range kind.files {
		shown.Data[file.field] = d.addressOfFile(row, file.name)
	}
	if kind.name == "meeting_metadata" {
		shown.Data["title"] = home.Title
	}
	return shown
}

// addressOfFile is where a file of a segment can be had; null while there is none.
func (d *door) addressOfFile(row *ent.Segment, name string) any {
	if name == "" || mediaStatusOf(row).Code != mediaDone {
		return nil
	}
	if path.Ext(name) == documentExtension {
		return d.documents().To(path.Join(string(row.ID), name))
	}
	return d.Links.To(path.Join(row.Folder, name))
}

// list lists the artifacts of a kind, of the newest recording first.
func (a artifact) list(d *door, c *call) (answer, error) {
	p, rows, err := d.segmentsOf(c, "status_code", faults{})
	if err != nil {
		return answer{}, err
	}
	return listed(c, p, rows, placeOfSegment, func(rows []*ent.Segment) ([]artifactView, error) {
		homes, err := d.homes(c.Context(), rows)
		shown := []artifactView{}
		for _, row := range rows {
			if a.exists(row) {
				shown = append(shown, d.viewOfArtifact(a, row, homes[row.MeetingID]))
			}
		}
		return shown, err
	})
}

func (a artifact) retrieve(d *door, c *call) (answer, error) {
	suffix, ofKind := strings.CutPrefix(c.id(), a.name+"_")
	if !ofKind {
		return answer{}, errNotFound
	}
	row, home, err := d.segment(c.Context(), meeting.SegmentID(segmentPrefix+suffix))
	if err != nil {
		return answer{}, err
	}
	if !a.exists(row) {
		return answer{}, errNotFound
	}
	return answer{status: http.StatusOK, body: d.viewOfArtifact(a, row, home)}, nil
}
