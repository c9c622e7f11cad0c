package simulator

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

// GuestSpec says who a simulated person is.
type GuestSpec struct {
	Meeting meeting.ID
	Name    string
	// Email and ExternalID are what plans know the guest by.
	Email, ExternalID string
	Role              meeting.Role
	// Voice chooses one of the bundled voices, and one of the pictures that go by
	// the guest's camera and screen; numbers beyond them begin anew.
	Voice int
	// MinPause and MaxPause bound how long the guest is silent between two
	// sentences. Both zero means 2 s to 10 s.
	MinPause, MaxPause time.Duration
	// Device is the client that the guest takes part by. Defaults to a desktop.
	Device meeting.Device
	// Media is what the guest comes with. Defaults to a microphone that is on.
	Media *meeting.Media
	// DTX has the guest send next to nothing while silent, as Opus encoders can
	// (RFC 7587, section 3.1.3): a packet each 400 ms.
	DTX bool
	// Skew is by how much the guest's clock is fast, in parts per million, or slow: its
	// packets come sooner than their timestamps say.
	Skew int
	// SignalsOnly has the guest take part without media: nothing is heard or seen of it.
	// That costs little, so that meetings can be large.
	SignalsOnly bool
	// returning is who the guest was before, where the meeting was taken up again.
	returning meeting.ParticipantID
}

// dtxEvery is how many frames of silence one packet stands for.
const dtxEvery = 20

// Guest is a simulated person in a meeting, who speaks and goes where the host
// sends people.
type Guest struct {
	spec    GuestSpec
	voice   Voice
	session *session
	outlet  *outlet
	visit   atomic.Uint32
	muted   atomic.Bool
	films   []*film
	random  *rand.Rand

	stop    context.CancelFunc
	running sync.WaitGroup
}

// JoinGuest brings a person into a meeting, who speaks at once.
func (s *Simulator) JoinGuest(ctx context.Context, spec GuestSpec) (*Guest, error) {
	voices, err := s.voices()
	if err != nil {
		return nil, err
	}
	if spec.MinPause == 0 && spec.MaxPause == 0 {
		spec.MinPause, spec.MaxPause = 2*time.Second, 10*time.Second
	}
	g := &Guest{spec: spec, voice: voices[spec.Voice%len(voices)], outlet: newOutlet("voice")}
	join := meeting.Join{Name: spec.Name, Role: spec.Role, FollowsMoves: true, Email: spec.Email, ExternalID: spec.ExternalID, Device: spec.Device, Media: spec.Media, Returning: spec.returning}
	g.muted.Store(spec.Media != nil && !spec.Media.Microphone)
	brings := client{signalsOnly: true, brief: true}
	if spec.SignalsOnly {
		join.Media = &meeting.Media{}
	} else if brings, err = g.outfit(s.pictures); err != nil {
		return nil, err
	}
	if g.session, err = s.join(ctx, spec.Meeting, join, brings); err != nil {
		return nil, fmt.Errorf("bring %s into the meeting: %w", spec.Name, err)
	}
	g.visit.Store(cmp.Or(uint32(g.session.seat.arrived), notYet))
	g.random = rand.New(rand.NewPCG(s.config.Seed, uint64(g.session.Participant())))
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	if spec.Media != nil {
		g.show(running, *spec.Media)
	}
	g.running.Go(func() { g.follow(running) })
	if !spec.SignalsOnly {
		g.running.Go(func() { g.talk(running) })
	}
	return g, nil
}

// outfit is what the guest brings along: a voice, and what it can show.
func (g *Guest) outfit(pictures func() (map[meeting.MediaKind][]Picture, error)) (client, error) {
	err := g.dress(pictures)
	return client{voice: g.outlet, films: g.films, keyframe: g.keyframe}, err
}

// Participant is the guest's number in the meeting.
func (g *Guest) Participant() meeting.ParticipantID { return g.session.Participant() }

// Voice is the guest's voice.
func (g *Guest) Voice() Voice { return g.voice }

// VoiceNumber is which of the bundled voices the guest was asked to have.
func (g *Guest) VoiceNumber() int { return g.spec.Voice }

// Leave takes the guest out of the meeting and returns when it is silent.
func (g *Guest) Leave(ctx context.Context) error { return g.leaveFor(ctx, meeting.LeftByChoice) }

// Drop cuts the guest's connection, as networks do, and returns when it is silent.
func (g *Guest) Drop(ctx context.Context) error { return g.leaveFor(ctx, meeting.LeftByLostLine) }

func (g *Guest) leaveFor(ctx context.Context, cause meeting.LeaveCause) error {
	g.stop()
	err := g.session.leaveFor(ctx, cause)
	g.running.Wait()
	if err != nil {
		return fmt.Errorf("%s leaves: %w", g.spec.Name, err)
	}
	return nil
}

// follow keeps up with where the guest is, and accepts invitations as people do.
func (g *Guest) follow(running context.Context) {
	for signal := range g.session.Signals() {
		switch said := signal.(type) {
		case meeting.EnteredRoom:
			g.visit.Store(uint32(said.Visit))
		case meeting.MediaShown:
			if said.Participant.ID == g.Participant() {
				g.muted.Store(!said.Media.Microphone)
				g.show(running, said.Media)
			}
		case meeting.Invited:
			// The invitation can be gone by now; then there is nothing to accept.
			_ = g.session.Answer(context.Background(), said.Invitation, true)
		case meeting.Removed:
			g.stop()
		}
	}
}

// notYet is the visit of who waits to be let in: what it says goes nowhere.
const notYet = math.MaxUint32

// offBeat keeps voices off the microseconds on which everything else happens in
// virtual time: no packet comes at the very moment of a change of rooms, where
// their order would be left to chance and a run could not be repeated.
const offBeat = 500 * time.Nanosecond

// talk says one sentence after the other, with pauses.
func (g *Guest) talk(ctx context.Context) {
	next := time.Now().Add(g.session.seat.live.simulator.config.Delay(g.Participant()) + offBeat)
	timestamp := uint32(0)
	script := script{guest: g}
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		packet, frames := script.next(next)
		if err := g.say(packet, script.level, timestamp, next); err != nil {
			return // the guest is going
		}
		if said := script.said(); len(said.words) > 0 {
			g.session.seat.live.caption(g.session.seat, said)
		}
		timestamp += uint32(frames) * opusfile.SilenceSamples
		next = next.Add(g.lasts(frames))
		timer.Reset(time.Until(next))
	}
}

// lasts is how long some frames last by the guest's clock.
func (g *Guest) lasts(frames int) time.Duration {
	return time.Duration(frames) * (frame - frame*time.Duration(g.spec.Skew)/1_000_000)
}

// say sends one packet of the voice, which is as loud as level says.
func (g *Guest) say(packet []byte, level byte, timestamp uint32, at time.Time) error {
	visit := g.visit.Load()
	stamp := Stamp{Participant: g.Participant(), Visit: meeting.VisitNumber(visit), At: at}
	g.outlet.mu.Lock()
	defer g.outlet.mu.Unlock()
	binary.BigEndian.PutUint32(g.outlet.visit[:], visit)
	g.outlet.tell(level, true)
	g.outlet.header.SequenceNumber++
	g.outlet.header.Timestamp = timestamp
	if err := g.outlet.write(stamp.Mark(packet)); err != nil {
		return errors.Join(ErrLeft, err)
	}
	return nil
}

// script is what a guest says: sentences of its voice and the pauses between.
type script struct {
	guest *Guest
	line  int
	at    int // the frame of the sentence
	pause int // frames of silence to go
	// first is the frame of the sentence from which it was heard without a break,
	// and since is when that was; hushed says that nothing of it is heard now.
	first  int
	since  time.Time
	hushed bool
	over   sentence
	// level is how loud the latest packet is, as [LevelExtension] has it.
	level byte
}

// next is the packet to send at a time, and after how many frames the one after it
// follows. Who is muted sends silence, and goes on with the sentence when heard
// again.
func (s *script) next(at time.Time) (packet []byte, frames int) {
	voice := s.guest.voice
	line := voice.Lines[s.line%len(voice.Lines)]
	s.level = silentLevel
	switch {
	case s.guest.muted.Load():
		if s.at > 0 && !s.hushed {
			s.over = s.part(line, false)
		}
		s.hushed = true
		return opusfile.Silence, 1
	case s.pause > 0:
		frames = 1
		if s.guest.spec.DTX {
			frames = min(dtxEvery, s.pause)
		}
		s.pause -= frames
		return opusfile.Silence, frames
	}
	if s.at == 0 || s.hushed {
		s.first, s.since, s.hushed = s.at, at, false
	}
	packet, s.level = voice.Frames[line.From+s.at], voice.Levels[line.From+s.at]|voiceActivity
	if s.at++; line.From+s.at == line.To {
		s.over = s.part(line, false)
		s.at, s.line = 0, s.line+1
		s.pause = s.guest.pause()
	}
	return packet, 1
}

// part is what was said of the present sentence since it is heard.
func (s *script) part(line Line, partial bool) sentence {
	return sentence{strconv.FormatInt(s.since.UnixMilli(), 36), line.part(s.first, s.at, s.since), partial}
}

// partialEvery is after how many frames captions tell of a sentence that is not over.
const partialEvery = int(time.Second / frame)

// said is the sentence that is over since it was last asked, and now and then the
// one that is not.
func (s *script) said() sentence {
	if over := s.over; len(over.words) > 0 {
		s.over = sentence{}
		return over
	}
	if s.hushed || s.at == 0 || (s.at-s.first)%partialEvery != 0 {
		return sentence{}
	}
	voice := s.guest.voice
	return s.part(voice.Lines[s.line%len(voice.Lines)], true)
}

// pause draws how many frames the guest is silent.
func (g *Guest) pause() int {
	span := g.spec.MaxPause - g.spec.MinPause
	pause := g.spec.MinPause
	if span > 0 {
		pause += time.Duration(g.random.Int64N(int64(span)))
	}
	return int(pause / frame)
}
