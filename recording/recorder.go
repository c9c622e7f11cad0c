package recording

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// ErrNoSegment says that no segment of that visit is being recorded.
var ErrNoSegment = errors.New("nothing is being recorded for that visit")

// earlyPackets bounds what is kept of a visit that has not begun: media can
// come before the signal that announces the room, but not by much.
const earlyPackets = 1000

// Recorder records what one bot hears: a segment for each of its visits.
type Recorder struct {
	store   *Store
	meeting meeting.ID
	bot     meeting.BotID
	log     *slog.Logger

	mu       sync.Mutex
	streams  map[uint32]*stream
	footage  map[uint32]*footage
	segments map[meeting.VisitNumber]*segment
	latest   meeting.VisitNumber
	// places are where each visit is recorded, those that are over too.
	places map[meeting.VisitNumber]Place
	// permits are when each visit might be recorded.
	permits map[meeting.VisitNumber][]permit
	// early are packets of visits to come.
	early  []arrival
	paused bool
	// resumed is when recording went on last.
	resumed time.Time

	// listeners are told what is heard, and hears what is said.
	listeners []Listener
	hears     []func(Place, Utterance)
	// writing lets one utterance be written at a time; written counts them.
	writing sync.Mutex
	written int64
}

// segment is the recording of one visit.
type segment struct {
	id      meeting.SegmentID
	meeting meeting.ID
	bot     meeting.BotID
	room    meeting.RoomRef
	visit   meeting.VisitNumber
	folder  string // below the store's

	began  time.Time
	store  *Store
	people map[meeting.ParticipantID]*person
	tracks map[meeting.ParticipantID]*track
	videos map[subject]*video
	failed error
}

// NewRecorder makes the recorder of a bot in a meeting.
func NewRecorder(store *Store, id meeting.ID, bot meeting.BotID, log *slog.Logger) *Recorder {
	return &Recorder{
		store: store, meeting: id, bot: bot, log: log,
		streams: make(map[uint32]*stream), footage: make(map[uint32]*footage), segments: make(map[meeting.VisitNumber]*segment),
		places: make(map[meeting.VisitNumber]Place), permits: make(map[meeting.VisitNumber][]permit),
	}
}

// SegmentID is the id of a bot's recording of a visit. It depends on nothing
// else, so that a replay gives the same ids.
func SegmentID(bot meeting.BotID, visit meeting.VisitNumber) meeting.SegmentID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/visit/%d", bot, visit))
	text := base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10])
	return meeting.SegmentID("seg_" + strings.ToLower(text))
}

// Begin begins the segment of a visit: at its beginning, or when it may be recorded.
func (r *Recorder) Begin(entered meeting.EnteredRoom) (meeting.SegmentStarted, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &segment{
		id: SegmentID(r.bot, entered.Visit), meeting: r.meeting, bot: r.bot, room: entered.Room, visit: entered.Visit,
		folder: path.Join(string(r.meeting), string(r.bot), fmt.Sprintf("%03d-%s", entered.Visit, slug(entered.Room.Name))),
		began:  entered.At, store: r.store, people: make(map[meeting.ParticipantID]*person), tracks: make(map[meeting.ParticipantID]*track), videos: make(map[subject]*video),
	}
	if err := r.store.root.MkdirAll(s.folder, 0o700); err != nil {
		return meeting.SegmentStarted{}, fmt.Errorf("make the folder of visit %d: %w", entered.Visit, err)
	}
	if err := s.welcome(entered); err != nil {
		return meeting.SegmentStarted{}, err
	}
	r.segments[entered.Visit], r.latest = s, entered.Visit
	r.permits[entered.Visit] = []permit{{from: entered.At}}
	r.places[entered.Visit] = Place{Segment: s.id, Visit: s.visit, Room: s.room, Folder: s.folder}
	for _, l := range r.listeners {
		l.Began(r.places[entered.Visit])
	}
	early := r.early
	r.early = nil
	for _, a := range early {
		r.receive(a.packet, a.at)
	}
	return meeting.SegmentStarted{Segment: s.id, Visit: s.visit, Folder: s.folder}, nil
}

// Receive takes a packet. It can be called from several goroutines; the packet
// is not kept.
func (r *Recorder) Receive(p meeting.Packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.receive(p, time.Now())
}

func (r *Recorder) receive(p meeting.Packet, at time.Time) {
	s := r.segments[p.Visit]
	if s == nil {
		if p.Visit > r.latest && len(r.early) < earlyPackets && !r.paused {
			p.RTP = p.RTP.Clone()
			r.early = append(r.early, arrival{packet: p, at: at})
		}
		return // the visit is over and done
	}
	if p.Kind != meeting.KindAudio {
		r.look(p, at)
		return
	}
	from := r.streams[p.RTP.SSRC]
	if from == nil {
		from = &stream{}
		r.streams[p.RTP.SSRC] = from
	}
	lost, fresh := from.follow(p)
	if r.paused || !r.permitted(p.Visit) {
		return
	}
	if s.failed == nil {
		s.fail(s.listen(p, at), r.log)
	}
	t := s.tracks[p.Participant]
	if t == nil {
		t = &track{segment: s, who: p.Participant, started: at}
		s.tracks[p.Participant] = t
	}
	t.lost += lost
	anew := fresh || t.stream != from
	if s.failed == nil {
		s.fail(t.add(p, from, fresh, at), r.log)
	}
	r.sound(p, anew, at)
}

// fail keeps the first failure of a segment, for its end to tell.
func (s *segment) fail(err error, log *slog.Logger) {
	if err != nil && s.failed == nil {
		s.failed = err
		log.Error("recording failed; the rest of the visit is not recorded", "segment", s.id, "error", err)
	}
}

func (s *segment) nameOf(who meeting.ParticipantID) string {
	if person := s.people[who]; person != nil && person.Name != "" {
		return person.Name
	}
	return fmt.Sprintf("Participant %d", who)
}

// Pause stops recording, or lets it go on, and says whether that is a change.
func (r *Recorder) Pause(paused bool) (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if changed = r.paused != paused; changed && !paused {
		r.resumed = time.Now()
	}
	r.paused = paused
	for _, s := range r.segments {
		s.fail(s.hush(time.Time{}), r.log)
	}
	return changed
}

// Flush writes what participants who fell silent have left in memory. Call it
// each second.
func (r *Recorder) Flush() {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.segments {
		s.fail(s.hush(now.Add(-speechHold)), r.log)
		for _, t := range s.tracks {
			if s.failed == nil {
				s.fail(t.flush(now), r.log)
			}
		}
		for _, v := range s.videos {
			if s.failed == nil {
				s.fail(v.flush(now), r.log)
			}
		}
	}
}

// End finishes the segment of a visit that was over at a time. Even when it
// fails, it tells what has been recorded.
func (r *Recorder) End(visit meeting.VisitNumber, at time.Time) (meeting.SegmentCompleted, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.segments[visit]
	if s == nil {
		return meeting.SegmentCompleted{}, fmt.Errorf("visit %d: %w", visit, ErrNoSegment)
	}
	tracks, failed := r.closeVideos(s)
	delete(r.segments, visit)
	for _, l := range r.listeners {
		l.Ended(r.places[visit])
	}
	completed := meeting.SegmentCompleted{Segment: s.id, Visit: visit, EndedAt: at, Tracks: append([]meeting.Track{}, tracks...)}
	failed = errors.Join(s.failed, failed, s.hush(time.Time{}))
	for _, t := range s.tracks {
		recorded, err := t.close()
		failed = errors.Join(failed, err)
		if recorded.File != "" {
			completed.Tracks = append(completed.Tracks, recorded)
		}
	}
	slices.SortFunc(completed.Tracks, func(a, b meeting.Track) int {
		return cmp.Or(cmp.Compare(a.Participant, b.Participant), cmp.Compare(a.Kind, b.Kind))
	})
	return completed, failed
}
