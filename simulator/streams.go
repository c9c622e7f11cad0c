package simulator

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4"
)

// streams are what a peer has announced to send beside voices: which stream, by its
// SSRC, is of a camera and which of a screen.
type streams struct {
	mu    sync.Mutex
	kinds map[uint32]meeting.MediaKind
}

// of is what a stream is of; a voice, when it was not announced as anything else.
func (s *streams) of(ssrc uint32) meeting.MediaKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kinds[ssrc]
}

// announce reads what a peer announces in its description. The id of the media
// stream says what a track is of (RFC 8830), and the track's SSRC stands beside it
// (RFC 5576).
func (s *streams) announce(description webrtc.SessionDescription) error {
	if !strings.Contains(description.SDP, "m=video") {
		return nil
	}
	parsed, err := description.Unmarshal()
	if err != nil {
		return fmt.Errorf("read which streams there are: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, media := range parsed.MediaDescriptions {
		named, sends := media.Attribute("msid")
		id, _, _ := strings.Cut(named, " ")
		if !sends || media.MediaName.Media != "video" {
			continue
		}
		for _, attribute := range media.Attributes {
			number, _, _ := strings.Cut(attribute.Value, " ")
			if ssrc, err := strconv.ParseUint(number, 10, 32); err == nil && attribute.Key == "ssrc" {
				s.note(uint32(ssrc), meeting.MediaKind(id))
			}
		}
	}
	return nil
}

func (s *streams) note(ssrc uint32, kind meeting.MediaKind) {
	if s.kinds == nil {
		s.kinds = make(map[uint32]meeting.MediaKind)
	}
	s.kinds[ssrc] = kind
}
