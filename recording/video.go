package recording

import (
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webmfile"
)

const (
	// flushAfter is how long a frame may wait for those that go to disk with it.
	flushAfter = 900 * time.Millisecond
	// videoClock is how many units an RTP timestamp of video counts in a second
	// (RFC 7741, section 4.1).
	videoClock = 90000
)

// video is the recording of one participant's camera or screen during one visit. It
// begins with the first keyframe.
type video struct {
	segment *segment
	of      subject
	started time.Time
	file    *file
	name    string
	writer  *webmfile.Writer

	// A frame lies at anchor plus the distance of its timestamp to origin. Both are
	// set anew when the participant is seen over another stream.
	footage *footage
	origin  uint32
	anchor  time.Duration
	last    time.Duration
	// oldest is when the first frame came that is not on disk yet, if there is one.
	oldest time.Time

	width, height           int
	frames, packets, lost   int
	missed, missedAtTheHead time.Duration
}

// look takes a packet of a camera or a screen.
func (r *Recorder) look(p meeting.Packet, at time.Time) {
	from := r.footage[p.RTP.SSRC]
	if from == nil {
		from = &footage{}
		r.footage[p.RTP.SSRC] = from
	}
	for _, next := range from.put(arrival{packet: p, at: at}) {
		r.see(from, next)
	}
}

// see takes the next packet of a stream of video.
func (r *Recorder) see(from *footage, a arrival) {
	s := r.segments[a.packet.Visit]
	if s == nil || r.paused || !r.permitted(a.packet.Visit) {
		from.begin(a.at)
		return
	}
	of := subjectOf(a.packet)
	fresh := from.of != of
	frame, complete := from.add(a)
	v := s.videos[of]
	if v != nil {
		v.lost += a.lost
		if fresh {
			v.footage = nil
		}
	}
	if !complete || s.failed != nil {
		return
	}
	if v == nil {
		v = &video{segment: s, of: of, started: a.at, missedAtTheHead: frame.missed}
		s.videos[of] = v
	}
	s.fail(v.add(frame, from, a.at), r.log)
}

// add takes one frame.
func (v *video) add(frame image, from *footage, at time.Time) error {
	if v.footage != from {
		v.footage, v.origin, v.anchor = from, frame.timestamp, at.Sub(v.started)
	}
	if v.writer == nil {
		v.width, v.height, _ = keyframe(frame.data)
		v.writer = webmfile.NewWriter(v.open)
	}
	position := v.anchor + time.Duration(int32(frame.timestamp-v.origin))*time.Second/videoClock
	v.last = max(v.last, position)
	v.frames++
	v.packets += frame.packets
	v.missed += frame.missed
	err := v.writer.Write(webmfile.Frame{At: v.last, Key: frame.key, Data: frame.data})
	if v.writer.Waiting() == 1 { // those before went to disk
		v.oldest = at
	}
	return err
}

// open makes the file. That is a moment after the first frame, when the signals
// that come with it have told who it is.
func (v *video) open() (webmfile.File, webmfile.Header, error) {
	s := v.segment
	who := s.nameOf(v.of.who)
	v.name = videoName(v.of.who, who, v.of.kind)
	file, err := create(s.store.root, path.Join(s.folder, v.name))
	if err != nil {
		return nil, webmfile.Header{}, fmt.Errorf("make the file of participant %d's %s: %w", v.of.who, v.of.kind, err)
	}
	v.file = file
	header := webmfile.Header{Width: v.width, Height: v.height, Title: fmt.Sprintf("%s in %s", who, s.room.Name)}
	for _, tag := range s.tags(v.of.who, v.started) {
		header.Tags = append(header.Tags, webmfile.Tag(tag))
	}
	header.Tags = append(header.Tags, webmfile.Tag{Name: TagKind, Value: string(v.of.kind)}, webmfile.Tag{Name: TagMissed, Value: v.missedAtTheHead.String()})
	return file, header, nil
}

// flush writes what has waited for too long, as when a camera is turned off.
func (v *video) flush(now time.Time) error {
	if v.writer.Waiting() == 0 || now.Sub(v.oldest) < flushAfter {
		return nil
	}
	return v.writer.Flush()
}

// close finishes the file and tells what it holds.
func (v *video) close() (meeting.Track, error) {
	if v.writer == nil {
		return meeting.Track{}, nil
	}
	err := v.writer.Close()
	if v.file == nil {
		return meeting.Track{}, err
	}
	err = errors.Join(err, v.file.Close())
	return meeting.Track{
		Participant: v.of.who, Name: v.segment.nameOf(v.of.who), Kind: v.of.kind, File: v.name, StartedAt: v.started,
		Duration: v.writer.Duration(), Packets: v.packets, Lost: v.lost, Bytes: v.file.bytes,
		Width: v.width, Height: v.height, Frames: v.frames, Missed: v.missed,
	}, err
}

// closeVideos finishes the files of a segment's cameras and screens. What waits for
// packets that are missing waits no longer.
func (r *Recorder) closeVideos(s *segment) (tracks []meeting.Track, failed error) {
	for _, from := range r.footage {
		if len(from.waiting) > 0 && from.waiting[0].packet.Visit == s.visit {
			for _, a := range from.rest() {
				r.see(from, a)
			}
		}
	}
	for _, v := range s.videos {
		track, err := v.close()
		failed = errors.Join(failed, err)
		if track.File != "" {
			tracks = append(tracks, track)
		}
	}
	return tracks, failed
}
