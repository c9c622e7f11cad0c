package recording

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

const (
	// pageSamples is how much audio goes to disk at once: what is not there yet
	// is lost when the process dies.
	pageSamples = opusfile.SampleRate * 9 / 10
	// reorderSamples is how much stays behind in case that an earlier packet
	// comes late.
	reorderSamples = opusfile.SampleRate / 10
)

// track is the recording of one participant during one visit.
type track struct {
	segment *segment
	who     meeting.ParticipantID
	started time.Time
	file    *file
	name    string
	writer  *opusfile.Writer

	// A packet lies at anchor plus the distance of its timestamp to origin. Both
	// are set anew when the participant is heard over another stream.
	stream *stream
	origin uint32
	anchor int64
	// pending are packets that are not on disk yet, by position.
	pending []piece
	packets int
	lost    int
	late    int
}

// piece is a packet and its place in the file, in samples.
type piece struct {
	at      int64
	payload []byte
}

// stream is what the recorder remembers of one RTP stream (one SSRC).
type stream struct {
	heard    bool
	speaker  meeting.ParticipantID
	visit    meeting.VisitNumber
	sequence uint16
	// missing is how many packets of the speaker's visit were counted as missing, and
	// have not come late.
	missing int
}

// follow counts what is missing between the stream's last packet and this one,
// and says whether the packet begins something new: another speaker or visit.
// A late packet fills a gap that was counted before, if there is one: it can be earlier
// than the first that was heard.
func (s *stream) follow(p meeting.Packet) (lost int, fresh bool) {
	fresh = !s.heard || s.speaker != p.Participant || s.visit != p.Visit
	step := int16(p.RTP.SequenceNumber - s.sequence)
	switch {
	case !s.heard:
	case step > 0:
		lost = int(step) - 1
	case step < 0 && !fresh && s.missing > 0:
		s.missing--
		return -1, false
	case step < 0:
		return 0, fresh
	}
	if fresh {
		s.missing = 0
	}
	s.missing += lost
	s.heard, s.speaker, s.visit, s.sequence = true, p.Participant, p.Visit, p.RTP.SequenceNumber
	return lost, fresh
}

// add takes one packet.
func (t *track) add(p meeting.Packet, from *stream, fresh bool, now time.Time) error {
	if fresh || t.stream != from {
		t.stream, t.origin, t.anchor = from, p.RTP.Timestamp, t.position(now)
	}
	at := t.anchor + int64(int32(p.RTP.Timestamp-t.origin))
	if at < 0 || t.writer != nil && at+opusfile.SilenceSamples/2 < t.writer.Samples() {
		t.late++
		return nil
	}
	t.packets++
	t.insert(piece{at, slices.Clone(p.RTP.Payload)})
	newest := t.pending[len(t.pending)-1].at
	if newest-t.pending[0].at < pageSamples {
		return nil
	}
	return t.write(newest-reorderSamples, false)
}

// position is where audio that begins now lies: after what there is, and as far
// from the beginning as time has passed.
func (t *track) position(now time.Time) int64 {
	passed := int64(now.Sub(t.started)) * opusfile.SampleRate / int64(time.Second)
	return max(passed, t.end())
}

// end is the position after the last packet that has come.
func (t *track) end() int64 {
	if n := len(t.pending); n > 0 {
		last := t.pending[n-1]
		return last.at + int64(opusfile.Samples(last.payload))
	}
	if t.writer != nil {
		return t.writer.Samples()
	}
	return 0
}

// insert puts a piece where it belongs, which is nearly always the end.
func (t *track) insert(p piece) {
	i, found := slices.BinarySearchFunc(t.pending, p, func(a, b piece) int { return cmp.Compare(a.at, b.at) })
	if found {
		t.packets--
		return // the packet was doubled on its way
	}
	t.pending = slices.Insert(t.pending, i, p)
}

// write puts the pieces before a position on disk, as one page, with silence
// where nothing came.
func (t *track) write(before int64, last bool) error {
	if err := t.open(); err != nil {
		return err
	}
	var page [][]byte
	at := t.writer.Samples()
	n := 0
	for _, piece := range t.pending {
		if piece.at >= before {
			break
		}
		n++
		for piece.at-at >= opusfile.SilenceSamples {
			page = append(page, opusfile.Silence)
			at += opusfile.SilenceSamples
		}
		page = append(page, piece.payload)
		at += int64(opusfile.Samples(piece.payload))
	}
	t.pending = slices.Delete(t.pending, 0, n)
	if len(page) == 0 && !last {
		return nil
	}
	return t.writer.WritePage(page, last)
}

// open makes the file when there is something to write into it.
func (t *track) open() error {
	if t.writer != nil {
		return nil
	}
	s := t.segment
	who := s.nameOf(t.who)
	t.name = fileName(t.who, who)
	file, err := create(s.store.root, path.Join(s.folder, t.name))
	if err != nil {
		return fmt.Errorf("make the file of participant %d: %w", t.who, err)
	}
	channels := 1
	if opusfile.Stereo(t.pending[0].payload) {
		channels = 2
	}
	t.file = file
	t.writer = opusfile.NewWriter(file, opusfile.Header{
		Serial: uint32(t.who), Channels: channels, Tags: s.tags(t.who, t.started),
	})
	return nil
}

// tags say of a file of a participant, which begins at a time, where it belongs.
func (s *segment) tags(of meeting.ParticipantID, started time.Time) []opusfile.Tag {
	who := s.nameOf(of)
	return []opusfile.Tag{
		{Name: tagArtist, Value: who}, {Name: tagTitle, Value: who + " in " + s.room.Name},
		{Name: TagMeeting, Value: string(s.meeting)}, {Name: TagRoom, Value: string(s.room.ID)},
		{Name: TagRoomName, Value: s.room.Name}, {Name: TagBot, Value: string(s.bot)},
		{Name: TagVisit, Value: strconv.FormatUint(uint64(s.visit), 10)},
		{Name: TagParticipant, Value: strconv.FormatUint(uint64(of), 10)},
		{Name: TagStartedAt, Value: started.UTC().Format(time.RFC3339Nano)},
	}
}

// flush writes what has waited for its page for too long, as when a participant
// falls silent.
func (t *track) flush(now time.Time) error {
	if len(t.pending) == 0 || t.position(now)-t.pending[0].at < pageSamples {
		return nil
	}
	return t.write(t.end()-reorderSamples+1, false)
}

// close finishes the file and tells what it holds.
func (t *track) close() (meeting.Track, error) {
	if len(t.pending) == 0 && t.writer == nil {
		return meeting.Track{}, nil
	}
	err := t.write(t.end(), true)
	if t.file != nil {
		err = errors.Join(err, t.file.Close())
	}
	if t.writer == nil {
		return meeting.Track{}, err
	}
	return meeting.Track{
		Participant: t.who, Name: t.segment.nameOf(t.who), File: t.name, StartedAt: t.started,
		Duration: opusfile.Duration(t.writer.Samples()), Packets: t.packets, Lost: t.lost, Bytes: t.file.bytes,
	}, err
}
