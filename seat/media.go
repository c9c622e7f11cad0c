package seat

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const (
	// levelExtension says how loud a voice is and whether it speaks (RFC 6464).
	levelExtension = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	// voiceActivity is its flag for speech.
	voiceActivity = 0x80
	// silence is one frame of 20 ms of it, and samples how long a frame is at 48 kHz.
	samples = 960
	frame   = 20 * time.Millisecond
)

var silence = []byte{0xF8, 0xFF, 0xFE}

// Register tells a media engine of what the protocol needs beside Opus and VP8.
func Register(engine *webrtc.MediaEngine) error {
	for _, extension := range []struct {
		uri  string
		kind webrtc.RTPCodecType
	}{{VisitExtension, webrtc.RTPCodecTypeAudio}, {VisitExtension, webrtc.RTPCodecTypeVideo}, {levelExtension, webrtc.RTPCodecTypeAudio}} {
		if err := engine.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extension.uri}, extension.kind); err != nil {
			return fmt.Errorf("register %s: %w", extension.uri, err)
		}
	}
	return nil
}

func newPeer(api *webrtc.API) (*webrtc.PeerConnection, error) {
	if api == nil {
		engine := &webrtc.MediaEngine{}
		if err := engine.RegisterDefaultCodecs(); err != nil {
			return nil, err
		}
		if err := Register(engine); err != nil {
			return nil, err
		}
		settings := webrtc.SettingEngine{}
		settings.SetIncludeLoopbackCandidate(true)
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
		api = webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings))
	}
	peer, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("make a peer connection: %w", err)
	}
	return peer, nil
}

// answer answers an offer of the meeting's.
func (s *session) answer(ctx context.Context, offer Message) error {
	if err := s.peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.SDP}); err != nil {
		return fmt.Errorf("take the offer: %w", err)
	}
	answer, err := s.peer.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("make an answer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(s.peer)
	if err := s.peer.SetLocalDescription(answer); err != nil {
		return fmt.Errorf("take the answer: %w", err)
	}
	<-gathered
	return s.write(ctx, Message{Type: TypeAnswer, Offer: offer.Offer, SDP: s.peer.LocalDescription().SDP})
}

// hear takes the packets of one slot until the seat is given up.
func (s *session) hear(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	s.ears.Add(1)
	defer s.ears.Done()
	kind := meeting.KindAudio
	if track.Kind() == webrtc.RTPCodecTypeVideo {
		kind = meeting.MediaKind(track.StreamID()) // which says what it is of
	}
	visit, level := extensions(receiver)
	for next, began := uint16(0), false; ; {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		if missed := began && packet.SequenceNumber != next; missed && kind != meeting.KindAudio {
			// What follows can't be decoded. A request that gets lost costs a wait.
			_ = s.peer.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: packet.SSRC}})
		}
		next, began = packet.SequenceNumber+1, true
		s.take(packet, kind, visit, level)
	}
}

// take hands a packet on, as what it says of itself.
func (s *session) take(packet *rtp.Packet, kind meeting.MediaKind, visit, level uint8) {
	mark := packet.GetExtension(visit)
	if s.receive == nil || len(packet.CSRC) == 0 || len(mark) != 4 {
		return
	}
	speaking := kind == meeting.KindAudio && len(packet.Payload) > len(silence)
	if loud := packet.GetExtension(level); len(loud) == 1 {
		speaking = loud[0]&voiceActivity != 0
	}
	s.receive(meeting.Packet{
		Participant: meeting.ParticipantID(packet.CSRC[0]), Visit: meeting.VisitNumber(binary.BigEndian.Uint32(mark)),
		Kind: kind, Speaking: speaking, RTP: packet,
	})
}

// extensions are the numbers under which header extensions were negotiated; 0 for none.
func extensions(receiver *webrtc.RTPReceiver) (visit, level uint8) {
	for _, one := range receiver.GetParameters().HeaderExtensions {
		switch one.URI {
		case VisitExtension:
			visit = uint8(one.ID)
		case levelExtension:
			level = uint8(one.ID)
		}
	}
	return visit, level
}

// mouth is by what the seat speaks: its track and how far it is.
type mouth struct {
	track    *webrtc.TrackLocalStaticRTP
	sender   *webrtc.RTPSender
	since    time.Time
	sequence uint16
}

// openMouth negotiates a way for the voice, once.
func (s *session) openMouth(ctx context.Context) error {
	if s.mouth != nil {
		return nil
	}
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "voice", "voice")
	if err != nil {
		return err
	}
	way, err := s.peer.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return fmt.Errorf("add the voice: %w", err)
	}
	if err := s.ask(ctx, Message{Do: DoOpenMouth}); err != nil {
		return err
	}
	s.mouth = &mouth{track: track, sender: way.Sender(), since: time.Now()}
	return nil
}

// Speak says packets on a visit of the seat ([meeting.Session]).
func (s *session) Speak(ctx context.Context, visit meeting.VisitNumber, packets [][]byte) error {
	if err := s.openMouth(ctx); err != nil {
		return fmt.Errorf("prepare to speak: %w", err)
	}
	if err := s.ask(ctx, Message{Do: DoMicrophone, On: true}); err != nil {
		return fmt.Errorf("turn the microphone on: %w", err)
	}
	said := s.say(ctx, visit, packets)
	off := s.ask(context.WithoutCancel(ctx), Message{Do: DoMicrophone})
	if errors.Is(off, ErrLeft) || errors.Is(off, meeting.ErrConnectionLost) {
		off = nil // who is gone is silent
	}
	return errors.Join(said, off)
}

// say sends packets in real time. The last is always silence: after it, a pause of any
// length loses nothing.
func (s *session) say(ctx context.Context, visit meeting.VisitNumber, packets [][]byte) error {
	timestamp := uint32(time.Since(s.mouth.since) * samples / frame)
	ticker := time.NewTicker(frame)
	defer ticker.Stop()
	for i := 0; ; i++ {
		payload, last := silence, i == len(packets)
		if !last {
			payload = packets[i]
		}
		var stopped error
		select {
		case <-ticker.C:
		case <-s.left:
			return ErrLeft
		case <-ctx.Done():
			payload, last, stopped = silence, true, context.Cause(ctx)
		}
		if err := s.mouth.send(visit, payload, timestamp, i == 0); err != nil || last {
			return errors.Join(err, stopped)
		}
		timestamp += samples
	}
}

// send sends one packet, marked with the visit that it belongs to. The first after a pause
// has the marker (RFC 3551, section 4.1).
func (m *mouth) send(visit meeting.VisitNumber, payload []byte, timestamp uint32, first bool) error {
	m.sequence++
	packet := &rtp.Packet{Header: rtp.Header{Version: 2, Marker: first, SequenceNumber: m.sequence, Timestamp: timestamp}, Payload: payload}
	for _, one := range m.sender.GetParameters().HeaderExtensions {
		if one.URI == VisitExtension {
			if err := packet.SetExtension(uint8(one.ID), binary.BigEndian.AppendUint32(nil, uint32(visit))); err != nil {
				return fmt.Errorf("mark a packet: %w", err)
			}
		}
	}
	if err := m.track.WriteRTP(packet); err != nil {
		return fmt.Errorf("send a packet: %w", err)
	}
	return nil
}
