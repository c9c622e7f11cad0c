package scenario

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/spans"
	"github.com/breakoutrooms/breakout/webmfile"
)

// footage is one file of video: what a bot saw of somebody during one of its visits.
type footage struct {
	bot  stay
	who  meeting.ParticipantID
	kind meeting.MediaKind
}

// seen is what the recorded files of video say, held against the truth. Like the
// judgement of voices, it reads the files alone.
type seen struct {
	truth *truth
	// pictures are what each participant can have shown, by its cameras and screens.
	pictures map[meeting.ParticipantID]map[meeting.MediaKind]simulator.Picture
	spans    map[footage]spans.List

	frames        int // of people, wherever they belong
	leaked        int
	misattributed int
}

// judgeVideo reads every recorded file of video of the meeting.
func judgeVideo(recordings string, id meeting.ID, t *truth, pictures map[meeting.ParticipantID]map[meeting.MediaKind]simulator.Picture) (*seen, error) {
	s := &seen{truth: t, pictures: pictures, spans: make(map[footage]spans.List)}
	return s, eachFile(recordings, id, recording.VideoExtension, s.file)
}

// file judges one file.
func (s *seen) file(file io.Reader) error {
	reader, err := webmfile.NewReader(file)
	if err != nil {
		return err
	}
	l, err := labelOf(s.truth, reader.Tag)
	if err != nil {
		return err
	}
	of := footage{l.visit, l.who, meeting.MediaKind(reader.Tag(recording.TagKind))}
	for {
		frame, err := reader.Next()
		if errors.Is(err, io.EOF) {
			s.spans[of] = s.spans[of].Joined()
			return nil
		}
		if err != nil {
			return err
		}
		s.frame(of, frame.Data)
	}
}

// frame judges one frame.
func (s *seen) frame(of footage, marked []byte) {
	stamp, kind, bare, stamped := simulator.ReadFrameStamp(marked)
	if !stamped {
		s.misattributed++
		return
	}
	s.frames++
	picture := s.pictures[stamp.Participant][kind]
	if stamp.Participant != of.who || kind != of.kind || !slices.ContainsFunc(picture.Frames, func(f []byte) bool { return string(f) == string(bare) }) {
		s.misattributed++
		return
	}
	there := s.truth.presences[of.bot]
	_, shown := s.truth.showing(of.who, kind, there.room, stamp.At)
	here := s.truth.presences[stay{stamp.Participant, stamp.Visit}].room == there.room
	if !shown || stamp.At.After(there.silent) || !here && !s.truth.screenTo(of.who, there.room, stamp.At) {
		s.leaked++
		return
	}
	s.spans[of] = append(s.spans[of], spans.Span{From: stamp.At, To: stamp.At.Add(picture.Interval)})
}

// share is how much of what was to be seen by bots that record it was recorded, 0
// to 1; 1 when there was nothing to be seen.
func (s *seen) share(records func(bot meeting.BotID, kind meeting.MediaKind, room meeting.RoomRef) bool) float64 {
	var shown, recorded time.Duration
	for id, number := range s.truth.bots {
		for key, there := range s.truth.presences {
			if key.who != number {
				continue
			}
			for _, one := range s.truth.showings {
				if one.room != there.room || !records(id, one.kind, s.truth.rooms[there.room]) {
					continue
				}
				from, to := spans.Latest(one.from, there.from), spans.Earliest(one.to, there.to)
				if !to.After(from) {
					continue
				}
				wanted := spans.List{{From: from, To: to}}.Without(s.truth.cuts[one.who]).Without(s.truth.cuts[number])
				shown += wanted.Total()
				recorded += wanted.Common(s.spans[footage{key, one.who, one.kind}])
			}
		}
	}
	if shown == 0 {
		return 1
	}
	return float64(recorded) / float64(shown)
}
